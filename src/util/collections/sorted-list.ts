/** Maximum number of entries in a block. An insertion or deletion moves no more than these. */
const BLOCK_SIZE = 512;

/**
 * A sorted list with access by index, stored in blocks. It stays fast with a million entries: the list is never sorted or copied
 * as a whole.
 */
export class SortedList<Entry> {
    readonly #compare: (a: Entry, b: Entry) => number;
    /** No block is empty. */
    readonly #blocks: Entry[][] = [];
    #size = 0;

    /** @param compare - Compares two entries as for `Array.sort`; 0 only for an entry and itself. */
    constructor(compare: (a: Entry, b: Entry) => number) {
        this.#compare = compare;
    }

    /** Creates a list from entries that are already sorted, without comparing them. */
    static fromSorted<Entry>(sorted: readonly Entry[], compare: (a: Entry, b: Entry) => number): SortedList<Entry> {
        const list = new SortedList(compare);
        for (let from = 0; from < sorted.length; from += BLOCK_SIZE) {
            list.#blocks.push(sorted.slice(from, from + BLOCK_SIZE));
        }
        list.#size = sorted.length;
        return list;
    }

    get size(): number {
        return this.#size;
    }

    /** Inserts an entry in order. Appending is cheapest. */
    add(entry: Entry): void {
        this.#size += 1;
        const lastBlock = this.#blocks.at(-1);
        const isLast = lastBlock !== undefined && this.#compare(lastBlock.at(-1)!, entry) <= 0;
        if (isLast && lastBlock.length < BLOCK_SIZE) return void lastBlock.push(entry);
        const blockIndex = isLast ? this.#blocks.length - 1 : Math.max(0, this.#findBlock(entry));
        const block = this.#blocks[blockIndex];
        if (block === undefined) {
            this.#blocks.push([entry]);
            return;
        }
        const index = findFirstIndex(block, (other) => this.#compare(other, entry) > 0);
        if (block.length < BLOCK_SIZE) block.splice(index, 0, entry);
        // Entries that arrive in order leave full blocks behind.
        else if (index === block.length) this.#blocks.splice(blockIndex + 1, 0, [entry]);
        else this.#blocks.splice(blockIndex, 1, ...halve(block.toSpliced(index, 0, entry)));
    }

    /** Deletes an entry, if the list has it. */
    delete(entry: Entry): void {
        const blockIndex = this.#findBlock(entry);
        const block = this.#blocks[blockIndex];
        const index = block?.indexOf(entry) ?? -1;
        if (block === undefined || index === -1) return;
        this.#size -= 1;
        if (block.length === 1) this.#blocks.splice(blockIndex, 1);
        else block.splice(index, 1);
    }

    at(index: number): Entry | undefined {
        return this.#from(index).next().value;
    }

    /** Returns the index of the first entry that passes; the size if none does. All entries after it must pass, too. */
    findIndex(passes: (entry: Entry) => boolean): number {
        const blockIndex = Math.max(0, findFirstIndex(this.#blocks, (block) => passes(block[0]!)) - 1);
        let blockStart = 0;
        for (const block of this.#blocks.slice(0, blockIndex)) blockStart += block.length;
        return blockStart + findFirstIndex(this.#blocks[blockIndex] ?? [], passes);
    }

    /** Iterates from `start` to before `end`. The list must not change meanwhile. */
    *forward(start = 0, end: number = this.#size): Generator<Entry, undefined> {
        const entries = this.#from(start);
        for (let index = start; index < end; index++) yield entries.next().value!;
    }

    /** As {@link SortedList.forward}, in reverse order. */
    *backward(start = 0, end: number = this.#size): Generator<Entry, undefined> {
        let blockEnd = this.#size;
        for (let blockIndex = this.#blocks.length - 1; blockIndex >= 0 && blockEnd > start; blockIndex--) {
            const block = this.#blocks[blockIndex]!;
            const blockStart = blockEnd - block.length;
            for (let index = Math.min(end, blockEnd) - 1; index >= Math.max(start, blockStart); index--) {
                yield block[index - blockStart]!;
            }
            blockEnd = blockStart;
        }
    }

    *#from(start: number): Generator<Entry, undefined> {
        let blockStart = 0;
        for (const block of this.#blocks) {
            for (let index = Math.max(start, blockStart); index < blockStart + block.length; index++) {
                yield block[index - blockStart]!;
            }
            blockStart += block.length;
        }
    }

    /** Returns the index of the last block whose first entry is not after this one; -1 if there is none. */
    #findBlock(entry: Entry): number {
        return findFirstIndex(this.#blocks, (block) => this.#compare(block[0]!, entry) > 0) - 1;
    }
}

function halve<Item>(all: readonly Item[]): [Item[], Item[]] {
    const middle = all.length >>> 1;
    return [all.slice(0, middle), all.slice(middle)];
}

/** Finds the first element that passes by binary search; the length if none does. All elements after it must pass, too. */
function findFirstIndex<Item>(all: readonly Item[], passes: (item: Item) => boolean): number {
    let low = 0;
    let high = all.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (passes(all[middle]!)) high = middle;
        else low = middle + 1;
    }
    return low;
}

/** Sorts by a number. Returns a sorted list unchanged: long ones mostly are, and sorting would block the event loop. */
export function sortBy<Item>(numberOf: (item: Item) => number, all: readonly Item[]): readonly Item[] {
    const isSorted = all.every((item, index) => index === 0 || numberOf(all[index - 1]!) <= numberOf(item));
    return isSorted ? all : all.toSorted((a, b) => numberOf(a) - numberOf(b));
}

/** So many entries stand together; to put one in or take one out moves no more than these. */
const BLOCK_SIZE = 512;

/**
 * Entries in an order, each of which can be reached by its place without going through those before it. It stays quick
 * with a million entries: nothing is ever sorted or copied as a whole.
 */
export class SortedList<Entry> {
    readonly #compare: (a: Entry, b: Entry) => number;
    /** Never empty, each of them. */
    readonly #blocks: Entry[][] = [];
    #size = 0;

    /** @param compare - Tells the order of two entries; 0 only for an entry and itself. */
    constructor(compare: (a: Entry, b: Entry) => number) {
        this.#compare = compare;
    }

    /** Makes a list of entries that are in order already, without a look at each. */
    static fromSorted<Entry>(inOrder: readonly Entry[], compare: (a: Entry, b: Entry) => number): SortedList<Entry> {
        const list = new SortedList(compare);
        for (let from = 0; from < inOrder.length; from += BLOCK_SIZE) {
            list.#blocks.push(inOrder.slice(from, from + BLOCK_SIZE));
        }
        list.#size = inOrder.length;
        return list;
    }

    get size(): number {
        return this.#size;
    }

    /** Puts an entry in its place. To put it at the end is what costs least. */
    add(entry: Entry): void {
        this.#size += 1;
        const latest = this.#blocks.at(-1);
        const isLast = latest !== undefined && this.#compare(latest.at(-1)!, entry) <= 0;
        if (isLast && latest.length < BLOCK_SIZE) return void latest.push(entry);
        const index = isLast ? this.#blocks.length - 1 : Math.max(0, this.#blockOf(entry));
        const block = this.#blocks[index];
        if (block === undefined) {
            this.#blocks.push([entry]);
            return;
        }
        const place = firstIndex(block, (other) => this.#compare(other, entry) > 0);
        if (block.length < BLOCK_SIZE) block.splice(place, 0, entry);
        // Those that come in order leave full blocks behind.
        else if (place === block.length) this.#blocks.splice(index + 1, 0, [entry]);
        else this.#blocks.splice(index, 1, ...halves(block.toSpliced(place, 0, entry)));
    }

    /** Takes an entry out; does nothing if it is not in. */
    delete(entry: Entry): void {
        const index = this.#blockOf(entry);
        const block = this.#blocks[index];
        const place = block?.indexOf(entry) ?? -1;
        if (block === undefined || place === -1) return;
        this.#size -= 1;
        if (block.length === 1) this.#blocks.splice(index, 1);
        else block.splice(place, 1);
    }

    at(place: number): Entry | undefined {
        return this.#from(place).next().value;
    }

    /** The place of the first entry that passes a test which, once passed, all later ones pass too; else the size. */
    findIndex(passes: (entry: Entry) => boolean): number {
        const index = Math.max(0, firstIndex(this.#blocks, (block) => passes(block[0]!)) - 1);
        let place = 0;
        for (let before = 0; before < index; before++) place += this.#blocks[before]!.length;
        return place + firstIndex(this.#blocks[index] ?? [], passes);
    }

    /** The entries from one place up to but not including another; the list must not be changed meanwhile. */
    *forward(start = 0, end: number = this.#size): Generator<Entry, undefined> {
        const entries = this.#from(start);
        for (let place = start; place < end; place++) yield entries.next().value!;
    }

    /** The same entries from the last one to the first. */
    *backward(start = 0, end: number = this.#size): Generator<Entry, undefined> {
        let blockEnd = this.#size;
        for (let index = this.#blocks.length - 1; index >= 0 && blockEnd > start; index--) {
            const block = this.#blocks[index]!;
            const blockStart = blockEnd - block.length;
            for (let place = Math.min(end, blockEnd) - 1; place >= Math.max(start, blockStart); place--) {
                yield block[place - blockStart]!;
            }
            blockEnd = blockStart;
        }
    }

    *#from(start: number): Generator<Entry, undefined> {
        let blockStart = 0;
        for (const block of this.#blocks) {
            for (let place = Math.max(start, blockStart); place < blockStart + block.length; place++) {
                yield block[place - blockStart]!;
            }
            blockStart += block.length;
        }
    }

    /** The last block that begins with nothing after the entry; -1 if all do. */
    #blockOf(entry: Entry): number {
        return firstIndex(this.#blocks, (block) => this.#compare(block[0]!, entry) > 0) - 1;
    }
}

function halves<One>(all: readonly One[]): [One[], One[]] {
    const middle = all.length >>> 1;
    return [all.slice(0, middle), all.slice(middle)];
}

/** The index of the first one that passes a test which, once passed, all later ones pass too; else how many there are. */
function firstIndex<One>(all: readonly One[], passes: (one: One) => boolean): number {
    let low = 0;
    let high = all.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (passes(all[middle]!)) high = middle;
        else low = middle + 1;
    }
    return low;
}

/** Entries sorted by a number. Most that are many are in order already, and a sort would hold up the host. */
export function sortBy<One>(numberOf: (one: One) => number, all: readonly One[]): readonly One[] {
    const isInOrder = all.every((one, index) => index === 0 || numberOf(all[index - 1]!) <= numberOf(one));
    return isInOrder ? all : all.toSorted((a, b) => numberOf(a) - numberOf(b));
}

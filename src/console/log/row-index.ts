/**
 * Where each entry of a long list stands when entries take different numbers of rows: entries are added at the end, and what
 * is asked for is found by halving.
 */
export class RowIndex {
    /** Rows before each entry, and after the last one. */
    #before = new Uint32Array(1024);
    #count = 0;

    /** Entries. */
    get count(): number {
        return this.#count;
    }

    /** Rows of all entries. */
    get rows(): number {
        return this.#before[this.#count]!;
    }

    /** Adds an entry at the end. */
    add(rows: number): void {
        if (this.#count + 2 > this.#before.length) {
            const larger = new Uint32Array(this.#before.length * 2);
            larger.set(this.#before);
            this.#before = larger;
        }
        this.#before[this.#count + 1] = this.#before[this.#count]! + rows;
        this.#count += 1;
    }

    /** The row with which an entry begins; for the number of entries, that after the last. */
    rowOf(entry: number): number {
        return this.#before[Math.min(Math.max(entry, 0), this.#count)]!;
    }

    /** The entry that a row belongs to; the last one for rows after it, -1 where there is none. */
    entryAt(row: number): number {
        let low = 0;
        let high = this.#count - 1;
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (this.#before[middle]! <= row) low = middle;
            else high = middle - 1;
        }
        return this.#count === 0 ? -1 : low;
    }
}

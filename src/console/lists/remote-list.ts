/** A part of a list, and how long the whole is. */
export interface ListPart<Item> {
    readonly items: readonly Item[];
    readonly total: number;
}

/** Reads a part of a list. */
export type LoadPart<Item> = (offset: number, limit: number, signal: AbortSignal) => Promise<ListPart<Item>>;

/** What a list stands on. */
export interface RemoteListParts<Item> {
    readonly load: LoadPart<Item>;
    /** Told that there is something else to be shown. */
    readonly onChange: () => void;
    /** Default: 100. */
    readonly pageSize?: number;
}

/**
 * A list of which only what is looked at is read, page by page. What has been read stays to be seen while it is read anew, so
 * that nothing flickers; what happens meanwhile can be written into it.
 */
export class RemoteList<Item> {
    readonly #parts: RemoteListParts<Item>;
    readonly #pageSize: number;
    #items: (Item | undefined)[] = [];
    #total: number | undefined;
    #error: unknown;
    /** Pages that are as they should be, or are being read. */
    #known = new Set<number>();
    #leave = new AbortController();

    constructor(parts: RemoteListParts<Item>) {
        this.#parts = parts;
        this.#pageSize = parts.pageSize ?? 100;
    }

    /** How many there are; undefined until it is known. */
    get total(): number | undefined {
        return this.#total;
    }

    /** Why the last page could not be read; undefined if it could. */
    get error(): unknown {
        return this.#error;
    }

    /** An item that has been read. */
    at(index: number): Item | undefined {
        return this.#items[index];
    }

    /** Has items read that are not known, from one index up to another, which is not among them. */
    ensure(from: number, to: number): void {
        const end = Math.min(to, this.#total ?? Infinity);
        const first = Math.floor(Math.max(from, 0) / this.#pageSize);
        // Nobody sees more at once; and an end that is not known is far.
        const last = Math.min(Math.ceil(end / this.#pageSize), first + 10);
        for (let page = first; page < Math.max(last, first + 1); page += 1) void this.#read(page);
    }

    /** Has everything read anew when it is looked at next, beginning with what is given. */
    refresh(from = 0, to = this.#pageSize): void {
        this.#forget();
        this.ensure(from, to);
    }

    /** Puts another item in the place of one; whether it was there. */
    replace(isIt: (item: Item) => boolean, change: (item: Item) => Item): boolean {
        const index = this.#items.findIndex((item) => item !== undefined && isIt(item));
        if (index < 0) return false;
        this.#items[index] = change(this.#items[index]!);
        this.#parts.onChange();
        return true;
    }

    /** Puts a new item before all others. */
    prepend(item: Item): void {
        if (this.#total === undefined) return;
        this.#items.unshift(item);
        this.#total += 1;
        // What is just being read would come to stand one place too high.
        this.#forget();
        for (let page = 0; (page + 1) * this.#pageSize <= this.#items.length; page += 1) {
            if (this.#isWhole(page)) this.#known.add(page);
        }
        this.#parts.onChange();
    }

    /** Reads nothing any more. */
    close(): void {
        this.#leave.abort();
    }

    #isWhole(page: number): boolean {
        const start = page * this.#pageSize;
        for (let index = start; index < start + this.#pageSize; index += 1) if (!(index in this.#items)) return false;
        return true;
    }

    #forget(): void {
        this.#leave.abort();
        this.#leave = new AbortController();
        this.#known = new Set();
    }

    async #read(page: number): Promise<void> {
        if (this.#known.has(page)) return;
        this.#known.add(page);
        const { signal } = this.#leave;
        const offset = page * this.#pageSize;
        try {
            const { items, total } = await this.#parts.load(offset, this.#pageSize, signal);
            if (signal.aborted) return;
            for (const [index, item] of items.entries()) this.#items[offset + index] = item;
            this.#total = total;
            this.#items.length = Math.min(this.#items.length, total);
            this.#error = undefined;
        } catch (error) {
            if (signal.aborted) return;
            this.#known.delete(page);
            this.#error = error;
        }
        this.#parts.onChange();
    }
}

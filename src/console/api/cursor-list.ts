/** A part of a list, and where the next one begins; undefined where nothing comes after it. */
export interface CursorPart<Item> {
    readonly items: readonly Item[];
    readonly next: string | undefined;
}

/** Reads the part that begins there, or the first one. */
export type LoadCursor<Item> = (cursor: string | undefined, signal: AbortSignal) => Promise<CursorPart<Item>>;

/** What a list stands on. */
export interface CursorListParts<Item> {
    readonly load: LoadCursor<Item>;
    /** Told that there is something else to be shown. */
    readonly onChange: () => void;
    /** Which items are shown. Default: all. */
    readonly isShown?: (item: Item) => boolean;
}

/**
 * A list that can only be read from its beginning on, part by part, such as the keys of a store. Of each part some items may
 * be left out; then it goes on reading until there are enough.
 */
export class CursorList<Item> {
    readonly #parts: CursorListParts<Item>;
    readonly #leave = new AbortController();
    readonly #items: Item[] = [];
    #cursor: string | undefined;
    #isWhole = false;
    #isReading = false;
    #wanted = 0;
    #readCount = 0;
    #error: unknown;

    constructor(parts: CursorListParts<Item>) {
        this.#parts = parts;
    }

    /** What has been read and is shown. */
    get items(): readonly Item[] {
        return this.#items;
    }

    /** Whether there is nothing more to read. */
    get isWhole(): boolean {
        return this.#isWhole;
    }

    get isReading(): boolean {
        return this.#isReading;
    }

    /** How many have been read, shown or not. */
    get readCount(): number {
        return this.#readCount;
    }

    /** Why it could not go on; undefined if it could. */
    get error(): unknown {
        return this.#error;
    }

    /** Reads on until there are so many, or no more. */
    ensure(count: number): void {
        this.#wanted = Math.max(this.#wanted, count);
        if (!this.#isReading) void this.#readOn();
    }

    /** Reads all there is. */
    ensureAll(): void {
        this.ensure(Infinity);
    }

    /** Takes an item out that is not there any more. */
    remove(isIt: (item: Item) => boolean): void {
        const index = this.#items.findIndex(isIt);
        if (index < 0) return;
        this.#items.splice(index, 1);
        this.#parts.onChange();
    }

    /** Reads nothing any more. */
    close(): void {
        this.#leave.abort();
    }

    async #readOn(): Promise<void> {
        const { signal } = this.#leave;
        this.#isReading = true;
        this.#error = undefined;
        try {
            while (!this.#isWhole && this.#items.length < this.#wanted) {
                const { items, next } = await this.#parts.load(this.#cursor, signal);
                if (signal.aborted) return;
                const { isShown = () => true } = this.#parts;
                this.#items.push(...items.filter(isShown));
                this.#readCount += items.length;
                this.#cursor = next;
                this.#isWhole = next === undefined;
                this.#parts.onChange();
            }
        } catch (error) {
            this.#error = error;
            // Or it would be tried over and over.
            this.#wanted = this.#items.length;
        } finally {
            this.#isReading = false;
            if (!signal.aborted) this.#parts.onChange();
        }
    }
}

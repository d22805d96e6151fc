/** A list of any length, of which what is seen is read. */
export interface LongList<Row> {
    /** Undefined until the first part is there. */
    readonly count: number | undefined;
    /** False if there may be more rows than `count`. */
    readonly isWhole: boolean;
    /** Why the last reading failed. */
    readonly error: unknown;
    /** Undefined while the row is not there yet. */
    readonly rowAt: (index: number) => Row | undefined;
    /** Reads what is not there yet of these rows. */
    readonly need: (first: number, end: number) => void;
    readonly reload: () => void;
}

/** Reads the part of a list that begins at a cursor, or the first one; `next` is undefined where nothing comes after it. */
type LoadCursor<Item> = (
    cursor: string | undefined,
    signal: AbortSignal,
) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>;

/** What a {@link CursorList} is made of. */
export interface CursorListParts<Item> {
    readonly load: LoadCursor<Item>;
    /** Called when there is something else to be shown. */
    readonly onChange: () => void;
    /** Which items are shown. Default: all. */
    readonly isShown?: (item: Item) => boolean;
}

/** So far below what is seen more is read. */
const AHEAD_ROWS = 200;

/**
 * A list that can only be read from its beginning, part by part, such as the keys of a store. Of each part some items may be
 * left out; then it reads on until there are enough.
 */
export class CursorList<Item> implements LongList<Item> {
    readonly items: Item[] = [];
    isWhole = false;
    isReading = false;
    /** Items that have been read, shown or not. */
    readCount = 0;
    error: unknown;
    readonly #parts: CursorListParts<Item>;
    readonly #leave = new AbortController();
    #cursor: string | undefined;
    #wanted = 0;

    constructor(parts: CursorListParts<Item>) {
        this.#parts = parts;
    }

    get count(): number | undefined {
        return this.readCount > 0 || this.isWhole ? this.items.length : undefined;
    }

    readonly rowAt = (index: number): Item | undefined => this.items[index];

    readonly need = (_: number, end: number): void => this.ensure(end + AHEAD_ROWS);

    readonly reload = (): void => this.ensure(this.items.length + 1);

    /** Reads on until there are so many items, or no more. */
    ensure(count: number): void {
        this.#wanted = Math.max(this.#wanted, count);
        if (!this.isReading) void this.#readOn();
    }

    /** Stops reading. */
    close(): void {
        this.#leave.abort();
    }

    async #readOn(): Promise<void> {
        const { signal } = this.#leave;
        const { load, onChange, isShown = () => true } = this.#parts;
        this.isReading = true;
        this.error = undefined;
        try {
            while (!this.isWhole && this.items.length < this.#wanted) {
                const { items, next } = await load(this.#cursor, signal);
                if (signal.aborted) return;
                this.items.push(...items.filter(isShown));
                this.readCount += items.length;
                this.#cursor = next;
                this.isWhole = next === undefined;
                onChange();
            }
        } catch (error) {
            this.error = error;
            // Or it would be tried over and over.
            this.#wanted = this.items.length;
        } finally {
            this.isReading = false;
            if (!signal.aborted) onChange();
        }
    }
}

import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { api, apiUrl, type QueryValues } from './api.js';
import { type ReloadOn, useResource } from './use-resource.js';
import type { Listed } from './json.js';

const PIECE = 100;

/** Reads a list of any length, newest first: the two pieces of 100 rows around what is seen. */
export function usePages<Row>(path: string, query: QueryValues, reloadOn?: ReloadOn): LongList<Row> {
    const [offset, setOffset] = useState(0);
    const key = apiUrl(path, query);
    const part = useResource(
        `${key} ${offset}`,
        async (signal) => {
            const all = { ...query, desc: true, offset, limit: 2 * PIECE };
            const { items, total } = await api<Listed<Row>>(path, { query: all, signal });
            return { key, offset, items, total };
        },
        reloadOn,
    );
    const last = useRef(part.value);
    if (part.value || last.current?.key !== key) last.current = part.value;
    const { current } = last;
    return {
        count: current?.total,
        isWhole: true,
        error: part.error,
        rowAt: (index) => current?.items[index - current.offset],
        // Two neighbouring parts both contain the rows in view.
        need: (first, end) => setOffset(Math.max(0, Math.round((first + end) / 2 / PIECE) - 1) * PIECE),
        reload: part.reload,
    };
}

/**
 * Reads a list from its beginning, while the component is there.
 *
 * @param key - Names what is listed: under another one it begins again.
 * @param version - Another one when there may be others in it: it is read again, and what was there stays until then.
 */
export function useCursorList<Item>(
    key: string,
    version: number,
    parts: Omit<CursorListParts<Item>, 'onChange'>,
): CursorList<Item> {
    const draw = useDraw();
    const before = useRef<{ key: string; list: CursorList<Item> } | undefined>(undefined);
    const list = useMemo(() => new CursorList<Item>({ ...parts, onChange: draw }), [key, version]);
    useEffect(() => {
        list.ensure(Math.max(before.current?.key === key ? before.current.list.items.length : 0, 1));
        return () => list.close();
    }, [list]);
    const isThere = list.count !== undefined || list.error !== undefined;
    if (isThere || before.current?.key !== key) before.current = { key, list };
    return before.current.list;
}

/** As many as the API gives at once. */
const MOST_AT_ONCE = 1_000;

/** Searches a list that the API cannot search: all of it is read, newest first, and what matches is shown as it comes. */
export function useSearch<Row>(
    path: string,
    query: QueryValues,
    text: string,
    isShown: (row: Row) => boolean,
): CursorList<Row> {
    return useCursorList<Row>(`${apiUrl(path, query)} ${text}`, 0, {
        isShown,
        async load(cursor, signal) {
            const offset = Number(cursor ?? 0);
            const all = { ...query, desc: true, offset, limit: MOST_AT_ONCE };
            const { items, total } = await api<Listed<Row>>(path, { query: all, signal });
            const end = offset + items.length;
            return { items, next: end < total && items.length > 0 ? String(end) : undefined };
        },
    });
}

export function useDraw(): () => void {
    const [, draw] = useReducer((turn: number, _: void) => turn + 1, 0);
    return draw;
}

/** A list of any length, of which what is seen is read. */
export interface LongList<Row> {
    /** Undefined until the first part is there. */
    readonly count: number | undefined;
    /** False if there may be more rows than `count`. */
    readonly isWhole: boolean;
    readonly error: unknown;
    /** Undefined while the row is not there yet. */
    readonly rowAt: (index: number) => Row | undefined;
    /** Reads what is not there yet of these rows. */
    readonly need: (first: number, end: number) => void;
    readonly reload: () => void;
}

interface CursorListParts<Item> {
    /** Reads the part that begins at a cursor, or the first one; `next` is undefined where nothing comes after it. */
    readonly load: (
        cursor: string | undefined,
        signal: AbortSignal,
    ) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>;
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

    /** Reads further pages until that many items, or all, are there. */
    ensure(count: number): void {
        this.#wanted = Math.max(this.#wanted, count);
        if (!this.isReading) void this.#readOn();
    }

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

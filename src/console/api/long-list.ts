import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { api, apiUrl, type QueryValues } from './api.js';
import { type ReloadOn, useResource } from './use-resource.js';
import type { Listed } from './json.js';

const PAGE_SIZE = 100;

/** Reads a list of any length, newest first: the two pages of 100 rows around the visible ones. */
export function usePages<Row>(path: string, query: QueryValues, reloadOn?: ReloadOn): LongList<Row> {
    const [offset, setOffset] = useState(0);
    const key = apiUrl(path, query);
    const page = useResource(
        `${key} ${offset}`,
        async (signal) => {
            const all = { ...query, desc: true, offset, limit: 2 * PAGE_SIZE };
            const { items, total } = await api<Listed<Row>>(path, { query: all, signal });
            return { key, offset, items, total };
        },
        reloadOn,
    );
    const last = useRef(page.value);
    if (page.value || last.current?.key !== key) last.current = page.value;
    const { current } = last;
    return {
        count: current?.total,
        isComplete: true,
        error: page.error,
        rowAt: (index) => current?.items[index - current.offset],
        // Two neighbouring pages contain all visible rows.
        loadRange: (first, end) => setOffset(Math.max(0, Math.round((first + end) / 2 / PAGE_SIZE) - 1) * PAGE_SIZE),
        reload: page.reload,
    };
}

/**
 * Reads a list from its beginning while the component is mounted.
 *
 * @param key - Identifies the list. Another key starts a new list.
 * @param version - Another version reads the list again; the previous content is shown until then.
 */
export function useCursorList<Item>(
    key: string,
    version: number,
    options: Omit<CursorListOptions<Item>, 'onChange'>,
): CursorList<Item> {
    const forceUpdate = useForceUpdate();
    const previous = useRef<{ key: string; list: CursorList<Item> } | undefined>(undefined);
    const list = useMemo(() => new CursorList<Item>({ ...options, onChange: forceUpdate }), [key, version]);
    useEffect(() => {
        list.ensure(Math.max(previous.current?.key === key ? previous.current.list.items.length : 0, 1));
        return () => list.close();
    }, [list]);
    const isLoaded = list.count !== undefined || list.error !== undefined;
    if (isLoaded || previous.current?.key !== key) previous.current = { key, list };
    return previous.current.list;
}

/** Maximum page size of the API. */
const MAX_PAGE_SIZE = 1_000;

/** Searches a list that the API cannot search: reads all of it, newest first, and shows matches as they are found. */
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
            const all = { ...query, desc: true, offset, limit: MAX_PAGE_SIZE };
            const { items, total } = await api<Listed<Row>>(path, { query: all, signal });
            const end = offset + items.length;
            return { items, next: end < total && items.length > 0 ? String(end) : undefined };
        },
    });
}

export function useForceUpdate(): () => void {
    const [, forceUpdate] = useReducer((count: number, _: void) => count + 1, 0);
    return forceUpdate;
}

/** A list of any length, of which only the visible rows are read. */
export interface LongList<Row> {
    /** Undefined until the first page is loaded. */
    readonly count: number | undefined;
    /** False if the list may have more rows than `count`. */
    readonly isComplete: boolean;
    readonly error: unknown;
    /** Returns undefined while the row is not loaded. */
    readonly rowAt: (index: number) => Row | undefined;
    /** Loads the missing rows of a range. */
    readonly loadRange: (first: number, end: number) => void;
    readonly reload: () => void;
}

interface CursorListOptions<Item> {
    /** Reads the page at a cursor, or the first page; `next` is undefined for the last page. */
    readonly load: (
        cursor: string | undefined,
        signal: AbortSignal,
    ) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>;
    /** Called when the shown rows or the state change. */
    readonly onChange: () => void;
    /** Returns true for items to show. Default: all. */
    readonly isShown?: (item: Item) => boolean;
}

/** Number of rows that are read beyond the visible ones. */
const PREFETCH_ROWS = 200;

/**
 * A list that can only be read from its beginning, page by page, such as the keys of a store. If a filter leaves out items, it
 * reads further pages until enough match.
 */
export class CursorList<Item> implements LongList<Item> {
    readonly items: Item[] = [];
    isComplete = false;
    isReading = false;
    /** Number of items that have been read, shown or not. */
    readCount = 0;
    error: unknown;
    readonly #options: CursorListOptions<Item>;
    readonly #controller = new AbortController();
    #cursor: string | undefined;
    #wanted = 0;

    constructor(options: CursorListOptions<Item>) {
        this.#options = options;
    }

    get count(): number | undefined {
        return this.readCount > 0 || this.isComplete ? this.items.length : undefined;
    }

    readonly rowAt = (index: number): Item | undefined => this.items[index];

    readonly loadRange = (_: number, end: number): void => this.ensure(end + PREFETCH_ROWS);

    readonly reload = (): void => this.ensure(this.items.length + 1);

    /** Reads further pages until the list has that many items, or all. */
    ensure(count: number): void {
        this.#wanted = Math.max(this.#wanted, count);
        if (!this.isReading) void this.#readMore();
    }

    close(): void {
        this.#controller.abort();
    }

    async #readMore(): Promise<void> {
        const { signal } = this.#controller;
        const { load, onChange, isShown = () => true } = this.#options;
        this.isReading = true;
        this.error = undefined;
        try {
            while (!this.isComplete && this.items.length < this.#wanted) {
                const { items, next } = await load(this.#cursor, signal);
                if (signal.aborted) return;
                this.items.push(...items.filter(isShown));
                this.readCount += items.length;
                this.#cursor = next;
                this.isComplete = next === undefined;
                onChange();
            }
        } catch (error) {
            this.error = error;
            // Otherwise the read would be retried forever.
            this.#wanted = this.items.length;
        } finally {
            this.isReading = false;
            if (!signal.aborted) onChange();
        }
    }
}

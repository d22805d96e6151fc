import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import { CursorList, type CursorListParts, type LongList } from './cursor-list.js';
import { type ReloadOn, useReload } from './use-resource.js';
import type { Listed } from './json.js';

export type { LongList };

const PIECE = 100;

/** A list of which any part can be read at once, in pieces of 100. */
class PagedList<Row> implements LongList<Row> {
    readonly isWhole = true;
    count: number | undefined;
    error: unknown;
    readonly #load: (offset: number, limit: number) => Promise<Listed<Row>>;
    readonly #onChange: () => void;
    readonly #pieces = new Map<number, readonly Row[]>();
    readonly #asked = new Set<number>();
    #seen: [first: number, end: number] = [0, 1];
    #wantedReading = 0;
    #shownReading = 0;

    constructor(load: (offset: number, limit: number) => Promise<Listed<Row>>, onChange: () => void) {
        this.#load = load;
        this.#onChange = onChange;
    }

    readonly rowAt = (index: number): Row | undefined => this.#pieces.get(Math.floor(index / PIECE))?.[index % PIECE];

    readonly need = (first: number, end: number): void => {
        this.#seen = [first, Math.max(end, first + 1)];
        const last = Math.floor((this.#seen[1] - 1) / PIECE);
        for (let piece = Math.floor(first / PIECE); piece <= last; piece += 1) {
            if (!this.#asked.has(piece)) void this.#read(piece);
        }
    };

    readonly reload = (): void => {
        this.#asked.clear();
        this.#wantedReading += 1;
        this.need(...this.#seen);
    };

    async #read(piece: number): Promise<void> {
        const reading = this.#wantedReading;
        this.#asked.add(piece);
        try {
            const { items, total } = await this.#load(piece * PIECE, PIECE);
            // Answers may overtake each other.
            if (reading < this.#shownReading) return;
            // What is not seen may have moved.
            if (reading > this.#shownReading) this.#pieces.clear();
            this.#shownReading = reading;
            this.#pieces.set(piece, items);
            this.count = total;
            this.error = undefined;
        } catch (error) {
            this.#asked.delete(piece);
            if (reading >= this.#shownReading) this.error = error;
        }
        this.#onChange();
    }
}

/**
 * Reads a list of any length, those parts that are seen.
 *
 * @param key - Names what is listed: under another one, nothing of before is shown.
 */
export function usePages<Row>(
    key: string,
    read: (offset: number, limit: number) => Promise<Listed<Row>>,
    reloadOn?: ReloadOn,
): LongList<Row> {
    const draw = useDraw();
    const list = useMemo(() => new PagedList<Row>(read, draw), [key]);
    useEffect(() => list.reload(), [list]);
    useReload(list.reload, reloadOn);
    return list;
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

/** Searches a list that the API cannot search: all of it is read, part by part, and what matches is shown as it comes. */
export function useSearch<Item>(
    key: string,
    read: (offset: number, limit: number, signal: AbortSignal) => Promise<Listed<Item>>,
    isShown: (item: Item) => boolean,
): CursorList<Item> {
    return useCursorList<Item>(key, 0, {
        isShown,
        async load(cursor, signal) {
            const offset = Number(cursor ?? 0);
            const { items, total } = await read(offset, MOST_AT_ONCE, signal);
            const end = offset + items.length;
            return { items, next: end < total && items.length > 0 ? String(end) : undefined };
        },
    });
}

function useDraw(): () => void {
    const [, draw] = useReducer((turn: number, _: void) => turn + 1, 0);
    return draw;
}

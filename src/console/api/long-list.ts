import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { api, apiUrl, type QueryValues } from './api.js';
import { CursorList, type CursorListParts, type LongList } from './cursor-list.js';
import { type ReloadOn, useResource } from './use-resource.js';
import type { Listed } from './json.js';

export type { LongList };

const PIECE = 100;

/** Reads a list of any length, newest first: the two pieces of 100 rows around what is seen. */
export function usePages<Row>(path: string, query: QueryValues, reloadOn?: ReloadOn): LongList<Row> {
    const [offset, setOffset] = useState(0);
    const key = apiUrl(path, query);
    const part = useResource(
        `${key} ${offset}`,
        async (signal) => {
            const { items, total } = await readPart<Row>(path, { ...query, offset, limit: 2 * PIECE }, signal);
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
        // What is seen is in both parts where one follows the other.
        need: (first, end) => setOffset(Math.max(0, Math.round((first + end) / 2 / PIECE) - 1) * PIECE),
        reload: part.reload,
    };
}

async function readPart<Row>(path: string, query: QueryValues, signal: AbortSignal): Promise<Listed<Row>> {
    return api(path, { query: { ...query, desc: true }, signal });
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
            const { items, total } = await readPart<Row>(path, { ...query, offset, limit: MOST_AT_ONCE }, signal);
            const end = offset + items.length;
            return { items, next: end < total && items.length > 0 ? String(end) : undefined };
        },
    });
}

/** Returns what draws the component again. */
export function useDraw(): () => void {
    const [, draw] = useReducer((turn: number, _: void) => turn + 1, 0);
    return draw;
}

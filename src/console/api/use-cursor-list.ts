import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { CursorList, type CursorListParts } from './cursor-list.js';
import type { Listed } from './json.js';

/**
 * A list that is read from its beginning on, for as long as the component is there.
 *
 * @param key - Says what is listed: under another one it begins anew.
 * @param version - Another one when there may be others in it: it is read anew, and what was there stays until then.
 */
export function useCursorList<Item>(
    key: string,
    version: number,
    parts: Omit<CursorListParts<Item>, 'onChange'>,
): CursorList<Item> {
    const [, draw] = useState(0);
    const before = useRef<{ key: string; list: CursorList<Item> } | undefined>(undefined);
    const list = useMemo(
        () => new CursorList<Item>({ ...parts, onChange: () => draw((count) => count + 1) }),
        [key, version],
    );
    useEffect(() => {
        list.ensure(Math.max(before.current?.key === key ? before.current.list.items.length : 0, 1));
        return () => list.close();
    }, [list]);
    const isThere = list.readCount > 0 || list.isWhole || list.error !== undefined;
    if (isThere || before.current?.key !== key) before.current = { key, list };
    return before.current.list;
}

/** As many as the API gives at once. */
const MOST_AT_ONCE = 1_000;

/**
 * Searches a list that the API cannot search: all of it is read, part by part, and what is like that shown as it comes.
 *
 * @param key - Says what is searched for where: under another one it begins anew.
 */
export function useSearch<Item>(
    key: string,
    read: (place: { offset: number; limit: number }, signal: AbortSignal) => Promise<Listed<Item>>,
    isLike: (item: Item) => boolean,
): CursorList<Item> {
    return useCursorList<Item>(key, 0, {
        async load(cursor, signal) {
            const offset = Number(cursor ?? 0);
            const { items, total } = await read({ offset, limit: MOST_AT_ONCE }, signal);
            const end = offset + items.length;
            return { items, next: end < total && items.length > 0 ? String(end) : undefined };
        },
        isShown: isLike,
    });
}

import { useCursorList } from './use-cursor-list.js';
import type { Page } from '../api/json.js';
import type { CursorList } from './cursor-list.js';

/** As many as the API gives at once. */
const MOST_AT_ONCE = 1_000;

/**
 * Searches a list that the API cannot search: all of it is read, part by part, and what is like that shown as it comes.
 *
 * @param key - Says what is searched for where: under another one it begins anew.
 */
export function useSearch<Item>(
    key: string,
    read: (place: { offset: number; limit: number }, signal: AbortSignal) => Promise<Page<Item>>,
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

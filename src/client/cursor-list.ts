import { pagedList } from '../util/paged-list.js';
import { checkWhole } from '../util/check.js';
import type { PagedList } from '../model/page.js';

/** How a list is paged by a cursor: each page says where the next one starts. */
export interface CursorPaging<Page> {
    /** Most items that one page can have. */
    maxLimit: number;
    /** Loads a page; the first one has no cursor. */
    load(limit: number, cursor?: string): Page | Promise<Page>;
    /** Where the next page starts; null or undefined on the last one. */
    cursorAfter(page: Page): string | null | undefined;
}

/**
 * Makes a list that is paged by a cursor. Awaited, it is the first page; iterated, it goes on until `limit` items, or all,
 * have been seen. A limit of 0 is no limit, as in the API.
 */
export function cursorList<Item, P extends { items: Item[] }>(
    limit: number | undefined,
    paging: CursorPaging<P>,
): PagedList<Item, P> {
    checkWhole('options.limit', limit, 0);
    const cap = limit || Infinity;
    // How many items there were up to and with a page; kept by page, since a list may be iterated more than once.
    const seen = new WeakMap<P, number>();
    const loadPage = async (before: number, cursor?: string): Promise<P> => {
        const page = await paging.load(Math.min(cap - before, paging.maxLimit), cursor);
        seen.set(page, before + page.items.length);
        return page;
    };
    return pagedList<Item, P>(
        () => loadPage(0),
        (page) => {
            const before = seen.get(page) ?? 0;
            const cursor = paging.cursorAfter(page);
            const isLast = cursor === null || cursor === undefined || page.items.length === 0 || before >= cap;
            return isLast ? undefined : loadPage(before, cursor);
        },
    );
}

import { pagedList } from '../util/paged-list.js';
import type { PagedList } from '../model/page.js';

export type ListOptions = Record<string, unknown> & { limit?: number; chunkSize?: number };
export type ListPage = Record<string, unknown> & { items: unknown[]; limit: number };

/**
 * Makes a list of the host's pages. `limit` counts over all pages, `chunkSize` bounds each of them.
 *
 * @param load - Asks the host for one page.
 */
export function remoteList(
    load: (options: ListOptions) => Promise<ListPage>,
    options: ListOptions = {},
): PagedList<unknown, ListPage> {
    const { chunkSize, ...asked } = options;
    // By page and not in variables: a list may be iterated over more than once, each time from its first page.
    const states = new WeakMap<ListPage, { at: ListOptions; left: number | undefined }>();
    const ask = async (at: ListOptions, left: number | undefined): Promise<ListPage> => {
        const limit = chunkSize === undefined ? left : Math.min(chunkSize, left ?? chunkSize);
        const page = await load(limit === undefined ? at : { ...at, limit });
        states.set(page, { at, left });
        return page;
    };
    return pagedList(
        () => ask(asked, asked.limit),
        (page) => {
            const { at, left } = states.get(page)!;
            const start = startOfNext(page);
            const leftNow = left === undefined ? undefined : left - (isByOffset(page) ? page.limit : page.items.length);
            if (start === undefined || (leftNow !== undefined && leftNow <= 0)) return undefined;
            return ask({ ...at, ...start }, leftNow);
        },
    );
}

/** Pages, one after the other, of a list that is paged by cursor. */
export async function* remotePages<Page extends { items: unknown[] }>(
    load: (options: ListOptions) => Promise<Page>,
    { maxPageLimit, ...options }: ListOptions & { maxPageLimit?: number } = {},
): AsyncGenerator<Page> {
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    let at: ListOptions = options;
    while (left > 0) {
        const limit = Math.min(left, maxPageLimit ?? left);
        const page = await load(Number.isFinite(limit) ? { ...at, limit } : at);
        if (page.items.length === 0) return;
        yield page;
        left -= page.items.length;
        const start = startOfNext(page as unknown as ListPage);
        if (start === undefined) return;
        at = { ...at, ...start };
    }
}

function isByOffset(page: ListPage): boolean {
    return 'offset' in page;
}

/** The options that lead to the page after this one, or undefined if this was the last. */
function startOfNext(page: ListPage): ListOptions | undefined {
    if (isByOffset(page)) {
        // The limit and not the number of items: a page from which items were filtered out covers all the same.
        const offset = Number(page.offset) + page.limit;
        return page.limit > 0 && offset < Number(page.total) ? { offset } : undefined;
    }
    if ('isTruncated' in page) {
        return page.isTruncated ? { exclusiveStartKey: page.nextExclusiveStartKey } : undefined;
    }
    const cursor = page.nextCursor;
    return cursor === undefined || cursor === null ? undefined : { cursor, exclusiveStartId: undefined };
}

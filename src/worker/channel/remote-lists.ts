import { createPagedList } from '../../util/collections/paged-list.js';
import type { PagedList } from '../../model/api/page.js';

export type ListOptions = Record<string, unknown> & { limit?: number; chunkSize?: number };
export type ListPage = Record<string, unknown> & { items: unknown[]; limit: number };

/**
 * Creates a paginated list of the host's pages. `limit` counts over all pages, `chunkSize` limits each page.
 *
 * @param load - Requests one page from the host.
 */
export function createRemoteList(
    load: (options: ListOptions) => Promise<ListPage>,
    options: ListOptions = {},
): PagedList<unknown, ListPage> {
    const { chunkSize, ...listOptions } = options;
    return createPagedList(
        listOptions,
        (at) => load(chunkSize === undefined ? at : { ...at, limit: Math.min(chunkSize, at.limit ?? chunkSize) }),
        (page, { limit, ...at }) => {
            const start = nextPageOptions(page);
            if (start === undefined || limit === undefined) return start && { ...at, ...start };
            const left = limit - (isByOffset(page) ? page.limit : page.items.length);
            return left <= 0 ? undefined : { ...at, ...start, limit: left };
        },
    );
}

function isByOffset(page: ListPage): boolean {
    return 'offset' in page;
}

/** Returns the options that select the next page; undefined after the last one. */
function nextPageOptions(page: ListPage): ListOptions | undefined {
    if (isByOffset(page)) {
        // The limit and not the number of items: a page whose items were filtered covers the same range.
        const offset = Number(page.offset) + page.limit;
        return page.limit > 0 && offset < Number(page.total) ? { offset } : undefined;
    }
    if ('isTruncated' in page) {
        return page.isTruncated ? { exclusiveStartKey: page.nextExclusiveStartKey } : undefined;
    }
    const cursor = page.nextCursor;
    return cursor === undefined || cursor === null ? undefined : { cursor, exclusiveStartId: undefined };
}

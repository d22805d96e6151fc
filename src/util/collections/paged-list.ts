import type { ClientRequestsPage } from '../../model/client/storage.js';
import type { PagedList } from '../../model/api/page.js';
import type { QueueListOptions } from '../../model/api/storage.js';

const DEFAULT_PAGE_LIMIT = 1000;

/**
 * Makes a list that can be awaited for its first page, or iterated over all of its items.
 *
 * @param start - Where the first page is; it is loaded at once, and only once.
 * @param next - Returns where the page after the given one is, or undefined when that was the last.
 */
export function createPagedList<Item, P extends { items: Item[] }, At>(
    start: At,
    load: (at: At) => Promise<P>,
    next: (page: P, at: At) => At | undefined,
): PagedList<Item, P> {
    const firstPage = load(start);
    // Whoever only iterates sees the failure there; it must not also count as unhandled.
    firstPage.catch(() => {});
    const iterator = async function* (): AsyncGenerator<Item> {
        let page = await firstPage;
        let at: At | undefined = start;
        for (;;) {
            yield* page.items;
            at = next(page, at);
            if (at === undefined) return;
            page = await load(at);
        }
    };
    return Object.assign(firstPage, { [Symbol.asyncIterator]: iterator });
}

/** Iterates over the pages of a queue's requests, `maxPageLimit` requests each, until `limit` requests have been seen. */
export async function* paginate(
    options: QueueListOptions & { maxPageLimit?: number },
    loadPage: (options: QueueListOptions) => Promise<ClientRequestsPage>,
): AsyncGenerator<ClientRequestsPage> {
    const { maxPageLimit = DEFAULT_PAGE_LIMIT, limit, ...rest } = options;
    let left = limit || Infinity;
    let start: QueueListOptions = rest;
    while (left > 0) {
        const page = await loadPage({ ...start, limit: Math.min(maxPageLimit, left) });
        if (page.items.length === 0) return;
        yield page;
        left -= page.items.length;
        if (page.nextCursor === undefined) return;
        start = { ...rest, cursor: page.nextCursor, exclusiveStartId: undefined };
    }
}

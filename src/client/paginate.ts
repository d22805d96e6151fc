import type { ClientRequestsPage } from '../model/client.js';
import type { QueueListOptions } from '../model/storage.js';

const DEFAULT_PAGE_LIMIT = 1000;

/** Iterates over the pages of a queue's requests, `maxPageLimit` requests each, until `limit` requests have been seen. */
export async function* paginate(
    options: QueueListOptions & { maxPageLimit?: number },
    loadPage: (options: QueueListOptions) => Promise<ClientRequestsPage>,
): AsyncGenerator<ClientRequestsPage> {
    const { maxPageLimit = DEFAULT_PAGE_LIMIT, limit, filter } = options;
    let left = limit || Infinity;
    let start: QueueListOptions = { cursor: options.cursor, exclusiveStartId: options.exclusiveStartId };
    while (left > 0) {
        const page = await loadPage({ ...start, filter, limit: Math.min(maxPageLimit, left) });
        if (page.items.length === 0) return;
        yield page;
        left -= page.items.length;
        if (page.nextCursor === undefined) return;
        start = { cursor: page.nextCursor };
    }
}

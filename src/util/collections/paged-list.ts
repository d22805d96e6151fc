import type { ClientRequestsPage } from '../../model/client/storage.js';
import type { PagedList } from '../../model/api/page.js';
import type { QueueListOptions } from '../../model/api/storage.js';

const DEFAULT_PAGE_LIMIT = 1000;

/**
 * Creates a list that can be awaited for its first page, or iterated over all items.
 *
 * @param start - The position of the first page, which is loaded immediately and only once.
 * @param next - Returns the position of the page after the given one, or undefined if that was the last.
 */
export function createPagedList<Item, Page extends { items: Item[] }, Position>(
    start: Position,
    load: (position: Position) => Promise<Page>,
    next: (page: Page, position: Position) => Position | undefined,
): PagedList<Item, Page> {
    const firstPage = load(start);
    // A caller that only iterates gets the error there; it must not also be reported as unhandled.
    firstPage.catch(() => {});
    const iterator = async function* (): AsyncGenerator<Item> {
        let page = await firstPage;
        let position: Position | undefined = start;
        for (;;) {
            yield* page.items;
            position = next(page, position);
            if (position === undefined) return;
            page = await load(position);
        }
    };
    return Object.assign(firstPage, { [Symbol.asyncIterator]: iterator });
}

/** Converts the first page and the items of a list. */
export function mapPagedList<Item, Page, NewItem, NewPage>(
    list: PagedList<Item, Page>,
    mapPage: (page: Page) => NewPage,
    mapItem: (item: Item, index: number) => NewItem,
): PagedList<NewItem, NewPage> {
    const firstPage = list.then(mapPage);
    firstPage.catch(() => {});
    const iterator = async function* (): AsyncGenerator<NewItem> {
        let index = 0;
        for await (const item of list) yield mapItem(item, index++);
    };
    return Object.assign(firstPage, { [Symbol.asyncIterator]: iterator });
}

/** Iterates over the pages of a queue's requests, `maxPageLimit` requests each, until it has yielded `limit` requests. */
export async function* paginate(
    options: QueueListOptions & { maxPageLimit?: number },
    loadPage: (options: QueueListOptions) => Promise<ClientRequestsPage>,
): AsyncGenerator<ClientRequestsPage> {
    const { maxPageLimit = DEFAULT_PAGE_LIMIT, limit, ...rest } = options;
    let remaining = limit || Infinity;
    let start: QueueListOptions = rest;
    while (remaining > 0) {
        const page = await loadPage({ ...start, limit: Math.min(maxPageLimit, remaining) });
        if (page.items.length === 0) return;
        yield page;
        remaining -= page.items.length;
        if (page.nextCursor === undefined) return;
        start = { ...rest, cursor: page.nextCursor, exclusiveStartId: undefined };
    }
}

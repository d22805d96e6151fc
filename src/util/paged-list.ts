import type { PagedList } from '../model/page.js';

/**
 * Makes a list that can be awaited for its first page, or iterated over all of its items.
 *
 * @param first - Loads the first page; called once, at once.
 * @param next - Loads the page after the given one, or returns undefined when that was the last.
 */
export function pagedList<Item, P extends { items: Item[] }>(
    first: () => Promise<P>,
    next: (page: P) => Promise<P> | undefined,
): PagedList<Item, P> {
    const firstPage = first();
    // Whoever only iterates sees the failure there; it must not also count as unhandled.
    firstPage.catch(() => {});
    const iterator = async function* (): AsyncGenerator<Item> {
        let page: P | undefined = await firstPage;
        while (page) {
            yield* page.items;
            page = await next(page);
        }
    };
    return Object.assign(firstPage, { [Symbol.asyncIterator]: iterator });
}

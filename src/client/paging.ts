import { createPagedList } from '../util/collections/paged-list.js';
import { checkFlag, checkWhole, checkOptions } from '../util/check.js';
import type { ChunkOptions, Page, PagedList, PageOptions } from '../model/api/page.js';

/** Maximum number of records on a page. */
const MAX_PAGE_LIMIT = 1000;

/** Names of the options of lists that are paged by offset. */
export const PAGE_OPTION_KEYS: readonly string[] = ['offset', 'limit', 'desc', 'chunkSize'];

/** Start and maximum size of a page; unlimited without a limit. */
interface PageBounds {
    offset: number;
    limit?: number;
}

/**
 * Creates a list that is paged by offset. Awaiting it returns the requested page. Iterating it loads further pages, up to
 * `limit` items or all items that existed at the first page. A limit of 0 means no limit, as in the API.
 *
 * Pages count stored records (`page.limit`), not returned items: a dataset may skip or unwind items, and counting those would
 * read records twice or never.
 */
export function offsetList<Item, P extends Page<Item>>(
    options: PageOptions & ChunkOptions,
    load: (bounds: PageBounds) => P | Promise<P>,
): PagedList<Item, P> {
    checkPageOptions(options);
    const maxItems = options.limit || undefined;
    return createPagedList<Item, P, PageBounds & { end?: number }>(
        { offset: options.offset ?? 0, limit: maxItems },
        async ({ offset, limit }) => load({ offset, limit: smaller(limit, options.chunkSize) }),
        (page, { offset, end = maxItems === undefined ? page.total : Math.min(page.total, offset + maxItems) }) => {
            const next = page.offset + page.limit;
            return next > page.offset && next < end ? { offset: next, limit: end - next, end } : undefined;
        },
    );
}

/** Limits bounds to the maximum size of a page. */
export function clampBounds({ offset, limit }: PageBounds): Required<PageBounds> {
    return { offset, limit: Math.min(limit ?? MAX_PAGE_LIMIT, MAX_PAGE_LIMIT) };
}

/** Returns a page of an array. */
export function slicePage<Item>(all: readonly Item[], bounds: PageBounds, desc = false): Page<Item> {
    const { offset, limit } = clampBounds(bounds);
    const items = (desc ? all.toReversed() : all).slice(offset, offset + limit);
    return { total: all.length, offset, limit, count: items.length, desc, items };
}

/**
 * Creates a list of records that are all in memory, oldest first unless `desc`.
 *
 * @param toListItem - Converts a record. Called only for those on the page.
 */
export function recordList<Item, Shown>(
    options: (PageOptions & ChunkOptions) | undefined,
    load: () => readonly Item[],
    toListItem: (item: Item) => Shown,
): PagedList<Shown> {
    checkOptions('options', options, PAGE_OPTION_KEYS);
    return offsetList(options ?? {}, (bounds) => {
        const page = slicePage(load(), bounds, options?.desc);
        return { ...page, items: page.items.map(toListItem) };
    });
}

function checkPageOptions(options: PageOptions & ChunkOptions): void {
    checkWhole('options.offset', options.offset, 0);
    checkWhole('options.limit', options.limit, 0);
    checkWhole('options.chunkSize', options.chunkSize, 1);
    checkFlag('options.desc', options.desc);
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
    return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

/** Operations of a list that is paged by a cursor. */
interface CursorPaging<Page> {
    /** Maximum number of items on a page. */
    maxLimit: number;
    /** Loads a page. The first one has no cursor. */
    load(limit: number, cursor?: string): Page | Promise<Page>;
    /** Returns the cursor of the next page; null or undefined after the last one. */
    cursorAfter(page: Page): string | null | undefined;
}

/**
 * Creates a list that is paged by a cursor. Awaiting it returns the first page. Iterating it loads further pages, up to
 * `limit` items. A limit of 0 means no limit, as in the API.
 */
export function cursorList<Item, P extends { items: Item[] }>(
    limit: number | undefined,
    paging: CursorPaging<P>,
): PagedList<Item, P> {
    checkWhole('options.limit', limit, 0);
    const maxItems = limit || Infinity;
    return createPagedList<Item, P, { seen: number; cursor?: string }>(
        { seen: 0 },
        async ({ seen, cursor }) => paging.load(Math.min(maxItems - seen, paging.maxLimit), cursor),
        (page, previous) => {
            const seen = previous.seen + page.items.length;
            const cursor = paging.cursorAfter(page) ?? undefined;
            const isLast = cursor === undefined || page.items.length === 0 || seen >= maxItems;
            return isLast ? undefined : { seen, cursor };
        },
    );
}

import { pagedList } from '../util/collections/paged-list.js';
import { checkFlag, checkWhole, checkOptions } from '../util/check.js';
import type { ChunkOptions } from '../model/client/client.js';
import type { Page, PagedList, PageOptions } from '../model/api/page.js';
import type { UnpaginatedList, UnpaginatedListOptions } from '../model/api/version.js';

/** Most records that one page of a list has. */
const MAX_PAGE_LIMIT = 1000;

/** Option names that every list paged by offset has. */
export const PAGE_OPTION_KEYS: readonly string[] = ['offset', 'limit', 'desc', 'chunkSize'];

/** Where a page starts and how many it may have; without a limit, all. */
interface PageBounds {
    offset: number;
    limit?: number;
}

/**
 * Makes a list that is paged by offset. Awaited, it is the page asked for; iterated, it goes on over further pages until
 * `limit` items, or all there were when it began, have been seen. A limit of 0 is no limit, as in the API.
 *
 * Pages are counted in stored records (`page.limit`), not in the items they came back with: a dataset may skip or unwind
 * some, and counting those would read records twice or never.
 */
export function offsetList<Item, P extends Page<Item>>(
    options: PageOptions & ChunkOptions,
    load: (bounds: PageBounds) => P | Promise<P>,
): PagedList<Item, P> {
    checkPageOptions(options);
    const cap = options.limit || undefined;
    return pagedList<Item, P, PageBounds & { end?: number }>(
        { offset: options.offset ?? 0, limit: cap },
        async ({ offset, limit }) => load({ offset, limit: smaller(limit, options.chunkSize) }),
        (page, { offset, end = cap === undefined ? page.total : Math.min(page.total, offset + cap) }) => {
            const next = page.offset + page.limit;
            return next > page.offset && next < end ? { offset: next, limit: end - next, end } : undefined;
        },
    );
}

/** Bounds with a limit that a page can have. */
export function clampBounds({ offset, limit }: PageBounds): Required<PageBounds> {
    return { offset, limit: Math.min(limit ?? MAX_PAGE_LIMIT, MAX_PAGE_LIMIT) };
}

/** Cuts a page out of a list that is in memory as a whole. */
export function slicePage<Item>(all: readonly Item[], bounds: PageBounds, desc = false): Page<Item> {
    const { offset, limit } = clampBounds(bounds);
    const items = (desc ? all.toReversed() : all).slice(offset, offset + limit);
    return { total: all.length, offset, limit, count: items.length, desc, items };
}

/**
 * Makes a list of records that are in memory as a whole, oldest first unless `desc`.
 *
 * @param show - Makes what the list shows of a record; called for those of the page only.
 */
export function recordList<Item, Shown>(
    options: (PageOptions & ChunkOptions) | undefined,
    load: () => readonly Item[],
    show: (item: Item) => Shown,
): PagedList<Shown> {
    checkOptions('options', options, PAGE_OPTION_KEYS);
    return offsetList(options ?? {}, (bounds) => {
        const page = slicePage(load(), bounds, options?.desc);
        return { ...page, items: page.items.map(show) };
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

/** How a list is paged by a cursor: each page says where the next one starts. */
interface CursorPaging<Page> {
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
    return pagedList<Item, P, { seen: number; cursor?: string }>(
        { seen: 0 },
        async ({ seen, cursor }) => paging.load(Math.min(cap - seen, paging.maxLimit), cursor),
        (page, at) => {
            const seen = at.seen + page.items.length;
            const cursor = paging.cursorAfter(page) ?? undefined;
            const isLast = cursor === undefined || page.items.length === 0 || seen >= cap;
            return isLast ? undefined : { seen, cursor };
        },
    );
}

/** Makes a list that comes as a whole; how a page of it is asked for is looked at, but without effect. */
export function unpaginatedList<Item>(
    options: UnpaginatedListOptions | undefined,
    load: () => Item[],
): PagedList<Item, UnpaginatedList<Item>> {
    checkOptions('options', options, PAGE_OPTION_KEYS);
    const loadAll = async (): Promise<UnpaginatedList<Item>> => {
        const items = load();
        return { total: items.length, items };
    };
    return pagedList(undefined, loadAll, () => undefined);
}

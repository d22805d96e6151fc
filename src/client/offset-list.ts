import { pagedList } from '../util/paged-list.js';
import { checkFlag, checkWhole } from '../util/check.js';
import type { ChunkOptions } from '../model/client.js';
import type { Page, PagedList, PageOptions } from '../model/page.js';

/** Most records that one page of a list has. */
const MAX_PAGE_LIMIT = 1000;

/** Option names that every list paged by offset has. */
export const PAGE_OPTION_KEYS: readonly string[] = ['offset', 'limit', 'desc', 'chunkSize'];

/** Where a page starts and how many it may have; without a limit, all. */
export interface PageBounds {
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
    const offset = options.offset ?? 0;
    const cap = options.limit || undefined;
    const loadPage = async (start: number, limit?: number): Promise<P> => {
        return load({ offset: start, limit: smaller(limit, options.chunkSize) });
    };
    let end: number | undefined;
    return pagedList<Item, P>(
        () => loadPage(offset, cap),
        (page) => {
            end ??= cap === undefined ? page.total : Math.min(page.total, offset + cap);
            const next = page.offset + page.limit;
            return next > page.offset && next < end ? loadPage(next, end - next) : undefined;
        },
    );
}

/** Bounds with a limit that a page can have. */
export function cutBounds({ offset, limit }: PageBounds): Required<PageBounds> {
    return { offset, limit: Math.min(limit ?? MAX_PAGE_LIMIT, MAX_PAGE_LIMIT) };
}

/** Cuts a page out of a list that is in memory as a whole. */
export function pageOf<Item>(all: readonly Item[], bounds: PageBounds, desc = false): Page<Item> {
    const { offset, limit } = cutBounds(bounds);
    const items = (desc ? all.toReversed() : all).slice(offset, offset + limit);
    return { total: all.length, offset, limit, count: items.length, desc, items };
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

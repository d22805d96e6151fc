/** Options of every list that is paged by offset. */
export interface PageOptions {
    /** How many to skip. Default: 0. */
    offset?: number;
    /** How many to return at most. Default and maximum: 1000 for lists of records, all for dataset items. */
    limit?: number;
    /** Newest first. Default: false. */
    desc?: boolean;
}

/** One page of a list, as the API returns it. */
export interface Page<Item> {
    total: number;
    offset: number;
    limit: number;
    count: number;
    desc: boolean;
    items: Item[];
}

/** A list that can be awaited for its first page, or iterated over all pages. */
export type PagedList<Item, P = Page<Item>> = Promise<P> & AsyncIterable<Item>;

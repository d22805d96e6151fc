/** Options for iterating over a list. */
export interface ChunkOptions {
    /** Number of items to load at a time while iterating. Default: the maximum of a page. */
    chunkSize?: number;
}

/** Options of lists that are paged by offset. */
export interface PageOptions {
    /** Number of items to skip. Default: 0. */
    offset?: number;
    /** Maximum number of items. Default and maximum: 1000 for lists of records, all for dataset items. */
    limit?: number;
    /** If true, the newest come first. Default: false. */
    desc?: boolean;
}

/** One page of a list. Source: the API's pagination objects. */
export interface Page<Item> {
    /** Number of items in the whole list. */
    total: number;
    /** Number of items before this page. */
    offset: number;
    /** Maximum number of items of this page. */
    limit: number;
    /** Number of items on this page. */
    count: number;
    /** True if the newest come first. */
    desc: boolean;
    /** The items. */
    items: Item[];
}

/** A list that can be awaited for its first page, or iterated over the items of all pages. */
export type PagedList<Item, P = Page<Item>> = Promise<P> & AsyncIterable<Item>;

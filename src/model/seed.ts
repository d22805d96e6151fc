import type { Item, NewQueueRequest } from './storage.js';

/**
 * A request to begin with: a URL, or a request as Actors add it. What has no `uniqueKey` gets the one that the SDK makes, so that
 * an Actor which adds the same URL finds it there.
 */
export type SeedRequest = string | (NewQueueRequest & { label?: string });

/**
 * Records to begin with, by key: text is stored as text, a Buffer or other bytes as `application/octet-stream`, all else as JSON.
 */
export type SeedRecords = Readonly<Record<string, unknown>>;

/** What the default storages of a run have before the first line of its Actor. */
export interface RunSeed {
    /** For the dataset. */
    items?: readonly Item[];
    /** For the key-value store; the input of the run wins over a record of that key. */
    records?: SeedRecords;
    /** For the request queue, in order. */
    requests?: readonly SeedRequest[];
}

/** What named storages are to have, by kind and name. */
export interface StoragesSeed {
    datasets?: Readonly<Record<string, readonly Item[]>>;
    keyValueStores?: Readonly<Record<string, SeedRecords>>;
    requestQueues?: Readonly<Record<string, readonly SeedRequest[]>>;
}

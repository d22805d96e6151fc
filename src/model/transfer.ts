import type { Item, NewQueueRequest, StorageKind } from './api/storage.js';

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

/** How far an import or export has come. */
export interface TransferProgress {
    kind: StorageKind;
    /** Name of the storage. */
    name: string;
    /** Items, records or requests that are done. */
    done: number;
    /** All that the storage has. */
    total: number;
}

/** What {@link EngineStorages.importFrom} can be told. */
export interface ImportOptions {
    /** Replaces storages of the same name. Default: false, an import that meets one is refused as a whole. */
    overwrite?: boolean;
    /** Which storages of the directory are imported. Default: all. */
    filter?: (storage: { kind: StorageKind; name: string }) => boolean;
    /** Told of each storage, as it goes on and when it is done. */
    onProgress?: (progress: TransferProgress) => void;
    /** Ends it; then nothing has been imported or exported. */
    signal?: AbortSignal;
}

/** What {@link EngineStorages.exportTo} can be told. */
export interface ExportOptions extends Omit<ImportOptions, 'filter'> {
    /** Id of a run whose default storages are exported, too, as those that Crawlee calls `default`. */
    run?: string;
}

/** The names of the storages that were imported or exported. */
export interface TransferredStorages {
    datasets: string[];
    keyValueStores: string[];
    requestQueues: string[];
}

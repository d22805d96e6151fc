import type { Item, NewQueueRequest, StorageKind } from './api/storage.js';

/**
 * A request to seed a queue with: a URL, or a request as Actors add it. Without a `uniqueKey` it gets the one that the SDK
 * computes, so that an Actor that adds the same URL finds it already present.
 */
export type SeedRequest = string | (NewQueueRequest & { label?: string });

/**
 * Records to seed a store with, by key. Strings are stored as text, buffers as `application/octet-stream`, all other values
 * as JSON.
 */
export type SeedRecords = Readonly<Record<string, unknown>>;

/** Initial contents of the default storages of a run. */
export interface RunSeed {
    /** Items of the default dataset. */
    items?: readonly Item[];
    /** Records of the default key-value store. The run's input replaces a record with its key. */
    records?: SeedRecords;
    /** Requests of the default request queue, in order. */
    requests?: readonly SeedRequest[];
}

/** Initial contents of named storages, by kind and name. */
export interface StoragesSeed {
    /** Items, by name of the dataset. */
    datasets?: Readonly<Record<string, readonly Item[]>>;
    /** Records, by name of the key-value store. */
    keyValueStores?: Readonly<Record<string, SeedRecords>>;
    /** Requests, by name of the request queue. */
    requestQueues?: Readonly<Record<string, readonly SeedRequest[]>>;
}

/** Progress of an import or export. */
export interface TransferProgress {
    /** Kind of the storage. */
    kind: StorageKind;
    /** Name of the storage. */
    name: string;
    /** Number of items, records or requests transferred so far. */
    done: number;
    /** Number of items, records or requests in the storage. */
    total: number;
}

/** Options of {@link EngineStorages.importFrom}. */
export interface ImportOptions {
    /** If true, replaces storages of the same name. Default: false, such an import is rejected as a whole. */
    overwrite?: boolean;
    /** Selects the storages to transfer. Default: all. */
    filter?: (storage: { kind: StorageKind; name: string }) => boolean;
    /** Called repeatedly for each storage, the last time when it is complete. */
    onProgress?: (progress: TransferProgress) => void;
    /** Cancels the transfer; then nothing has been imported or exported. */
    signal?: AbortSignal;
}

/** Options of {@link EngineStorages.exportTo}. */
export interface ExportOptions extends Omit<ImportOptions, 'filter'> {
    /** Id of a run. Its default storages are exported, too, as Crawlee's `default` storages. */
    run?: string;
}

/** A file that was not imported. */
export interface SkippedFile {
    /** Path of the file. */
    path: string;
    /** Why it was skipped. */
    reason: string;
}

/** Names of the imported storages, and the files that were skipped. */
export interface ImportedStorages extends TransferredStorages {
    /** Files that Crawlee ignores, too, such as records that are not valid JSON; absent if there are none. */
    skipped?: SkippedFile[];
}

/** Names of the storages that were imported or exported. */
export interface TransferredStorages {
    /** Names of the datasets. */
    datasets: string[];
    /** Names of the key-value stores. */
    keyValueStores: string[];
    /** Names of the request queues. */
    requestQueues: string[];
}

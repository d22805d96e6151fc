import type { StorageKind } from './storage.js';

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

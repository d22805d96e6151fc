import type { PageOptions } from '../model/api/page.js';
import type { StorageKind } from '../model/api/storage.js';
import type { CheckName } from './names.js';
import type { StoredDataOwner, StorageContext } from './stored-data.js';
import type { StorageMetadata, UsageRecorder } from './storage-metadata.js';

/** Options of a new storage. */
export interface NewStorageOptions {
    /** Default: none; an unnamed storage is found by its id only. */
    name?: string;
    /** Id of the owner. Default: the first user. */
    userId?: string;
    actId?: string;
    actRunId?: string;
    /** Schema of a dataset or key-value store. It is not copied, and must be valid. */
    schema?: Record<string, unknown>;
    /** Default: the rule of the platform. */
    checkName?: CheckName;
}

/** Selects the storages to list. */
export interface ListStoragesOptions extends PageOptions {
    /** If set, storages without a name are included. Default: false. */
    unnamed?: boolean;
    ownership?: string;
}

/** How a collection creates its storages. */
export interface CollectionOptions<Storage, Data> {
    kind: StorageKind;
    context: StorageContext;
    /** The class of the data. Its constructor must not access any stored data yet. */
    Data: new (metadata: StorageMetadata, owner: StoredDataOwner) => Data;
    /** The class of the handles, which report operations to `recordUsage`. */
    Storage: new (data: Data, recordUsage?: UsageRecorder) => Storage;
    /** Initial value of the `contents` of the metadata. Default: none. */
    initialState?: Record<string, unknown>;
    /** See {@link StoredDataOwner.parseSchema}. */
    parseSchema?: (schema: unknown) => unknown;
}

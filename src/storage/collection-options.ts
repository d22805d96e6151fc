import type { PageOptions } from '../model/api/page.js';
import type { StorageKind } from '../model/api/storage.js';
import type { StoredDataOwner, StorageContext } from './stored-data.js';
import type { StorageMetadata, UsageRecorder } from './storage-metadata.js';

/** What a new storage can be given. */
export interface NewStorageOptions {
    /** Default: none; an unnamed storage is known by its id only. */
    name?: string;
    /** Whose it is. Default: the first user's. */
    userId?: string;
    actId?: string;
    actRunId?: string;
    /** Schema of a dataset or of a key-value store. It is not copied, and must make sense. */
    schema?: Record<string, unknown>;
}

/** Which storages to list. */
export interface ListStoragesOptions extends PageOptions {
    /** Those without a name, too. Default: false. */
    unnamed?: boolean;
    ownership?: string;
}

/** How a collection makes its storages. */
export interface CollectionOptions<Storage, Data> {
    kind: StorageKind;
    context: StorageContext;
    /** The contents of a document; their constructor must not touch any data yet. */
    Data: new (document: StorageMetadata, owner: StoredDataOwner) => Data;
    /** A storage with these contents, whose use is counted. */
    Storage: new (contents: Data, counter?: UsageRecorder) => Storage;
    /** What a new storage starts with as its saved contents. Default: nothing. */
    initialState?: Record<string, unknown>;
    /** See {@link StoredDataOwner}. */
    parseSchema?: (schema: unknown) => unknown;
}

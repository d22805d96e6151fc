import type { PageOptions } from '../model/page.js';
import type { StorageInfo, StorageKind } from '../model/storage.js';
import type { StorageContext, StorageMetadata } from './storage-metadata.js';

/** A storage as its collection sees it. */
export interface CollectedStorage {
    readonly id: string;
    info(): StorageInfo;
}

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

/** How a collection makes its storages. */
export interface CollectionOptions<Storage, Contents> {
    kind: StorageKind;
    context: StorageContext;
    /** Makes a storage with this metadata; must not touch its data yet. */
    open: (metadata: StorageMetadata<Contents>) => Storage;
    openContents: (metadata: StorageMetadata<Contents>) => Contents;
    /** What a new storage starts with as its saved contents. Default: nothing. */
    newContents?: Record<string, unknown>;
    /** Copies a schema that a caller gave, or refuses it. Default: storages of the kind have none. */
    readSchema?: (schema: Record<string, unknown>) => Record<string, unknown>;
}

/** Which storages to list. */
export interface ListStoragesOptions extends PageOptions {
    /** Those without a name, too. Default: false. */
    unnamed?: boolean;
    ownership?: string;
}

import type { RecordMap } from './backend.js';
import { StorageSchema } from './storage-schema.js';
import { readCollections, type StoreCollection } from './store-collections.js';
import type { StorageContents, StorageMetadata } from './storage-metadata.js';

/** What a key-value store consists of; there is one for all who use the store. */
export class KeyValueStoreContents implements StorageContents {
    readonly schema: StorageSchema<StoreCollection[]>;
    readonly #metadata: StorageMetadata<KeyValueStoreContents>;
    #records: RecordMap | undefined;

    constructor(metadata: StorageMetadata<KeyValueStoreContents>) {
        this.#metadata = metadata;
        this.schema = new StorageSchema(metadata, readCollections);
    }

    /** The records are opened when they are first needed. */
    get records(): RecordMap {
        return (this.#records ??= this.#metadata.context.backend.openRecords(this.#metadata.id));
    }

    describe(): Record<string, unknown> {
        return this.schema.describe();
    }

    canClose(): boolean {
        return this.#records?.isBusy !== true;
    }

    close(): void {
        this.#records?.close();
    }
}

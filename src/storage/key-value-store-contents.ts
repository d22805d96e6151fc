import type { RecordMap } from './backend.js';
import { StorageSchema } from './storage-schema.js';
import { readCollections, type StoreCollection } from './store-collections.js';
import type { StorageContents, StorageHeader } from './storage-header.js';

/** What a key-value store consists of; there is one for all who use the store. */
export class KeyValueStoreContents implements StorageContents {
    readonly schema: StorageSchema<StoreCollection[]>;
    readonly #header: StorageHeader;
    #records: RecordMap | undefined;

    constructor(header: StorageHeader) {
        this.#header = header;
        this.schema = new StorageSchema(header, readCollections);
        header.attach(this);
    }

    /** The records are opened when they are first needed. */
    get records(): RecordMap {
        this.#header.assertUsable();
        return (this.#records ??= this.#header.context.backend.openRecords(this.#header.id));
    }

    describe(): Record<string, unknown> {
        return this.schema.describe();
    }

    canRest(): boolean {
        return this.#records?.isBusy !== true;
    }

    rest(): void {
        this.#records?.close();
        this.#records = undefined;
    }

    close(): void {
        this.#records?.close();
    }
}

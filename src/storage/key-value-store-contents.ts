import type { RecordMap } from './backend.js';
import type { StorageContents, StorageHeader } from './storage-header.js';

/** What a key-value store consists of; there is one for all who use the store. */
export class KeyValueStoreContents implements StorageContents {
    readonly #header: StorageHeader;
    /** The store's schema, if it has one. */
    readonly schema: unknown;
    #records: RecordMap | undefined;

    constructor(header: StorageHeader) {
        this.#header = header;
        this.schema = header.savedContents['schema'];
        header.attach(this);
    }

    /** The records are opened when they are first needed. */
    get records(): RecordMap {
        this.#header.assertUsable();
        return (this.#records ??= this.#header.context.backend.openRecords(this.#header.id));
    }

    describe(): Record<string, unknown> {
        return this.schema === undefined ? {} : { schema: this.schema };
    }

    close(): void {
        this.#records?.close();
    }
}

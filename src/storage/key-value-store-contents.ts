import type { RecordMap } from './backend.js';
import type { StorageContents, StorageHeader } from './storage-header.js';

/** What a key-value store consists of; there is one for all who use the store. */
export class KeyValueStoreContents implements StorageContents {
    readonly #header: StorageHeader;
    #records: RecordMap | undefined;

    constructor(header: StorageHeader) {
        this.#header = header;
        header.attach(this);
    }

    /** The records are opened when they are first needed. */
    get records(): RecordMap {
        this.#header.assertUsable();
        return (this.#records ??= this.#header.context.backend.openRecords(this.#header.id));
    }

    describe(): Record<string, unknown> {
        return {};
    }

    close(): void {
        this.#records?.close();
    }
}

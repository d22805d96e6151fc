import { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/storage.js';
import type { ItemLog, Journal, RecordMap, StorageBackend } from './backend.js';
import { MemoryItemLog } from './memory-item-log.js';
import { MemoryJournal } from './memory-journal.js';
import { MemoryRecordMap } from './memory-record-map.js';
import { checkStorageId } from './storage-id.js';

/** Keeps all storages in the memory of this process; they are gone when it is closed. */
export function createMemoryBackend(): StorageBackend {
    return new MemoryBackend();
}

class MemoryBackend implements StorageBackend {
    readonly #items = new Map<string, ItemLog>();
    readonly #records = new Map<string, RecordMap>();
    readonly #journals = new Map<string, Journal>();
    #isClosed = false;

    async loadAll(): Promise<{ id: string; metadata: unknown }[]> {
        this.#check();
        return [];
    }

    /** Nobody will ever load it. */
    saveMetadata(_kind: StorageKind, id: string): void {
        this.#check(id);
    }

    async remove(kind: StorageKind, id: string): Promise<void> {
        this.#check(id);
        const data = { dataset: this.#items, keyValueStore: this.#records, requestQueue: this.#journals }[kind];
        data.delete(id);
    }

    openItems(id: string): ItemLog {
        this.#check(id);
        return getOrMake(this.#items, id, () => new MemoryItemLog());
    }

    openRecords(id: string): RecordMap {
        this.#check(id);
        return getOrMake(this.#records, id, () => new MemoryRecordMap());
    }

    openJournal(id: string): Journal {
        this.#check(id);
        return getOrMake(this.#journals, id, () => new MemoryJournal());
    }

    async close(): Promise<void> {
        this.#isClosed = true;
        for (const map of [this.#items, this.#records, this.#journals]) map.clear();
    }

    #check(id?: string): void {
        if (this.#isClosed) throw new EngineError('engine-closed', 'The storages of this engine have been closed.');
        if (id !== undefined) checkStorageId(id);
    }
}

function getOrMake<Value>(map: Map<string, Value>, id: string, make: () => Value): Value {
    let value = map.get(id);
    if (value === undefined) map.set(id, (value = make()));
    return value;
}

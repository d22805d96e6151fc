import { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/storage.js';
import {
    NO_DATA,
    type ItemLog,
    type Journal,
    type LoadedStorage,
    type RecordMap,
    type StorageBackend,
    type StorageData,
    type StoredStorage,
} from './backend.js';
import { MemoryItemLog } from './memory-item-log.js';
import { MemoryJournal } from './memory-journal.js';
import { MemoryRecordMap } from './memory-record-map.js';
import { checkStorageId } from './storage-id.js';

/** Keeps all storages in the memory of this process; they are gone when it is closed. */
export function createMemoryBackend(): StorageBackend {
    return new MemoryBackend();
}

class MemoryBackend implements StorageBackend {
    readonly #items = new Map<string, MemoryItemLog>();
    readonly #records = new Map<string, MemoryRecordMap>();
    readonly #journals = new Map<string, MemoryJournal>();
    /** What the storages were filled with that nobody has opened since. */
    readonly #given: Record<StorageKind, Map<string, StoredStorage>> = {
        dataset: new Map(),
        keyValueStore: new Map(),
        requestQueue: new Map(),
    };
    #isClosed = false;

    async loadAll(kind: StorageKind): Promise<LoadedStorage[]> {
        this.#check();
        return Array.from(this.#given[kind].values(), ({ id, metadata }) => ({ id, metadata }));
    }

    outlineAll(): undefined {
        return undefined;
    }

    load(kind: StorageKind, id: string): unknown {
        return this.#given[kind].get(id)?.metadata;
    }

    /** Nobody will ever load it. */
    saveMetadata(_kind: StorageKind, id: string): void {
        this.#check(id);
    }

    async remove(kind: StorageKind, id: string): Promise<void> {
        this.#check(id);
        const data = { dataset: this.#items, keyValueStore: this.#records, requestQueue: this.#journals }[kind];
        data.delete(id);
        this.#given[kind].delete(id);
    }

    openItems(id: string): ItemLog {
        this.#check(id);
        return getOrMake(this.#items, id, () => new MemoryItemLog(this.#take('dataset', id).lines));
    }

    openRecords(id: string): RecordMap {
        this.#check(id);
        return getOrMake(this.#records, id, () => new MemoryRecordMap(this.#take('keyValueStore', id).records));
    }

    openJournal(id: string): Journal {
        this.#check(id);
        return getOrMake(this.#journals, id, () => new MemoryJournal(this.#take('requestQueue', id).lines));
    }

    dump(kind: StorageKind, id: string): StorageData {
        this.#check(id);
        if (kind === 'keyValueStore') {
            const open = this.#records.get(id);
            return open ? { lines: [], records: open.dump() } : this.#dataGiven(kind, id);
        }
        const open = (kind === 'dataset' ? this.#items : this.#journals).get(id);
        return open ? { lines: open.pieces(), records: [] } : this.#dataGiven(kind, id);
    }

    fill(kind: StorageKind, storage: StoredStorage): void {
        this.#check(storage.id);
        this.#given[kind].set(storage.id, storage);
    }

    async close(): Promise<void> {
        this.#isClosed = true;
        for (const map of [this.#items, this.#records, this.#journals, ...Object.values(this.#given)]) map.clear();
    }

    #dataGiven(kind: StorageKind, id: string): StorageData {
        const given = this.#given[kind].get(id);
        return given ? { lines: given.lines, records: given.records } : NO_DATA;
    }

    /** From then on the data is what has been opened. */
    #take(kind: StorageKind, id: string): StorageData {
        const data = this.#dataGiven(kind, id);
        this.#given[kind].delete(id);
        return data;
    }

    #check(id?: string): void {
        if (this.#isClosed) throw new EngineError('engine-closed', 'The storages of this engine have been closed.');
        if (id !== undefined) checkStorageId(id);
    }
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
    let value = map.get(key);
    if (value === undefined) map.set(key, (value = make()));
    return value;
}

import { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/storage.js';
import {
    NO_DATA,
    type ItemLog,
    type QueueJournal,
    type RecordMap,
    type StorageBackend,
    type StorageData,
    type StoredStorage,
} from './backend.js';
import { DocumentCollection } from './document-collection.js';
import { MemoryItemLog } from './memory-item-log.js';
import { MemoryRecordMap } from './memory-record-map.js';
import { corrupted } from './storage-document.js';
import { checkStorageId } from './storage-id.js';

/** Storages with their data, by kind. */
export type GivenStorages = Readonly<Record<StorageKind, readonly StoredStorage[]>>;

/** Keeps all storages in the memory of this process; they are gone when it is closed. */
export function createMemoryBackend(given?: GivenStorages): StorageBackend {
    return new MemoryBackend(given);
}

class MemoryBackend implements StorageBackend {
    readonly isPersistent = false;
    readonly #items = new Map<string, MemoryItemLog>();
    readonly #records = new Map<string, MemoryRecordMap>();
    /** What the storages start with. */
    readonly #given = new Map<string, StoredStorage>();
    readonly #documents: Partial<Record<StorageKind, readonly StoredStorage[]>>;
    #isClosed = false;

    constructor(given: Partial<GivenStorages> = {}) {
        this.#documents = given;
        for (const [kind, storages] of Object.entries(given)) {
            for (const storage of storages) {
                checkStorageId(storage.id);
                this.#given.set(`${kind} ${storage.id}`, storage);
            }
        }
    }

    openMetadata<Metadata extends object>(
        kind: StorageKind,
        read: (id: string, document: unknown) => Metadata,
    ): DocumentCollection<Metadata> {
        this.#check();
        const collection = new DocumentCollection<Metadata>();
        for (const { id, document } of this.#documents[kind] ?? []) {
            try {
                collection.set(id, read(id, JSON.parse(document)));
            } catch (error) {
                throw corrupted(kind, id, (error as Error).message);
            }
        }
        return collection;
    }

    async remove(kind: StorageKind, id: string, commit: () => void): Promise<void> {
        this.#check(id);
        commit();
        if (kind === 'dataset') this.#items.delete(id);
        if (kind === 'keyValueStore') this.#records.delete(id);
        this.#given.delete(`${kind} ${id}`);
    }

    openItems(id: string): ItemLog {
        this.#check(id);
        let log = this.#items.get(id);
        if (log === undefined) this.#items.set(id, (log = new MemoryItemLog(this.#dataOf('dataset', id).lines)));
        return log;
    }

    openRecords(id: string): RecordMap {
        this.#check(id);
        let map = this.#records.get(id);
        if (map === undefined) {
            this.#records.set(id, (map = new MemoryRecordMap(this.#dataOf('keyValueStore', id).records)));
        }
        return map;
    }

    /** The requests themselves are in the memory of their queue. */
    openJournal(id: string): QueueJournal {
        this.#check(id);
        return { load: () => this.#dataOf('requestQueue', id).lines, append() {}, close() {} };
    }

    dump(kind: StorageKind, id: string): StorageData {
        this.#check(id);
        const items = kind === 'dataset' ? this.#items.get(id) : undefined;
        if (items !== undefined) return { lines: items.pieces(), records: [] };
        const records = kind === 'keyValueStore' ? this.#records.get(id) : undefined;
        return records === undefined ? this.#dataOf(kind, id) : { lines: [], records: records.dump() };
    }

    async close(): Promise<void> {
        this.#isClosed = true;
        for (const map of [this.#items, this.#records, this.#given]) map.clear();
    }

    #dataOf(kind: StorageKind, id: string): StorageData {
        const { lines, records } = this.#given.get(`${kind} ${id}`) ?? NO_DATA;
        return { lines, records };
    }

    #check(id?: string): void {
        if (this.#isClosed) throw new EngineError('engine-closed', 'The storages of this engine have been closed.');
        if (id !== undefined) checkStorageId(id);
    }
}

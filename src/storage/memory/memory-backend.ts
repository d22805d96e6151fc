import type { StorageKind } from '../../model/api/storage.js';
import { StorageBackend, type QueueJournal, type StorageData, type StoredStorage } from '../backend.js';
import { DocumentCollection } from '../document-collection.js';
import { MemoryItemLog } from './memory-item-log.js';
import { MemoryRecordMap } from './memory-record-map.js';
import { corrupted } from '../storage-document.js';
import { checkStorageId } from '../names.js';

/** Keeps all storages in the memory of this process; they are gone when it is closed. */
export class MemoryBackend extends StorageBackend<MemoryItemLog, MemoryRecordMap> {
    readonly isPersistent = false;
    /** The storages to start with, by kind and id. */
    readonly #given: ReadonlyMap<string, Map<string, StoredStorage>>;

    /** @param given - The storages to start with, by kind. */
    constructor(given: Partial<Record<StorageKind, readonly StoredStorage[]>> = {}) {
        super();
        const byId = (storages: readonly StoredStorage[]): Map<string, StoredStorage> =>
            new Map(storages.map((storage) => [storage.id, storage]));
        this.#given = new Map(Object.entries(given).map(([kind, storages]) => [kind, byId(storages)]));
        for (const storages of this.#given.values()) for (const id of storages.keys()) checkStorageId(id);
    }

    openMetadata<Metadata extends object>(
        kind: StorageKind,
        read: (id: string, document: unknown) => Metadata,
    ): DocumentCollection<Metadata> {
        this.check();
        const collection = new DocumentCollection<Metadata>();
        for (const { id, document } of this.#given.get(kind)?.values() ?? []) {
            try {
                collection.set(id, read(id, JSON.parse(document)));
            } catch (error) {
                throw corrupted(kind, id, (error as Error).message);
            }
        }
        return collection;
    }

    async remove(kind: StorageKind, id: string, commit: () => void): Promise<void> {
        this.check(id);
        commit();
        if (kind === 'dataset') this.items.delete(id);
        if (kind === 'keyValueStore') this.records.delete(id);
        this.#given.get(kind)?.delete(id);
    }

    /** The requests themselves are in the memory of their queue. */
    openJournal(id: string): QueueJournal {
        this.check(id);
        return { load: () => this.#dataOf('requestQueue', id).lines, append() {}, close() {} };
    }

    override dump(kind: StorageKind, id: string): StorageData {
        this.check(id);
        const items = kind === 'dataset' ? this.items.get(id) : undefined;
        if (items !== undefined) return { lines: items.pieces(), records: [] };
        const records = kind === 'keyValueStore' ? this.records.get(id) : undefined;
        return records === undefined ? this.#dataOf(kind, id) : { lines: [], records: records.dump() };
    }

    async close(): Promise<void> {
        this.isClosed = true;
        for (const map of [this.items, this.records, ...this.#given.values()]) map.clear();
    }

    protected makeItems(id: string): MemoryItemLog {
        return new MemoryItemLog(this.#dataOf('dataset', id).lines);
    }

    protected makeRecords(id: string): MemoryRecordMap {
        return new MemoryRecordMap(this.#dataOf('keyValueStore', id).records);
    }

    #dataOf(kind: StorageKind, id: string): StorageData {
        const { lines = [], records = [] } = this.#given.get(kind)?.get(id) ?? {};
        return { lines, records };
    }
}

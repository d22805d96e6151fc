import type { StorageKind } from '../../model/api/storage.js';
import { StorageBackend, type QueueJournal, type StorageBytes, type StorageSnapshot } from '../backend.js';
import { DocumentCollection } from '../document-collection.js';
import { MemoryItemLog } from './memory-item-log.js';
import { MemoryRecordMap } from './memory-record-map.js';
import { storageCorrupted } from '../storage-metadata.js';
import { checkStorageId } from '../names.js';

/** Keeps all storages in the memory of this process. They are lost when the backend closes. */
export class MemoryBackend extends StorageBackend<MemoryItemLog, MemoryRecordMap> {
    readonly isPersistent = false;
    /** Initial storages, by kind and id. */
    readonly #initial: ReadonlyMap<string, Map<string, StorageSnapshot>>;

    /** @param initial - Initial storages, by kind. */
    constructor(initial: Partial<Record<StorageKind, readonly StorageSnapshot[]>> = {}) {
        super();
        const indexById = (storages: readonly StorageSnapshot[]): Map<string, StorageSnapshot> =>
            new Map(storages.map((storage) => [storage.id, storage]));
        this.#initial = new Map(Object.entries(initial).map(([kind, storages]) => [kind, indexById(storages)]));
        for (const storages of this.#initial.values()) for (const id of storages.keys()) checkStorageId(id);
    }

    openMetadata<Metadata extends object>(
        kind: StorageKind,
        parse: (id: string, document: unknown) => Metadata,
    ): DocumentCollection<Metadata> {
        this.assertOpen();
        const collection = new DocumentCollection<Metadata>();
        for (const { id, document } of this.#initial.get(kind)?.values() ?? []) {
            try {
                collection.set(id, parse(id, JSON.parse(document)));
            } catch (error) {
                throw storageCorrupted(kind, id, (error as Error).message);
            }
        }
        return collection;
    }

    async remove(kind: StorageKind, id: string, commit: () => void): Promise<void> {
        this.assertOpen(id);
        commit();
        if (kind === 'dataset') this.items.delete(id);
        if (kind === 'keyValueStore') this.records.delete(id);
        this.#initial.get(kind)?.delete(id);
    }

    /** Returns a journal that only loads the initial lines. The queue itself holds its requests in memory. */
    openJournal(id: string): QueueJournal {
        this.assertOpen(id);
        return { load: () => this.#initialData('requestQueue', id).lines, append() {}, close() {} };
    }

    override exportData(kind: StorageKind, id: string): StorageBytes {
        this.assertOpen(id);
        const items = kind === 'dataset' ? this.items.get(id) : undefined;
        if (items !== undefined) return { lines: items.chunks(), records: [] };
        const records = kind === 'keyValueStore' ? this.records.get(id) : undefined;
        return records === undefined ? this.#initialData(kind, id) : { lines: [], records: records.snapshot() };
    }

    async close(): Promise<void> {
        this.isClosed = true;
        for (const map of [this.items, this.records, ...this.#initial.values()]) map.clear();
    }

    protected createItems(id: string): MemoryItemLog {
        return new MemoryItemLog(this.#initialData('dataset', id).lines);
    }

    protected createRecords(id: string): MemoryRecordMap {
        return new MemoryRecordMap(this.#initialData('keyValueStore', id).records);
    }

    #initialData(kind: StorageKind, id: string): StorageBytes {
        const { lines = [], records = [] } = this.#initial.get(kind)?.get(id) ?? {};
        return { lines, records };
    }
}

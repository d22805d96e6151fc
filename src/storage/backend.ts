import { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/api/storage.js';
import type { RecordHead } from '../model/streams.js';
import type { DocumentCollection } from './document-collection.js';
import type { ItemLog } from './dataset/item-log.js';
import type { JournalContent } from './file/journal.js';
import type { RecordMap } from './key-value-store/record-map.js';
import { checkStorageId } from './names.js';

/*
 * Where storages keep their bytes. The rules of storages (paging, locks, deduplication) are above this interface and the same for
 * every backend. One contract suite holds all backends to it.
 *
 * Every operation that has returned has survived a kill of the process (`durability: 'process'`), or also a loss of power
 * (`'fsync'`). Small operations are synchronous on purpose: an append into the page cache takes microseconds, a trip through the
 * thread pool many times that.
 */

/**
 * Keeps the bytes of all storages of an engine.
 *
 * Opening a storage twice gives the same data. A handle must not be used after it, its storage or the backend has been
 * closed or removed. Ids that are not 1 to 64 letters, digits, hyphens or underscores are refused with `invalid-value`.
 */
export abstract class StorageBackend<Items extends ItemLog = ItemLog, Records extends RecordMap = RecordMap> {
    /** False if everything is gone with the engine. */
    abstract readonly isPersistent: boolean;
    protected readonly items = new Map<string, Items>();
    protected readonly records = new Map<string, Records>();
    protected isClosed = false;

    /**
     * Opens the metadata of all storages of a kind. Called once.
     *
     * @param read - Makes the metadata of a document; throws what keeps it from being one.
     */
    abstract openMetadata<Metadata extends object>(
        kind: StorageKind,
        read: (id: string, document: unknown) => Metadata,
    ): DocumentCollection<Metadata>;
    /**
     * Removes the data of a storage, all or nothing.
     *
     * @param commit - Removes the metadata.
     */
    abstract remove(kind: StorageKind, id: string, commit: () => void): Promise<void>;
    /** Opens the journal of a request queue. */
    abstract openJournal(id: string, content: JournalContent): QueueJournal;
    /** All data of a storage in memory, as it is at this moment. What came under a lease must have been absorbed. */
    exportData?(kind: StorageKind, id: string): StorageBytes;
    /** Writes out what is still held back and closes all files. */
    abstract close(): Promise<void>;
    protected abstract createItems(id: string): Items;
    protected abstract createRecords(id: string): Records;

    /** Opens the items of a dataset. */
    openItems(id: string): Items {
        this.assertOpen(id);
        let items = this.items.get(id);
        if (items === undefined) this.items.set(id, (items = this.createItems(id)));
        return items;
    }

    /** Opens the records of a key-value store. */
    openRecords(id: string): Records {
        this.assertOpen(id);
        let records = this.records.get(id);
        if (records === undefined) this.records.set(id, (records = this.createRecords(id)));
        return records;
    }

    protected assertOpen(id?: string): void {
        if (this.isClosed) throw new EngineError('engine-closed', 'The storages of this engine have been closed.');
        if (id !== undefined) checkStorageId(id);
    }
}

/** The data of one storage. Its bytes may be the storage's own: they are not to be changed. */
export interface StorageBytes {
    /** Items of a dataset, or the journal of a request queue: whole lines, in pieces of any size. */
    readonly lines: readonly Uint8Array[];
    /** Records of a key-value store, in binary order of their keys. */
    readonly records: readonly RecordData[];
}

/** One record with its bytes. */
export interface RecordData extends Readonly<RecordHead> {
    readonly bytes: Uint8Array;
}

/** A whole storage. */
export interface StorageSnapshot extends StorageBytes {
    readonly id: string;
    /** Its metadata, as JSON. */
    readonly document: string;
}

/** An append-only list of JSON texts, each a line. */
export interface QueueJournal {
    /** All lines in chunks, the oldest first. To be called once, right after opening. */
    load(): Iterable<Uint8Array>;
    /** Appends lines, all or none. */
    append(lines: readonly string[]): void;
    close(): void;
}

import { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/api/storage.js';
import type { RecordHead } from '../model/streams.js';
import type { DocumentCollection } from './document-collection.js';
import type { ItemLog } from './dataset/item-log.js';
import type { JournalContent } from './file/journal.js';
import type { RecordMap } from './key-value-store/record-map.js';
import { checkStorageId } from './names.js';

/*
 * The rules of storages (paging, locks, deduplication) live above this interface and are the same for every backend. One contract
 * suite tests all backends.
 *
 * An operation that has returned survives a kill of the process (`durability: 'process'`) or a power loss (`'fsync'`). Small
 * operations are synchronous on purpose: an append to the page cache takes microseconds, far less than a round trip through the
 * thread pool.
 */

/**
 * Stores the bytes of all storages of an engine.
 *
 * Opening a storage twice returns the same data. A handle must not be used once the handle, its storage or the backend is closed or
 * removed. An id must be 1 to 64 letters, digits, hyphens or underscores; any other id throws `invalid-value`.
 */
export abstract class StorageBackend<Items extends ItemLog = ItemLog, Records extends RecordMap = RecordMap> {
    /** False if the data is lost when the engine closes. */
    abstract readonly isPersistent: boolean;
    protected readonly items = new Map<string, Items>();
    protected readonly records = new Map<string, Records>();
    protected isClosed = false;

    /**
     * Opens the metadata of all storages of a kind. Called once.
     *
     * @param parse - Creates the metadata from a stored document; throws an error that says why the document is not valid.
     */
    abstract openMetadata<Metadata extends object>(
        kind: StorageKind,
        parse: (id: string, document: unknown) => Metadata,
    ): DocumentCollection<Metadata>;
    /**
     * Removes the data of a storage, all or nothing.
     *
     * @param commit - Removes the metadata.
     */
    abstract remove(kind: StorageKind, id: string, commit: () => void): Promise<void>;
    /** Opens the journal of a request queue. */
    abstract openJournal(id: string, content: JournalContent): QueueJournal;
    /** Returns all data of a storage, in memory. The caller must have ingested direct writes before. */
    exportData?(kind: StorageKind, id: string): StorageBytes;
    /** Flushes pending data and closes all files. */
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

/** The data of one storage. The buffers may be those of the storage itself and must not be modified. */
export interface StorageBytes {
    /** Items of a dataset, or the journal of a request queue: whole lines, in chunks of any size. */
    readonly lines: readonly Uint8Array[];
    /** Records of a key-value store, in binary order of their keys. */
    readonly records: readonly RecordData[];
}

/** One record with its bytes. */
export interface RecordData extends Readonly<RecordHead> {
    readonly bytes: Uint8Array;
}

/** All data and metadata of one storage. */
export interface StorageSnapshot extends StorageBytes {
    readonly id: string;
    /** The metadata as JSON. */
    readonly document: string;
}

/** An append-only list of JSON texts, one on each line. */
export interface QueueJournal {
    /** Returns all lines in chunks, oldest first. Must be called once, directly after opening. */
    load(): Iterable<Uint8Array>;
    /** Appends lines, all or none. */
    append(lines: readonly string[]): void;
    close(): void;
}

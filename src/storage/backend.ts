import type { StorageKind } from '../model/storage.js';
import type { ContentEncoding, RecordHead, RecordStream } from '../model/streams.js';
import type { ItemLease } from '../protocol/item-lease.js';
import type { DocumentCollection } from './document-collection.js';
import type { JournalContent } from './journal.js';

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
export interface StorageBackend {
    /** False if everything is gone with the engine. */
    readonly isPersistent: boolean;
    /**
     * Opens the metadata of all storages of a kind. Called once.
     *
     * @param read - Makes the metadata of a document; throws what keeps it from being one.
     */
    openMetadata<Metadata extends object>(
        kind: StorageKind,
        read: (id: string, document: unknown) => Metadata,
    ): DocumentCollection<Metadata>;
    /**
     * Removes the data of a storage, all or nothing.
     *
     * @param commit - Removes the metadata.
     */
    remove(kind: StorageKind, id: string, commit: () => void): Promise<void>;
    /** Opens the items of a dataset. */
    openItems(id: string): ItemLog;
    /** Opens the records of a key-value store. */
    openRecords(id: string): RecordMap;
    /** Opens the journal of a request queue. */
    openJournal(id: string, content: JournalContent): QueueJournal;
    /** All data of a storage in memory, as it is at this moment. What came under a lease must have been absorbed. */
    dump?(kind: StorageKind, id: string): StorageData;
    /** Writes out what is still held back and closes all files. */
    close(): Promise<void>;
}

/** The data of one storage. Its bytes may be the storage's own: they are not to be changed. */
export interface StorageData {
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
export interface StoredStorage extends StorageData {
    readonly id: string;
    /** Its metadata, as JSON. */
    readonly document: string;
}

/** What a storage has that has never been used. */
export const NO_DATA: StorageData = Object.freeze({ lines: [], records: [] });

/** An append-only list of JSON texts, each without a line break in it. What is no Unicode in them becomes U+FFFD. */
export interface ItemLog {
    readonly count: number;
    /** Bytes of all items, without what separates them. */
    readonly bytes: number;
    /** Appends items, all or none. */
    append(items: readonly string[]): void;
    /** The items from `start` up to but not including `end`, in order of appending. */
    read(start: number, end: number): Promise<string[]>;
    /**
     * Which of the items from `start` up to `end` can be read together for about so many bytes: the first ones, or the last
     * ones where it goes backwards, and one at least.
     */
    portion(range: ItemRange, bytes: number, isBackwards: boolean): ItemRange;
    /** Some of the items: of the first and of the latest ones. */
    sample(): string[];
    /**
     * Lends another thread of this process a place to append items by itself; there is one lease at a time. Undefined
     * where that cannot keep the promises of this log. Whatever has been appended before must have been absorbed.
     */
    lease(byteCount: number): ItemLease | undefined;
    /** Takes in what has been appended under the lease; returns how many items. To be called before anything else is done. */
    absorb(): number;
    /** Ends the lease; what has been appended under it must have been absorbed. */
    endLease(): void;
    /** True while it is lent, or being read. */
    readonly isBusy: boolean;
    close(): void;
}

/** Items from `start` up to but not including `end`. */
export interface ItemRange {
    start: number;
    end: number;
}

/** What is known of a record without reading it. */
export interface RecordMeta extends RecordHead {
    /** Of the bytes as they are stored. */
    size: number;
}

/** Records by key. */
export interface RecordMap {
    /** Bytes of all records as they are stored. */
    readonly bytes: number;
    /**
     * What is known of each record, in binary order of the keys: of those that come after a key, and not before another one.
     * To be gone through at once, as far as it is wanted; what it gives is not to be changed.
     */
    entries(after?: string, from?: string): Iterable<RecordMeta>;
    meta(key: string): RecordMeta | undefined;
    /**
     * The record with the bytes that it has now: a copy of the caller's own, or pieces where they are many. What is open must be
     * taken to its end, or given up.
     */
    open(key: string): Promise<RecordStream | undefined>;
    /** Sets or replaces a record, atomically. */
    write(key: string, contentType: string, bytes: Uint8Array, encoding?: ContentEncoding): void | Promise<void>;
    /**
     * Sets or replaces a record once all of its pieces have come. Until then nothing is changed, and other writes of the
     * same record do not wait; whatever the pieces throw is thrown.
     */
    receive(head: RecordHead, pieces: AsyncIterable<Uint8Array>): Promise<void>;
    delete(key: string): void | Promise<void>;
    /** True while a write is under way. */
    readonly isBusy: boolean;
    close(): void;
}

/** An append-only list of JSON texts, each a line. */
export interface QueueJournal {
    /** All lines in chunks, the oldest first. To be called once, right after opening. */
    load(): Iterable<Uint8Array>;
    /** Appends lines, all or none. */
    append(lines: readonly string[]): void;
    close(): void;
}

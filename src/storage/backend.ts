import type { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/storage.js';
import type { ContentEncoding, RecordHead, RecordStream } from '../model/streams.js';
import type { StorageOutline } from './storage-outline.js';
import type { ItemLease } from '../protocol/item-lease.js';

/*
 * Where storages keep their bytes. The storages' rules (paging, locks, deduplication) live above this seam and are the
 * same for every backend; a backend only promises what is said here. One contract suite holds all backends to it.
 *
 * Every operation that has returned has survived a kill of the process (`durability: 'process'`), or also a loss of power
 * (`'fsync'`), as far as the medium can. Small operations work synchronously on purpose: an append into the page cache
 * takes microseconds, while a trip through the thread pool takes many times that.
 */

/**
 * Keeps the bytes of all storages of an engine.
 *
 * Opening a storage twice gives the same data. A handle must not be used after it, its storage or the backend has been
 * closed or removed. Ids that are not 1 to 64 letters, digits, hyphens or underscores are refused with `invalid-value`.
 */
export interface StorageBackend {
    /**
     * All metadata documents of a kind, as they were last saved and as JSON keeps them; none where everything is gone with
     * the engine. Called once, when the engine starts.
     */
    loadAll(kind: StorageKind): Promise<LoadedStorage[]>;
    /**
     * In place of {@link StorageBackend.loadAll}, where metadata can be loaded one by one: the outlines of all storages.
     * Undefined where they cannot.
     */
    outlineAll(kind: StorageKind): Promise<(StorageOutline | DamagedStorage)[]> | undefined;
    /**
     * One metadata document, as it was last saved; undefined if there is none.
     *
     * @throws `storage-corrupted` if it cannot be read.
     */
    load(kind: StorageKind, id: string): unknown;
    /** Replaces the metadata document of a storage, atomically; makes room for the storage if it is new. */
    saveMetadata(kind: StorageKind, id: string, metadata: unknown): void;
    /** Removes a storage with all its data. */
    remove(kind: StorageKind, id: string): Promise<void>;
    /** Opens the items of a dataset. */
    openItems(id: string): ItemLog;
    /** Opens the records of a key-value store. */
    openRecords(id: string): RecordMap;
    /** Opens the journal of a request queue. */
    openJournal(id: string): Journal;
    /** All data of a storage, as it is at this moment. What came under a lease must have been absorbed. */
    dump(kind: StorageKind, id: string): StorageData;
    /** Makes a storage that is not there yet of what {@link StorageBackend.dump} gave; before anything is loaded or opened. */
    fill(kind: StorageKind, storage: StoredStorage): void;
    /** Writes out what is still held back and gives up the medium. */
    close(): Promise<void>;
}

/** A storage as it is found when the engine starts: with its metadata document, or with what keeps that from being read. */
export type LoadedStorage = { id: string; metadata: unknown } | DamagedStorage;

/** A storage that is there and cannot be read. */
export interface DamagedStorage {
    id: string;
    damage: EngineError;
    /** If it is known. */
    name?: string;
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
    readonly metadata: unknown;
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
    /**
     * Lends another thread of this process a place to append items by itself; there is one lease at a time. Undefined
     * where that cannot keep the promises of this log. Whatever has been appended before must have been absorbed.
     */
    lease(byteCount: number): ItemLease | undefined;
    /** Takes in what has been appended under the lease. To be called before anything else is done with the log. */
    absorb(): Absorbed;
    /** Ends the lease; what has been appended under it must have been absorbed. */
    endLease(): void;
    /** Whether it is lent, or being read. */
    readonly isBusy: boolean;
    close(): void;
}

/** Items from `start` up to but not including `end`. */
export interface ItemRange {
    start: number;
    end: number;
}

/** What has come in under a lease. */
export interface Absorbed {
    count: number;
    /** Some of the items, of the first ones. */
    sample: readonly string[];
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
    /** A copy of the bytes as they are stored; the caller may do with it as it likes. */
    read(key: string): Promise<Buffer | undefined>;
    /** As {@link RecordMap.read}, but in pieces where they are many. What is open must be taken to its end, or given up. */
    open(key: string): Promise<RecordStream | undefined>;
    /** Sets or replaces a record, atomically. */
    write(key: string, contentType: string, bytes: Uint8Array, encoding?: ContentEncoding): void | Promise<void>;
    /**
     * Sets or replaces a record once all of its pieces have come. Until then nothing is changed, and other writes of the
     * same record do not wait; whatever the pieces throw is thrown.
     */
    receive(head: RecordHead, pieces: AsyncIterable<Uint8Array>): Promise<void>;
    delete(key: string): void | Promise<void>;
    /** Whether a write is under way. */
    readonly isBusy: boolean;
    close(): void;
}

/** Whole lines of a journal, and where the first one begins. */
export interface JournalStretch {
    readonly bytes: Buffer;
    readonly position: number;
}

/** Where something stands in a journal. */
export interface JournalPlace {
    position: number;
    /** In bytes. */
    length: number;
}

/**
 * An append-only list of JSON texts, each a line, of which the oldest can be given up once newer ones say the same. Each has
 * a position, which lasts until the journal is closed.
 */
export interface Journal {
    /** All entries, oldest first, a stretch at a time. To be called right after opening. */
    load(): AsyncIterable<JournalStretch>;
    /** Appends entries, all or none. Returns the position of the first; each of the others begins after a line break. */
    append(entries: readonly string[]): number;
    /** Parts of entries. Those that stand side by side are read together. */
    texts(places: readonly Readonly<JournalPlace>[]): string[];
    /** How many entries there are. */
    readonly length: number;
    /** The position of the next entry. */
    readonly end: number;
    /** The oldest entries that have not been given up yet, of about so many bytes. */
    oldest(bytes: number): JournalStretch | undefined;
    /** Gives up what {@link Journal.oldest} has just returned. It may be there again when the journal is opened anew. */
    giveUp(stretch: JournalStretch): void;
    close(): void;
}

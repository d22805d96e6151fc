import type { ContentEncoding, RecordHead, RecordStream } from '../../model/streams.js';
import { SortedList } from '../../util/collections/sorted-list.js';
import type { DocumentCollection } from '../document-collection.js';

/** The properties of a record that can be read without its bytes. */
export interface RecordMeta extends RecordHead {
    /** Size of the stored bytes. */
    size: number;
}

/** The properties of a record in an index, without the location of its bytes. */
export type IndexedRecord = Omit<RecordMeta, 'key'>;

/** Returns the properties of a record. Omits a missing encoding, which saves memory, since a store can have many records. */
export function recordMeta({ key, contentType, contentEncoding }: RecordHead, size: number): RecordMeta {
    if (contentEncoding === undefined) return { key, contentType, size };
    return { key, contentType, contentEncoding, size };
}

/**
 * Records by key. The order of the keys is created on first use and then maintained, so that the cost of a change does not depend on
 * the number of records.
 */
export abstract class RecordMap<Stored extends IndexedRecord = IndexedRecord> {
    readonly #index: DocumentCollection<Stored>;
    #order: SortedList<string> | undefined;
    #bytes = 0;

    constructor(index: DocumentCollection<Stored>) {
        this.#index = index;
        for (const { size } of index.values()) this.#bytes += size;
    }

    /**
     * Returns a record with its current bytes: a buffer that belongs to the caller, or chunks if the record is large. The caller must
     * read the chunks to the end or close the iterator.
     */
    abstract open(key: string): Promise<RecordStream | undefined>;
    /** Sets or replaces a record atomically. */
    abstract write(
        key: string,
        contentType: string,
        bytes: Uint8Array,
        encoding?: ContentEncoding,
    ): void | Promise<void>;
    /**
     * Sets or replaces a record after all of its chunks have arrived. Until then, nothing changes and other writes of the record do
     * not wait. Errors of the chunks are passed on.
     */
    abstract writeStream(head: RecordHead, chunks: AsyncIterable<Uint8Array>): Promise<void>;
    abstract delete(key: string): void | Promise<void>;

    /** True while a write is in progress. */
    get isBusy(): boolean {
        return false;
    }

    close(): void {}

    /** Size of all stored bytes. */
    get bytes(): number {
        return this.#bytes;
    }

    meta(key: string): RecordMeta | undefined {
        const record = this.index.get(key);
        return record && recordMeta({ key, ...record }, record.size);
    }

    /**
     * Yields the properties of the records with keys after `after` and from `from` on, in binary order of the keys. The records must
     * not change during the iteration.
     */
    *entries(after = '', from = ''): Generator<RecordMeta, undefined> {
        const { index } = this;
        this.#order ??= SortedList.fromSorted([...index.keys()].toSorted(compareKeys), compareKeys);
        const start = this.#order.findIndex((key) => key > after && key >= from);
        for (const key of this.#order.forward(start)) yield this.meta(key)!;
    }

    /** The records. Subclasses override it to throw after the map is closed. */
    protected get index(): DocumentCollection<Stored> {
        return this.#index;
    }

    protected setEntry(key: string, record: Stored): void {
        const previous = this.index.get(key);
        const previousSize = previous?.size ?? 0;
        this.#index.set(key, record);
        this.#bytes += record.size - previousSize;
        if (previous === undefined) this.#order?.add(key);
    }

    /** Deletes a record from the index. Returns the record if it existed. */
    protected deleteEntry(key: string): Stored | undefined {
        const previous = this.index.get(key);
        if (previous === undefined) return undefined;
        this.#index.delete(key);
        this.#bytes -= previous.size;
        this.#order?.delete(key);
        return previous;
    }

    /** Changes the size of a record in memory only. */
    protected resizeEntry(record: Stored, size: number): void {
        this.#bytes += size - record.size;
        record.size = size;
    }
}

// Keys are ASCII, so the order of code units is the order of bytes.
function compareKeys(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

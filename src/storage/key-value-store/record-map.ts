import type { ContentEncoding, RecordHead, RecordStream } from '../../model/streams.js';
import { SortedList } from '../../util/collections/sorted-list.js';
import type { DocumentCollection } from '../document-collection.js';

/** The properties of a record that can be read without its bytes. */
export interface RecordMeta extends RecordHead {
    /** Of the bytes as they are stored. */
    size: number;
}

/** What an index keeps of each record, besides where its bytes are. */
export type IndexedRecord = Omit<RecordMeta, 'key'>;

/** Returns the properties of a record; stores keep it by the thousand, hence without an encoding that it does not have. */
export function recordMeta({ key, contentType, contentEncoding }: RecordHead, size: number): RecordMeta {
    if (contentEncoding === undefined) return { key, contentType, size };
    return { key, contentType, contentEncoding, size };
}

/**
 * Records by key, with an order of the keys that is made when it is first asked for and kept up from then on: a change
 * costs the same however many records there are.
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
     * Returns the record with the bytes that it has now: a copy of the caller's own, or pieces where they are many. What is open
     * must be taken to its end, or given up.
     */
    abstract open(key: string): Promise<RecordStream | undefined>;
    /** Sets or replaces a record, atomically. */
    abstract write(
        key: string,
        contentType: string,
        bytes: Uint8Array,
        encoding?: ContentEncoding,
    ): void | Promise<void>;
    /**
     * Sets or replaces a record once all of its pieces have come. Until then nothing is changed, and other writes of the
     * same record do not wait; whatever the pieces throw is thrown.
     */
    abstract writeStream(head: RecordHead, pieces: AsyncIterable<Uint8Array>): Promise<void>;
    abstract delete(key: string): void | Promise<void>;

    /** True while a write is under way. */
    get isBusy(): boolean {
        return false;
    }

    close(): void {}

    /** Bytes of all records as they are stored. */
    get bytes(): number {
        return this.#bytes;
    }

    meta(key: string): RecordMeta | undefined {
        const record = this.index.get(key);
        return record && recordMeta({ key, ...record }, record.size);
    }

    /**
     * Yields the properties of the records in binary order of the keys: of those that come after a key, and not before another
     * one. The records must not change meanwhile.
     */
    *entries(after = '', from = ''): Generator<RecordMeta, undefined> {
        const { index } = this;
        this.#order ??= SortedList.of([...index.keys()].toSorted(compareKeys), compareKeys);
        const start = this.#order.findPlace((key) => key > after && key >= from);
        for (const key of this.#order.forward(start)) yield this.meta(key)!;
    }

    /** The records; throws where they cannot be used any more. */
    protected get index(): DocumentCollection<Stored> {
        return this.#index;
    }

    protected setEntry(key: string, record: Stored): void {
        const before = this.index.get(key);
        const beforeSize = before?.size ?? 0;
        this.#index.set(key, record);
        this.#bytes += record.size - beforeSize;
        if (before === undefined) this.#order?.add(key);
    }

    /** Takes a record out of the index; returns it if it was there. */
    protected deleteEntry(key: string): Stored | undefined {
        const before = this.index.get(key);
        if (before === undefined) return undefined;
        this.#index.delete(key);
        this.#bytes -= before.size;
        this.#order?.delete(key);
        return before;
    }

    /** Notes that a record has another size, without writing it down. */
    protected resizeEntry(record: Stored, size: number): void {
        this.#bytes += size - record.size;
        record.size = size;
    }
}

// Keys are ASCII, where the order of code units is the order of bytes.
function compareKeys(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

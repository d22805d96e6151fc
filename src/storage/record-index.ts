import type { ContentEncoding, RecordHead } from '../model/streams.js';
import { OrderedList } from '../util/ordered-list.js';
import type { RecordMeta } from './backend.js';
import { DocumentCollection } from './document-collection.js';

/** The properties of a record that every index keeps. */
export interface IndexedRecord {
    contentType: string;
    contentEncoding?: ContentEncoding | undefined;
    size: number;
}

/** Returns what can be read of a record from its index; stores keep it by the thousand, hence without what it does not have. */
export function recordMeta({ key, contentType, contentEncoding }: RecordHead, size: number): RecordMeta {
    if (contentEncoding === undefined) return { key, contentType, size };
    return { key, contentType, contentEncoding, size };
}

/**
 * Records by key, with an order of the keys that is made when it is first asked for and kept up from then on: a change
 * costs the same however many records there are.
 */
export class RecordIndex<Stored extends IndexedRecord> {
    readonly #records: DocumentCollection<Stored>;
    #order: OrderedList<string> | undefined;
    #bytes = 0;

    /** @param records - Default: none yet, and in memory only. */
    constructor(records = new DocumentCollection<Stored>()) {
        this.#records = records;
        for (const { size } of records.values()) this.#bytes += size;
    }

    /** Bytes of all records together. */
    get bytes(): number {
        return this.#bytes;
    }

    get(key: string): Stored | undefined {
        return this.#records.get(key);
    }

    meta(key: string): RecordMeta | undefined {
        const record = this.#records.get(key);
        return record && recordMeta({ key, ...record }, record.size);
    }

    set(key: string, record: Stored): void {
        const before = this.#records.get(key);
        const beforeSize = before?.size ?? 0;
        this.#records.set(key, record);
        this.#bytes += record.size - beforeSize;
        if (before === undefined) this.#order?.add(key);
    }

    delete(key: string): void {
        const before = this.#records.get(key);
        if (before === undefined) return;
        this.#records.delete(key);
        this.#bytes -= before.size;
        this.#order?.delete(key);
    }

    /** Notes that a record has another size, without writing it down. */
    resize(record: Stored, size: number): void {
        this.#bytes += size - record.size;
        record.size = size;
    }

    /** As {@link RecordMap.entries}. */
    *entries(after = '', from = ''): Generator<RecordMeta, undefined> {
        this.#order ??= OrderedList.of([...this.#records.keys()].toSorted(inBinaryOrder), inBinaryOrder);
        const start = this.#order.findPlace((key) => key > after && key >= from);
        for (const key of this.#order.forward(start)) yield this.meta(key)!;
    }

    close(): void {
        this.#records.close();
    }
}

// Keys are ASCII, where the order of code units is the order of bytes.
function inBinaryOrder(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

import type { RecordHead } from '../model/streams.js';
import { OrderedList } from '../util/ordered-list.js';
import type { RecordMeta } from './backend.js';

/** A record, and what its owner keeps of it. */
interface Row<Value> {
    meta: RecordMeta;
    value: Value;
}

/** What is known of a record; stores keep it by the thousand, hence without what it does not have. */
export function recordMeta({ key, contentType, contentEncoding }: RecordHead, size: number): RecordMeta {
    if (contentEncoding === undefined) return { key, contentType, size };
    return { key, contentType, contentEncoding, size };
}

/**
 * Records by key, with an order of the keys that is made when it is first asked for and kept up from then on: a change
 * costs the same however many records there are.
 */
export class RecordTable<Value> {
    readonly #rows = new Map<string, Row<Value>>();
    #order: OrderedList<string> | undefined;
    #bytes = 0;

    /** Bytes of all records together. */
    get bytes(): number {
        return this.#bytes;
    }

    get(key: string): Row<Value> | undefined {
        return this.#rows.get(key);
    }

    set(meta: RecordMeta, value: Value): void {
        const before = this.#rows.get(meta.key);
        this.#rows.set(meta.key, { meta, value });
        this.#bytes += meta.size - (before?.meta.size ?? 0);
        if (before === undefined) this.#order?.add(meta.key);
    }

    delete(key: string): boolean {
        const row = this.#rows.get(key);
        if (row === undefined) return false;
        this.#rows.delete(key);
        this.#bytes -= row.meta.size;
        this.#order?.delete(key);
        return true;
    }

    /** As {@link RecordMap.entries}. */
    *entries(after = '', from = ''): Generator<RecordMeta, undefined> {
        this.#order ??= OrderedList.of([...this.#rows.keys()].toSorted(inBinaryOrder), inBinaryOrder);
        const order = this.#order;
        const start = order.findPlace((key) => key > after && key >= from);
        for (const key of order.forward(start)) yield this.#rows.get(key)!.meta;
    }
}

// Keys are ASCII, where the order of code units is the order of bytes.
function inBinaryOrder(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

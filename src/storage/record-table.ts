import type { RecordMeta } from './backend.js';

/** One record, and where its bytes are. */
interface Row<Place> {
    meta: RecordMeta;
    place: Place;
}

/**
 * Records by key, with a listing in binary order that is made when it is asked for and kept until something changes.
 * Making it anew merges the few changes into the old listing, since the sort finds what is in order already.
 */
export class RecordTable<Place> {
    readonly #rows = new Map<string, Row<Place>>();
    #listing: RecordMeta[] = [];
    #added: RecordMeta[] = [];
    /** How many in the listing and among the added are out of date. */
    #gone = 0;

    get size(): number {
        return this.#rows.size;
    }

    get(key: string): Row<Place> | undefined {
        return this.#rows.get(key);
    }

    set(meta: RecordMeta, place: Place): void {
        if (this.#rows.has(meta.key)) this.#gone++;
        this.#rows.set(meta.key, { meta, place });
        this.#added.push(meta);
        // Whoever only writes must not pile up what has been replaced since.
        if (this.#gone > this.#rows.size + 16) this.#forgetGone();
    }

    delete(key: string): boolean {
        if (!this.#rows.delete(key)) return false;
        this.#gone++;
        return true;
    }

    values(): Iterable<Row<Place>> {
        return this.#rows.values();
    }

    /** In binary order of keys. The list is never changed afterwards; its entries must not be either. */
    entries(): readonly RecordMeta[] {
        if (this.#gone > 0) this.#forgetGone();
        if (this.#added.length > 0) {
            this.#listing = this.#listing.concat(this.#added.toSorted(byKey)).toSorted(byKey);
            this.#added = [];
        }
        return this.#listing;
    }

    #forgetGone(): void {
        this.#listing = this.#listing.filter((meta) => this.#isCurrent(meta));
        this.#added = this.#added.filter((meta) => this.#isCurrent(meta));
        this.#gone = 0;
    }

    #isCurrent(meta: RecordMeta): boolean {
        return this.#rows.get(meta.key)?.meta === meta;
    }
}

// Keys are ASCII, where the order of code units is the order of bytes.
function byKey(a: RecordMeta, b: RecordMeta): number {
    return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

import type { RecordData, RecordMap, RecordMeta } from './backend.js';
import { ByteSlabs, slotBytes, type Slot } from './byte-slabs.js';
import { RecordTable } from './record-table.js';

/** Records in memory. */
export class MemoryRecordMap implements RecordMap {
    readonly #table = new RecordTable<Slot>();
    readonly #slabs = new ByteSlabs();

    /** @param records - What it starts with; large ones are shared and not copied. */
    constructor(records: readonly RecordData[] = []) {
        for (const { key, contentType, bytes } of records) {
            this.#table.set({ key, contentType, size: bytes.length }, this.#slabs.adopt(bytes));
        }
    }

    entries(): readonly RecordMeta[] {
        return this.#table.entries();
    }

    meta(key: string): RecordMeta | undefined {
        const row = this.#table.get(key);
        return row && { ...row.meta };
    }

    async read(key: string): Promise<Buffer | undefined> {
        const row = this.#table.get(key);
        return row && Buffer.from(slotBytes(row.place));
    }

    write(key: string, contentType: string, bytes: Uint8Array): void {
        const meta = { key, contentType, size: bytes.length };
        const slot = this.#table.get(key)?.place;
        if (slot !== undefined && this.#slabs.overwrite(slot, bytes)) return this.#table.set(meta, slot);
        this.#table.set(meta, this.#slabs.put(bytes));
        if (slot !== undefined) this.#free(slot);
    }

    delete(key: string): void {
        const slot = this.#table.get(key)?.place;
        if (slot === undefined) return;
        this.#table.delete(key);
        this.#free(slot);
    }

    /** All records; the bytes of large ones are where they are, and stay as they are. */
    dump(): RecordData[] {
        return this.entries().map(({ key, contentType }) => {
            return { key, contentType, bytes: this.#slabs.share(this.#table.get(key)!.place) };
        });
    }

    close(): void {}

    #free(slot: Slot): void {
        this.#slabs.free(slot);
        this.#slabs.tidy(() => this.#slots());
    }

    *#slots(): Generator<Slot> {
        for (const row of this.#table.values()) yield row.place;
    }
}

import type { RecordMap, RecordMeta } from './backend.js';
import { ByteSlabs, slotBytes, type Slot } from './byte-slabs.js';
import { RecordTable } from './record-table.js';

/** Records in memory. */
export class MemoryRecordMap implements RecordMap {
    readonly #table = new RecordTable<Slot>();
    readonly #slabs = new ByteSlabs();

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

    close(): void {}

    #free(slot: Slot): void {
        this.#slabs.free(slot);
        this.#slabs.tidy(() => this.#slots());
    }

    *#slots(): Generator<Slot> {
        for (const row of this.#table.values()) yield row.place;
    }
}

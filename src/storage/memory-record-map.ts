import type { RecordMap, RecordMeta } from './backend.js';
import { ByteSlabs, slotBytes, type Slot } from './byte-slabs.js';
import type { ContentEncoding, RecordHead, RecordStream } from '../model/streams.js';
import { joinPieces } from './pieces.js';
import { recordMeta } from './record-meta.js';
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

    async open(key: string): Promise<RecordStream | undefined> {
        const row = this.#table.get(key);
        return row && { ...row.meta, content: Buffer.from(slotBytes(row.place)) };
    }

    write(key: string, contentType: string, bytes: Uint8Array, contentEncoding?: ContentEncoding): void {
        const meta = recordMeta({ key, contentType, contentEncoding }, bytes.length);
        const slot = this.#table.get(key)?.place;
        if (slot !== undefined && this.#slabs.overwrite(slot, bytes)) return this.#table.set(meta, slot);
        this.#table.set(meta, this.#slabs.put(bytes));
        if (slot !== undefined) this.#free(slot);
    }

    async receive({ key, contentType, contentEncoding }: RecordHead, pieces: AsyncIterable<Uint8Array>): Promise<void> {
        this.write(key, contentType, await joinPieces(pieces), contentEncoding);
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

import type { RecordData, RecordMap, RecordMeta } from './backend.js';
import { ByteSlabs, slotBytes, type Slot } from './byte-slabs.js';
import type { ContentEncoding, RecordHead, RecordStream } from '../model/streams.js';
import { joinPieces } from './pieces.js';
import { recordMeta } from './record-meta.js';
import { RecordTable } from './record-table.js';

/** Records in memory. */
export class MemoryRecordMap implements RecordMap {
    readonly #table = new RecordTable<Slot>();
    readonly #slabs = new ByteSlabs();

    /** @param records - What it starts with; large ones are shared and not copied. */
    constructor(records: readonly RecordData[] = []) {
        for (const { bytes, ...head } of records) {
            this.#table.set(recordMeta(head, bytes.length), this.#slabs.adopt(bytes));
        }
    }

    get bytes(): number {
        return this.#table.bytes;
    }

    entries(after?: string, from?: string): Iterable<RecordMeta> {
        return this.#table.entries(after, from);
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

    /** All records; the bytes of large ones are where they are, and stay as they are. */
    dump(): RecordData[] {
        return Array.from(this.entries(), ({ size: _, ...head }) => {
            return { ...head, bytes: this.#slabs.share(this.#table.get(head.key)!.place) };
        });
    }

    /** It has nothing to let go of. */
    get isBusy(): boolean {
        return true;
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

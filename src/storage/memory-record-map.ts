import type { ContentEncoding, RecordHead, RecordStream } from '../model/streams.js';
import type { RecordData, RecordMap, RecordMeta } from './backend.js';
import { joinPieces } from './pieces.js';
import { recordMeta, RecordTable } from './record-table.js';

/** Smaller values are kept as texts of a character a byte: a buffer of its own would cost more than the value itself. */
const LARGE = 8 * 1024;

/** Bytes that never change. */
type Bytes = string | Buffer;

/** Records in memory. */
export class MemoryRecordMap implements RecordMap {
    readonly #table = new RecordTable<Bytes>();

    /** @param records - What it starts with; large ones are shared and not copied. */
    constructor(records: readonly RecordData[] = []) {
        for (const { bytes, ...head } of records) {
            this.#table.set(recordMeta(head, bytes.length), bytes.length < LARGE ? keep(bytes) : asBuffer(bytes));
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
        return row && copyOf(row.value);
    }

    async open(key: string): Promise<RecordStream | undefined> {
        const row = this.#table.get(key);
        return row && { ...row.meta, content: copyOf(row.value) };
    }

    write(key: string, contentType: string, bytes: Uint8Array, contentEncoding?: ContentEncoding): void {
        this.#table.set(recordMeta({ key, contentType, contentEncoding }, bytes.length), keep(bytes));
    }

    async receive({ key, contentType, contentEncoding }: RecordHead, pieces: AsyncIterable<Uint8Array>): Promise<void> {
        this.write(key, contentType, await joinPieces(pieces), contentEncoding);
    }

    delete(key: string): void {
        this.#table.delete(key);
    }

    /** All records; the bytes of large ones are where they are, and stay as they are. */
    dump(): RecordData[] {
        return Array.from(this.entries(), ({ size: _, ...head }) => {
            const { value } = this.#table.get(head.key)!;
            return { ...head, bytes: typeof value === 'string' ? copyOf(value) : value };
        });
    }

    /** True, as it has nothing to close. */
    get isBusy(): boolean {
        return true;
    }

    close(): void {}
}

function keep(bytes: Uint8Array): Bytes {
    if (bytes.length < LARGE) return asBuffer(bytes).toString('latin1');
    const copy = Buffer.allocUnsafeSlow(bytes.length);
    copy.set(bytes);
    return copy;
}

function copyOf(value: Bytes): Buffer {
    return typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value);
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
    return Buffer.from(buffer, byteOffset, byteLength);
}

import type { ContentEncoding, RecordHead, RecordStream } from '../../model/streams.js';
import type { RecordData } from '../backend.js';
import { DocumentCollection } from '../document-collection.js';
import { joinChunks } from '../chunks.js';
import { RecordMap, recordMeta, type IndexedRecord } from '../key-value-store/record-map.js';

/** Smaller values are kept as latin1 strings, one character for each byte, since a buffer would cost more than the value itself. */
const LARGE_RECORD_BYTES = 8 * 1024;

interface MemoryRecord extends IndexedRecord {
    /** Immutable bytes. */
    readonly value: string | Buffer;
}

/** Records in memory. */
export class MemoryRecordMap extends RecordMap<MemoryRecord> {
    /** @param records - Initial records; large ones are shared and not copied. */
    constructor(records: readonly RecordData[] = []) {
        super(new DocumentCollection());
        for (const { bytes, ...head } of records) {
            this.#set(head, bytes.length, bytes.length < LARGE_RECORD_BYTES ? toStoredValue(bytes) : asBuffer(bytes));
        }
    }

    async open(key: string): Promise<RecordStream | undefined> {
        const record = this.index.get(key);
        return record && { ...recordMeta({ key, ...record }, record.size), content: copyValue(record) };
    }

    write(key: string, contentType: string, bytes: Uint8Array, contentEncoding?: ContentEncoding): void {
        this.#set({ key, contentType, contentEncoding }, bytes.length, toStoredValue(bytes));
    }

    async writeStream(
        { key, contentType, contentEncoding }: RecordHead,
        chunks: AsyncIterable<Uint8Array>,
    ): Promise<void> {
        const bytes = await joinChunks(chunks);
        this.write(key, contentType, bytes, bytes.length === 0 ? undefined : contentEncoding);
    }

    delete(key: string): void {
        this.deleteEntry(key);
    }

    /** Returns all records. The bytes of large ones are not copied, and never change. */
    snapshot(): RecordData[] {
        return Array.from(this.entries(), ({ size: _, ...head }) => {
            const record = this.index.get(head.key)!;
            return { ...head, bytes: typeof record.value === 'string' ? copyValue(record) : record.value };
        });
    }

    #set({ key, contentType, contentEncoding }: RecordHead, size: number, value: string | Buffer): void {
        this.setEntry(key, { contentType, contentEncoding, size, value });
    }
}

function toStoredValue(bytes: Uint8Array): string | Buffer {
    if (bytes.length < LARGE_RECORD_BYTES) return asBuffer(bytes).toString('latin1');
    const copy = Buffer.allocUnsafeSlow(bytes.length);
    copy.set(bytes);
    return copy;
}

function copyValue({ value }: MemoryRecord): Buffer {
    return typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value);
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
    return Buffer.from(buffer, byteOffset, byteLength);
}

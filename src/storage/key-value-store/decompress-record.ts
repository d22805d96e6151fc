import { Readable } from 'node:stream';
import { decodeChunks } from '../../util/bytes/content-encoding.js';
import type { RecordStream } from '../../model/streams.js';

/** Returns a record with decompressed content. */
export function decompressRecord(record: RecordStream): Omit<RecordStream, 'size' | 'contentEncoding'> {
    const { key, contentType, contentEncoding, content } = record;
    if (contentEncoding === undefined) return { key, contentType, content };
    const chunks = content instanceof Uint8Array ? Readable.from([content]) : content;
    return { key, contentType, content: decodeChunks(chunks, contentEncoding) };
}

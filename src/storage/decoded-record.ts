import { Readable } from 'node:stream';
import { decodePieces } from '../util/content-encoding.js';
import type { RecordStream } from '../model/streams.js';

/** A record decompressed. */
export function decodedRecord(record: RecordStream): Omit<RecordStream, 'size' | 'contentEncoding'> {
    const { key, contentType, contentEncoding, content } = record;
    if (contentEncoding === undefined) return { key, contentType, content };
    const pieces = content instanceof Uint8Array ? Readable.from([content]) : content;
    return { key, contentType, content: decodePieces(pieces, contentEncoding) };
}

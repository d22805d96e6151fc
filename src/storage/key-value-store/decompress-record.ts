import { Readable } from 'node:stream';
import { decodeChunks } from '../../util/bytes/content-encoding.js';
import type { RecordStream } from '../../model/streams.js';

/** A record decompressed. */
export function decompressRecord(record: RecordStream): Omit<RecordStream, 'size' | 'contentEncoding'> {
    const { key, contentType, contentEncoding, content } = record;
    if (contentEncoding === undefined) return { key, contentType, content };
    const pieces = content instanceof Uint8Array ? Readable.from([content]) : content;
    return { key, contentType, content: decodeChunks(pieces, contentEncoding) };
}

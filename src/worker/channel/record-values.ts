import { Readable } from 'node:stream';
import { types } from 'node:util';
import { ownBuffer } from '../../util/bytes/own-buffer.js';
import { JSON_TYPE } from '../../util/json/json.js';
import { toJson } from './to-json.js';
import type { RecordInput, RecordValue } from '../../model/api/storage.js';

/** A record that can be posted to another thread. */
export interface PostableRecord {
    key: string;
    value: string | Uint8Array;
    contentType: string;
}

/**
 * Makes a record ready to be posted: JSON is written, streams are read to their end, and a type is chosen where none is
 * given: octet-stream for bytes, plain text for text, JSON for all else.
 *
 * @throws {@link EngineError} `invalid-value` if the value has no bytes and no JSON can be made of it.
 */
export async function toPostable({ key, value, contentType }: RecordInput): Promise<PostableRecord> {
    if (isStream(value))
        return { key, value: ownBuffer(await readAll(value)), contentType: contentType ?? OCTET_STREAM };
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
        return { key, value: ownBuffer(value), contentType: contentType ?? OCTET_STREAM };
    }
    if (typeof value === 'string') return { key, value, contentType: contentType ?? 'text/plain; charset=utf-8' };
    return { key, value: toJson(key, value, 2), contentType: contentType ?? JSON_TYPE };
}

/** Gives the bytes of a record that came from another thread their class back. */
export function fromPosted(record: RecordValue | undefined, asStream: boolean): RecordValue | undefined {
    if (!(record?.value instanceof Uint8Array)) return record;
    const bytes = toBuffer(record.value);
    return { ...record, value: asStream ? Readable.from([bytes], { objectMode: false }) : bytes };
}

/** The same bytes as a Buffer: what was one on the other side arrives as a plain array of bytes. */
export function toBuffer(bytes: Uint8Array): Buffer {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A copy of a value as the API would get it: what its JSON says, in plain objects. Undefined stays undefined. */
export function cloneAsJson<T>(path: string, value: T): T {
    return value === undefined ? value : (JSON.parse(toJson(path, value)) as T);
}

const OCTET_STREAM = 'application/octet-stream';

function isStream(value: unknown): value is AsyncIterable<Uint8Array | string> {
    return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return Buffer.concat(chunks);
}

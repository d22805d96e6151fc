import { Readable } from 'node:stream';
import { types } from 'node:util';
import { toOwnBuffer } from '../../util/bytes/own-buffer.js';
import { checkJsonDepth, JSON_TYPE } from '../../util/json/json.js';
import { toJson } from './to-json.js';
import type { RecordInput, RecordValue } from '../../model/api/storage.js';

/** A record that can be posted to another thread. */
export interface PostableRecord {
    key: string;
    value: string | Uint8Array;
    contentType: string;
}

/**
 * Converts a record to a postable one: JSON is serialized, streams are read to their end, and a missing content type is
 * set to octet-stream for bytes, plain text for text, and JSON for anything else.
 *
 * @throws {@link EngineError} `invalid-value` for a value that is not binary and cannot be serialized.
 */
export async function toPostable({ key, value, contentType }: RecordInput): Promise<PostableRecord> {
    if (isStream(value))
        return { key, value: toOwnBuffer(await readAll(value)), contentType: contentType ?? OCTET_STREAM };
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
        return { key, value: toOwnBuffer(value), contentType: contentType ?? OCTET_STREAM };
    }
    if (typeof value === 'string') return { key, value, contentType: contentType ?? 'text/plain; charset=utf-8' };
    return { key, value: toJson(key, value, 2), contentType: contentType ?? JSON_TYPE };
}

/** Restores the class of a posted record's bytes: a Buffer, or a stream. */
export function fromPosted(record: RecordValue | undefined, asStream: boolean): RecordValue | undefined {
    if (!(record?.value instanceof Uint8Array)) return record;
    const bytes = toBuffer(record.value);
    return { ...record, value: asStream ? Readable.from([bytes], { objectMode: false }) : bytes };
}

/** Returns the same bytes as a Buffer; posted Buffers arrive as plain byte arrays. */
export function toBuffer(bytes: Uint8Array): Buffer {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Clones a value through JSON, as the API would receive it. Undefined stays undefined.
 *
 * @throws {@link EngineError} for more than 1000 levels, which could not be posted either.
 */
export function cloneAsJson<T>(path: string, value: T): T {
    if (value === undefined) return value;
    const json = toJson(path, value);
    checkJsonDepth(path, json, { code: path === 'input' ? 'invalid-input' : 'invalid-value' });
    return JSON.parse(json) as T;
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

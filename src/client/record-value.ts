import type { Readable } from 'node:stream';
import { EngineError } from '../errors/engine-error.js';
import { invalid, show } from '../util/check.js';
import { isJsonType, JSON_TYPE } from '../util/json-type.js';
import { parseContentType } from './content-type.js';
import type { JsonValue, RecordOptions } from '../model/storage.js';

/*
 * How values become bytes and bytes become values, by the same rules as in `apify-client`: what one of the two stored,
 * the other reads back the same.
 */

/** Bytes with their type, as a key-value store keeps them. */
export interface TypedBytes {
    bytes: Buffer;
    contentType: string;
}

/** The type of bytes that come without one. */
export const BINARY_TYPE = 'application/octet-stream';
const TEXT = 'text/plain; charset=utf-8';
/** Types that are handed out as text, if their charset is one that Node knows. */
const TEXT_TYPES = [/^application\/json/, /^application\/.*xml$/, /^text\//];
const UNPRINTABLE = /[^ -~]/;

/**
 * Turns a record's value into bytes: bytes as they are, text in UTF-8, all else as JSON with an indent of 2.
 *
 * @param contentType - Default: by the kind of value.
 * @throws EngineError `invalid-value` when the value cannot be stored, or not under that type.
 */
export async function encodeRecord(value: unknown, contentType?: string): Promise<TypedBytes> {
    if (contentType !== undefined) checkContentType(contentType);
    const type = contentType ?? usualType(value);
    return { bytes: await encode(value, type), contentType: type };
}

/** Turns stored bytes into what was asked for; without options, JSON and text are parsed and all else stays a Buffer. */
export function decodeRecord(
    stored: { key: string } & TypedBytes,
    options: RecordOptions,
): JsonValue | Buffer | Readable {
    const { bytes, contentType } = stored;
    if (options.buffer) return bytes;
    try {
        return parseBody(bytes, contentType);
    } catch (cause) {
        throw new EngineError(
            'invalid-response-body',
            `Record \`${stored.key}\` is stored as \`${contentType}\` but is no JSON: ${(cause as Error).message}. ` +
                'Read it with `{ buffer: true }`, or store it under its own content type.',
            { details: { key: stored.key, contentType }, cause },
        );
    }
}

/**
 * Parses bytes by their type. No bytes at all are undefined, whatever the type.
 *
 * @throws SyntaxError when the type is JSON and the bytes are not.
 */
export function parseBody(bytes: Buffer, contentType: string): JsonValue | Buffer {
    // Typed as never undefined, because `apify-client` is.
    if (bytes.length === 0) return undefined as never;
    const media = parseContentType(contentType);
    if (!media || !TEXT_TYPES.some((pattern) => pattern.test(media.type))) return bytes;
    if (media.charset && !Buffer.isEncoding(media.charset)) return bytes;
    const text = bytes.toString((media.charset || 'utf8') as BufferEncoding);
    return media.type === 'application/json' ? (JSON.parse(text) as JsonValue) : text;
}

/** Whether a value is bytes: a Buffer, an ArrayBuffer or a view of one. */
export function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
    return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** A copy of the bytes as they are now: whoever handed them in may write on in them. */
export function toBuffer(value: ArrayBuffer | ArrayBufferView): Buffer {
    const view = ArrayBuffer.isView(value)
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : new Uint8Array(value);
    return Buffer.from(view);
}

/** Refuses a Content-Type that no header could carry. */
export function checkContentType(contentType: unknown): void {
    if (typeof contentType !== 'string' || contentType === '' || UNPRINTABLE.test(contentType)) {
        throw invalid('contentType', contentType, 'a media type such as `image/png`');
    }
}

function usualType(value: unknown): string {
    if (isBytes(value) || isStream(value)) return BINARY_TYPE;
    return typeof value === 'string' ? TEXT : JSON_TYPE;
}

async function encode(value: unknown, type: string): Promise<Buffer> {
    if (isBytes(value)) return toBuffer(value);
    if (typeof value === 'string') return Buffer.from(isJsonType(type) ? asJsonText(value) : value);
    if (!isJsonType(type) && (typeof value !== 'object' || value === null)) {
        throw invalid('record.value', value, `text, bytes, a stream or an object to be stored as \`${type}\``);
    }
    return Buffer.from(toJson(value, type.startsWith('application/json') ? 2 : 0));
}

function toJson(value: unknown, indent: number): string {
    const remedy = 'Give it another shape, or hand in text or bytes with a `contentType`.';
    let json: string | undefined;
    try {
        json = JSON.stringify(value, null, indent);
    } catch (cause) {
        const message = `The record's value cannot be written as JSON: ${(cause as Error).message}. ${remedy}`;
        throw new EngineError('invalid-value', message, { cause });
    }
    if (json !== undefined) return json;
    throw new EngineError(
        'invalid-value',
        `The record's value is ${show(value)}, which JSON has no word for. ${remedy}`,
    );
}

/** Text under a JSON type is JSON already, or a text that is to become JSON. */
function asJsonText(text: string): string {
    try {
        JSON.parse(text);
        return text.trim();
    } catch {
        return JSON.stringify(text);
    }
}

/** Whether a value is a stream, by what `apify-client` goes by. */
export function isStream(value: unknown): value is Readable {
    if (typeof value !== 'object' || value === null) return false;
    return typeof (value as Readable).on === 'function' && typeof (value as Readable).pipe === 'function';
}

/** The bytes of a stream as they come; throws `invalid-value` for anything in it that is neither text nor bytes. */
export async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<unknown>) {
        if (typeof chunk !== 'string' && !isBytes(chunk)) {
            throw invalid('record.value', chunk, 'a stream of text or bytes');
        }
        yield typeof chunk === 'string' ? Buffer.from(chunk) : toBuffer(chunk);
    }
}

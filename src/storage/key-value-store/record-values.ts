import { parse, type ParsedMediaType } from 'content-type';
import { EngineError } from '../../errors/engine-error.js';
import { invalid, show } from '../../util/check.js';
import { shortMessage } from '../dataset/item-json.js';
import { checkRunInput } from '../../util/json/check-run-input.js';
import { checkJsonDepth, isJsonType, JSON_TYPE, tooDeepError } from '../../util/json/json.js';
import type { Readable } from 'node:stream';
import type { JsonValue, RecordOptions } from '../../model/api/storage.js';
import type { RunInput } from '../../model/api/run-document.js';

/*
 * Encoding and decoding of record values, by the same rules as in `apify-client`, so that each of the two can read records of the other.
 */

/** Bytes with their content type, as a key-value store saves them. */
export interface TypedBytes {
    bytes: Buffer;
    contentType: string;
}

/** Default content type of bytes. */
export const BINARY_TYPE = 'application/octet-stream';

const TEXT = 'text/plain; charset=utf-8';

/** Types that are decoded as text, if Node supports their charset. */
const TEXT_TYPES = [/^application\/json/, /^application\/.*xml$/, /^text\//];

const UNPRINTABLE = /[^ -~]/;

/**
 * Encodes a record's value: bytes stay unchanged, text becomes UTF-8, other values become JSON with an indent of 2.
 *
 * @param contentType - Default: depends on the type of the value.
 * @throws EngineError `invalid-value` if the value cannot be stored, or not under that content type.
 */
export async function encodeRecord(value: unknown, contentType?: string): Promise<TypedBytes> {
    if (contentType !== undefined) checkContentType(contentType);
    const type = contentType ?? defaultContentType(value);
    return { bytes: await encodeBytes(value, type), contentType: type };
}

/** Decodes stored bytes as the options request. By default, JSON and text are parsed and other content stays a Buffer. */
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
            `Record \`${stored.key}\` is stored as \`${contentType}\` but is not valid JSON: ${(cause as Error).message}. ` +
                'Read it with `{ buffer: true }`, or store it under its own content type.',
            { details: { key: stored.key, contentType }, cause },
        );
    }
}

/**
 * Parses bytes by their content type. An empty body is undefined with any type.
 *
 * @throws SyntaxError if the type is JSON and the bytes are not.
 */
export function parseBody(bytes: Buffer, contentType: string): JsonValue | Buffer {
    // The type omits undefined, as that of `apify-client` does.
    if (bytes.length === 0) return undefined as never;
    const media = parseMediaType(contentType);
    if (!media || !TEXT_TYPES.some((pattern) => pattern.test(media.type))) return bytes;
    const encoding = media.parameters['charset'] || 'utf8';
    if (!Buffer.isEncoding(encoding)) return bytes;
    const text = bytes.toString(encoding);
    return media.type === 'application/json' ? (JSON.parse(text) as JsonValue) : text;
}

/** Returns undefined if the content type is malformed. */
function parseMediaType(contentType: string): ParsedMediaType | undefined {
    try {
        return parse(contentType);
    } catch {
        return undefined;
    }
}

/** Returns true if a value is bytes: a Buffer, an ArrayBuffer or a view of one. */
export function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
    return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** Copies bytes, since the caller may modify them later. */
export function toBuffer(value: ArrayBuffer | ArrayBufferView): Buffer {
    const view = ArrayBuffer.isView(value)
        ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
        : new Uint8Array(value);
    return Buffer.from(view);
}

/** Throws if a content type cannot be sent in a header. */
function checkContentType(contentType: unknown): void {
    if (typeof contentType !== 'string' || contentType === '' || UNPRINTABLE.test(contentType)) {
        throw invalid('contentType', contentType, 'a media type such as `image/png`');
    }
}

function defaultContentType(value: unknown): string {
    if (isBytes(value) || isStream(value)) return BINARY_TYPE;
    return typeof value === 'string' ? TEXT : JSON_TYPE;
}

async function encodeBytes(value: unknown, type: string): Promise<Buffer> {
    if (isBytes(value)) return toBuffer(value);
    if (typeof value === 'string') return Buffer.from(isJsonType(type) ? toJsonText(value) : value);
    if (!isJsonType(type) && (typeof value !== 'object' || value === null)) {
        throw invalid('record.value', value, `text, bytes, a stream or an object to be stored as \`${type}\``);
    }
    return Buffer.from(stringifyRecord(value, type.startsWith('application/json') ? 2 : 0));
}

function stringifyRecord(value: unknown, indent: number): string {
    const remedy = 'Change the value, or pass text or bytes with a `contentType`.';
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
        `The record's value is ${show(value)}, which JSON cannot represent. ${remedy}`,
    );
}

/** Returns text with a JSON content type unchanged if it is JSON, otherwise as a JSON string. */
function toJsonText(text: string): string {
    try {
        JSON.parse(text);
        return text.trim();
    } catch {
        return JSON.stringify(text);
    }
}

/** Returns true if a value is a stream, by the criteria of `apify-client`. */
export function isStream(value: unknown): value is Readable {
    if (typeof value !== 'object' || value === null) return false;
    return typeof (value as Readable).on === 'function' && typeof (value as Readable).pipe === 'function';
}

/** Yields the bytes of a stream. Throws `invalid-value` for a chunk that is neither text nor bytes. */
export async function* readStreamChunks(stream: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<unknown>) {
        if (typeof chunk !== 'string' && !isBytes(chunk)) {
            throw invalid('record.value', chunk, 'a stream of text or bytes');
        }
        yield typeof chunk === 'string' ? Buffer.from(chunk) : toBuffer(chunk);
    }
}

/**
 * Encodes the input of a run: as JSON, unless it is bytes or a text with its own content type. Undefined and null mean no input,
 * also null as JSON, which the Python client sends.
 *
 * @param path - The path of the input as the caller wrote it.
 * @throws EngineError `invalid-input` if the input cannot be represented in JSON, is nested too deeply, or is not valid JSON
 * although its type says so.
 */
export function encodeRunInput(input: unknown, contentType?: string, path = 'input'): RunInput | undefined {
    if (contentType !== undefined) checkContentType(contentType);
    if (input === undefined || input === null) return undefined;
    if (isBytes(input)) return readEncodedInput({ bytes: toBuffer(input), contentType: contentType ?? BINARY_TYPE });
    if (typeof input === 'string' && contentType !== undefined) {
        return readEncodedInput({ bytes: Buffer.from(input), contentType });
    }
    checkRunInput(path, input);
    const json = stringifyInput(path, input);
    checkJsonDepth(path, json, { code: 'invalid-input' });
    return { bytes: Buffer.from(json), contentType: contentType ?? JSON_TYPE };
}

function stringifyInput(path: string, input: unknown): string {
    let json: string | undefined;
    try {
        json = JSON.stringify(input);
    } catch (cause) {
        const isDeep = cause instanceof RangeError && cause.message.includes('call stack');
        throw isDeep ? tooDeepError(path, 'invalid-input') : invalidInput(shortMessage(cause), cause);
    }
    if (json === undefined) throw invalidInput('its `toJSON` returns nothing');
    return json;
}

function readEncodedInput(input: RunInput): RunInput | undefined {
    if (!isJsonType(input.contentType)) return input;
    const json = input.bytes.toString();
    checkJsonDepth('input', json, { code: 'invalid-input' });
    try {
        return JSON.parse(json) === null ? undefined : input;
    } catch (cause) {
        throw new EngineError(
            'invalid-input',
            `The input is not valid JSON, although its type is \`${input.contentType}\`: ${(cause as Error).message}. ` +
                'Pass a plain value instead of text, or give the text its own `contentType`.',
            { cause },
        );
    }
}

function invalidInput(problem: string, cause?: unknown): EngineError {
    return new EngineError(
        'invalid-input',
        `The input cannot be written as JSON: ${problem}. Pass plain data, or text or bytes with a \`contentType\`.`,
        { cause },
    );
}

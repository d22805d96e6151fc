import { parse, type ParsedMediaType } from 'content-type';
import { EngineError } from '../../errors/engine-error.js';
import { invalid, show } from '../../util/check.js';
import { isJsonType, JSON_TYPE } from '../../util/json/json.js';
import type { Readable } from 'node:stream';
import type { JsonValue, RecordOptions } from '../../model/api/storage.js';
import type { RunInput } from '../../model/api/run-document.js';

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
    const type = contentType ?? defaultContentType(value);
    return { bytes: await encodeBytes(value, type), contentType: type };
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
    const media = parseMediaType(contentType);
    if (!media || !TEXT_TYPES.some((pattern) => pattern.test(media.type))) return bytes;
    const encoding = media.parameters['charset'] || 'utf8';
    if (!Buffer.isEncoding(encoding)) return bytes;
    const text = bytes.toString(encoding);
    return media.type === 'application/json' ? (JSON.parse(text) as JsonValue) : text;
}

/** Undefined for a malformed one. */
function parseMediaType(contentType: string): ParsedMediaType | undefined {
    try {
        return parse(contentType);
    } catch {
        return undefined;
    }
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
function toJsonText(text: string): string {
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
export async function* readStreamChunks(stream: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<unknown>) {
        if (typeof chunk !== 'string' && !isBytes(chunk)) {
            throw invalid('record.value', chunk, 'a stream of text or bytes');
        }
        yield typeof chunk === 'string' ? Buffer.from(chunk) : toBuffer(chunk);
    }
}

/**
 * Turns what a caller gives as input into what is stored: JSON, unless it is bytes, or text with a content type of its own.
 * Undefined and null are no input. A function inside the input becomes its source text, as `apify-client` has it, so that
 * page functions can be passed on.
 *
 * @throws EngineError `invalid-input` when the input does not survive JSON, or is no JSON although its type says so.
 */
export function encodeRunInput(input: unknown, contentType?: string): RunInput | undefined {
    if (contentType !== undefined) checkContentType(contentType);
    if (input === undefined || input === null) return undefined;
    if (isBytes(input)) return validateInput({ bytes: toBuffer(input), contentType: contentType ?? BINARY_TYPE });
    if (typeof input === 'string' && contentType !== undefined) {
        return validateInput({ bytes: Buffer.from(input), contentType });
    }
    return { bytes: Buffer.from(stringifyInput(input)), contentType: contentType ?? JSON_TYPE };
}

function stringifyInput(input: unknown): string {
    if (typeof input === 'function' || typeof input === 'symbol') throw invalidInput(`it is ${show(input)}`);
    let json: string | undefined;
    try {
        json = JSON.stringify(input, (_key, value: unknown) => (typeof value === 'function' ? String(value) : value));
    } catch (cause) {
        throw invalidInput((cause as Error).message, cause);
    }
    if (json === undefined) throw invalidInput('nothing is left of it');
    return json;
}

function validateInput(input: RunInput): RunInput {
    if (!isJsonType(input.contentType)) return input;
    try {
        JSON.parse(input.bytes.toString());
    } catch (cause) {
        throw new EngineError(
            'invalid-input',
            `The input is no JSON, although its type is \`${input.contentType}\`: ${(cause as Error).message}. ` +
                'Pass a plain value instead of text, or give the text its own `contentType`.',
            { cause },
        );
    }
    return input;
}

function invalidInput(problem: string, cause?: unknown): EngineError {
    return new EngineError(
        'invalid-input',
        `The input cannot be written as JSON: ${problem}. Pass plain data, or text or bytes with a \`contentType\`.`,
        { cause },
    );
}

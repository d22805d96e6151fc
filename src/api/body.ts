import { Readable } from 'node:stream';
import { EngineError } from '../errors/engine-error.js';
import { joinChunks } from '../storage/chunks.js';
import { invalid } from '../util/check.js';
import { checkJsonDepth } from '../util/json/json.js';
import { HttpError } from './errors.js';
import { bodyTooLarge, verifyEncoding, decompress, parseContentEncoding } from './decompress.js';
import type { ContentEncoding, Content } from '../model/streams.js';
import type { ApiContext } from './context.js';

/** Maximum size of a decompressed request body, as on the platform. */
const MAX_BODY_BYTES = 9_437_184;
/** Maximum size of a record over HTTP; in process, records have no limit. */
const MAX_RECORD_BYTES = 512 * 1024 * 1024;
/** Records up to this declared size are buffered. */
const SMALL_BYTES = 256 * 1024;

/**
 * Reads the body of a request and decompresses it.
 *
 * @throws `request-too-large` if it exceeds the limit, compressed or not. Reading then stops.
 */
export async function readBody(c: ApiContext, limit: number = MAX_BODY_BYTES): Promise<Buffer> {
    const bytes = await bufferBody(c, readContentLength(c, limit), limit);
    const encodings = c.req.header('content-encoding');
    return encodings === undefined ? bytes : decompress(bytes, parseContentEncoding(encodings), limit);
}

/** A body that need not be buffered. */
export interface StreamedBody {
    readonly content: Content;
    /** Encoding of its bytes. */
    readonly contentEncoding: ContentEncoding | undefined;
}

/**
 * Returns the body of a request as the content of a record: unchanged and in chunks as they arrive. Only a body with several
 * encodings is decoded.
 *
 * @throws as {@link readBody}, immediately or while the content is read.
 */
export async function streamRecord(c: ApiContext): Promise<StreamedBody> {
    const declared = readContentLength(c, MAX_RECORD_BYTES);
    const [contentEncoding, ...others] = parseContentEncoding(c.req.header('content-encoding'));
    if (others.length > 0) return { content: await readBody(c, MAX_RECORD_BYTES), contentEncoding: undefined };
    if (declared !== undefined && declared <= SMALL_BYTES) {
        const content = await bufferBody(c, declared, MAX_RECORD_BYTES);
        if (contentEncoding === undefined || content.length === 0) return { content, contentEncoding: undefined };
        for await (const _ of verifyEncoding([content], contentEncoding, MAX_RECORD_BYTES));
        return { content, contentEncoding };
    }
    checkUnread(c);
    const chunks = limitSize(bodyChunks(c), MAX_RECORD_BYTES);
    const content = contentEncoding === undefined ? chunks : verifyEncoding(chunks, contentEncoding, MAX_RECORD_BYTES);
    return { content, contentEncoding };
}

/** Returns the length of the body according to its header. Throws `request-too-large` before anything is read. */
function readContentLength({ req }: ApiContext, limit: number): number | undefined {
    const header = req.header('content-length');
    if (header === undefined) return undefined;
    const declared = Number(header);
    if (declared > limit) throw bodyTooLarge(limit, declared);
    return declared;
}

async function bufferBody(c: ApiContext, declared: number | undefined, limit: number): Promise<Buffer> {
    checkUnread(c);
    if (declared === undefined || declared > MAX_BODY_BYTES) return joinChunks(limitSize(bodyChunks(c), limit));
    const bytes = Buffer.from(await c.req.arrayBuffer());
    if (bytes.length > limit) throw bodyTooLarge(limit);
    return bytes;
}

/** Rejects a request whose body was read before it reached the engine: some bodies would then appear to be empty. */
function checkUnread({ env, req }: ApiContext): void {
    if (env.outgoing !== undefined || !req.raw.bodyUsed) return;
    const problem =
        'The body of the request was read before the engine received the request. Pass a request with an unread body, such as ' +
        '`request.clone()`, before you read it.';
    throw new HttpError(400, 'body-already-read', problem);
}

/** Returns the chunks of a body as they arrive. If reading stops early, the rest stays unread on its connection. */
function bodyChunks({ env, req }: ApiContext): AsyncIterable<Uint8Array> {
    if (env.outgoing !== undefined) return env.outgoing.req.iterator({ destroyOnReturn: false });
    return (req.raw.body as AsyncIterable<Uint8Array> | null) ?? Readable.from([]);
}

async function* limitSize(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const chunk of chunks) {
        size += chunk.byteLength;
        if (size > limit) throw bodyTooLarge(limit);
        yield chunk;
    }
}

/** Reads a body as JSON; throws `invalid-value` for anything else. */
export async function readJson(c: ApiContext): Promise<unknown> {
    const text = (await readBody(c)).toString();
    if (text !== '') return parseBody(text);
    throw new EngineError('invalid-value', 'The request has no body. Send a value as JSON.');
}

/** Reads a body as an object of fields; throws `invalid-value` for any other JSON. */
export async function readFields(c: ApiContext): Promise<Record<string, unknown>> {
    return toFields(await readJson(c));
}

/** As {@link readFields}; returns no fields if the request has no body, or null as JSON. */
export async function readFieldsIfAny(c: ApiContext): Promise<Record<string, unknown>> {
    const text = (await readBody(c)).toString();
    return text === '' ? {} : toFields(parseBody(text) ?? {});
}

/** Parses the text of a body as JSON; throws `invalid-value` if it is invalid or nested too deeply. */
export function parseBody(text: string): unknown {
    checkJsonDepth('body', text);
    try {
        return JSON.parse(text);
    } catch (cause) {
        const message = `The body of the request is not valid JSON: ${(cause as Error).message}. Send a value as JSON, in UTF-8.`;
        throw new EngineError('invalid-value', message, { cause });
    }
}

function toFields(value: unknown): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw invalid('body', value, 'an object of fields');
}

import { Readable } from 'node:stream';
import { EngineError } from '../errors/engine-error.js';
import { joinChunks } from '../storage/chunks.js';
import { invalid } from '../util/check.js';
import { checkJsonDepth } from '../util/json/json.js';
import { bodyTooLarge, checkEncoded, decompress, readEncodings } from './decompress.js';
import type { ContentEncoding, Content } from '../model/streams.js';
import type { ApiContext } from './context.js';

/** The maximum size of a request's body once it is decompressed, as on the platform. */
const MAX_BODY_BYTES = 9_437_184;
/** The same for records, which have no such limit in process. */
const MAX_RECORD_BYTES = 512 * 1024 * 1024;
/** Records that declare at most this size are read as a whole. */
const SMALL_BYTES = 256 * 1024;

/**
 * Reads the body of a request and decompresses it.
 *
 * @throws `request-too-large` if it exceeds the limit, compressed or not; no more of it is read then.
 */
export async function readBody(c: ApiContext, limit: number = MAX_BODY_BYTES): Promise<Buffer> {
    const bytes = await readWhole(c, declaredLength(c, limit), limit);
    const encodings = c.req.header('content-encoding');
    return encodings === undefined ? bytes : decompress(bytes, readEncodings(encodings), limit);
}

/** A body that need not be held in memory. */
export interface StreamedBody {
    readonly content: Content;
    /** How its bytes are encoded. */
    readonly contentEncoding: ContentEncoding | undefined;
}

/**
 * The body of a request as a record: in pieces as they come, and as they were sent; only a body that is encoded more than once
 * is decoded.
 *
 * @throws as {@link readBody}, at once or on the way.
 */
export async function streamRecord(c: ApiContext): Promise<StreamedBody> {
    const declared = declaredLength(c, MAX_RECORD_BYTES);
    const [contentEncoding, ...others] = readEncodings(c.req.header('content-encoding'));
    if (others.length > 0) return { content: await readBody(c, MAX_RECORD_BYTES), contentEncoding: undefined };
    if (declared !== undefined && declared <= SMALL_BYTES) {
        const content = await readWhole(c, declared, MAX_RECORD_BYTES);
        if (contentEncoding === undefined || content.length === 0) return { content, contentEncoding: undefined };
        for await (const _ of checkEncoded([content], contentEncoding, MAX_RECORD_BYTES));
        return { content, contentEncoding };
    }
    const pieces = limited(piecesOf(c), MAX_RECORD_BYTES);
    const content = contentEncoding === undefined ? pieces : checkEncoded(pieces, contentEncoding, MAX_RECORD_BYTES);
    return { content, contentEncoding };
}

/** The length of the body by its header, which `request-too-large` refuses before anything is read. */
function declaredLength({ req }: ApiContext, limit: number): number | undefined {
    const header = req.header('content-length');
    if (header === undefined) return undefined;
    const declared = Number(header);
    if (declared > limit) throw bodyTooLarge(limit, declared);
    return declared;
}

async function readWhole(c: ApiContext, declared: number | undefined, limit: number): Promise<Buffer> {
    if (declared === undefined || declared > MAX_BODY_BYTES) return joinChunks(limited(piecesOf(c), limit));
    const bytes = Buffer.from(await c.req.arrayBuffer());
    if (bytes.length > limit) throw bodyTooLarge(limit);
    return bytes;
}

/** The pieces of a body as they come; the rest of one that is given up stays unread, with its connection. */
function piecesOf({ env, req }: ApiContext): AsyncIterable<Uint8Array> {
    if (env.outgoing !== undefined) return env.outgoing.req.iterator({ destroyOnReturn: false });
    return (req.raw.body as AsyncIterable<Uint8Array> | null) ?? Readable.from([]);
}

async function* limited(pieces: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const piece of pieces) {
        size += piece.byteLength;
        if (size > limit) throw bodyTooLarge(limit);
        yield piece;
    }
}

/** Reads a body as JSON; throws `invalid-value` for anything else. */
export async function readJson(c: ApiContext): Promise<unknown> {
    const text = (await readBody(c)).toString();
    if (text !== '') return parseBody(text);
    throw new EngineError('invalid-value', 'The request has no body, but must have one: a value as JSON.');
}

/** Reads a body as an object of fields; throws `invalid-value` for any other JSON. */
export async function readFields(c: ApiContext): Promise<Record<string, unknown>> {
    return asFields(await readJson(c));
}

/** As {@link readFields}; no fields if there is no body. */
export async function readFieldsIfAny(c: ApiContext): Promise<Record<string, unknown>> {
    const text = (await readBody(c)).toString();
    return text === '' ? {} : asFields(parseBody(text));
}

/** Parses the text of a body as JSON; throws `invalid-value` if it is not, or too deep. */
export function parseBody(text: string): unknown {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (cause) {
        const message = `The body of the request is not valid JSON: ${(cause as Error).message}. Send a value as JSON, in UTF-8.`;
        throw new EngineError('invalid-value', message, { cause });
    }
    checkJsonDepth('body', text);
    return value;
}

function asFields(value: unknown): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw invalid('body', value, 'an object of fields');
}

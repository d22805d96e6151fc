import { Readable } from 'node:stream';
import { EngineError } from '../errors/engine-error.js';
import { invalid } from '../util/check.js';
import { checkJsonDepth } from '../util/json.js';
import { bodyTooLarge, MAX_BODY_BYTES } from './body-limit.js';
import { joinPieces } from '../storage/pieces.js';
import { checkEncoded, decompress, readEncodings } from './decompress.js';
import type { ContentEncoding, Content } from '../model/streams.js';

/** How a body is read by who has it at first hand. */
export interface BodySource {
    /** Reads it to its end; rejects with `request-too-large` once it passes the limit, and reads no further. */
    whole(limit: number): Promise<Buffer>;
    /** Its pieces as they come. Whoever stops half-way leaves the rest unread; a sender who breaks off is an error. */
    pieces(): AsyncIterable<Uint8Array>;
}

/** A body that need not be held. */
export interface StreamedBody {
    content: Content;
    /** How its bytes are encoded. */
    contentEncoding: ContentEncoding | undefined;
}

/** Bodies that say that they are no larger are read as a whole. */
const SMALL_BYTES = 256 * 1024;

/** The name under which a request has the source of its body; the stream that every request has takes longer. */
export const BODY_SOURCE = Symbol('body source');

/** A request that has one. */
export interface SourcedRequest extends Request {
    readonly [BODY_SOURCE]: BodySource;
}

/**
 * The body of a request, decompressed.
 *
 * @throws `request-too-large` when it has more bytes than that, compressed or not; what is too much is not read.
 */
export async function readBody(request: Request, limit: number = MAX_BODY_BYTES): Promise<Buffer> {
    checkDeclared(request, limit);
    const bytes = await sourceOf(request).whole(limit);
    const encodings = request.headers.get('content-encoding');
    return encodings === null ? bytes : decompress(bytes, readEncodings(encodings), limit);
}

/**
 * The body of a request as it comes, and as it was sent; only what is encoded more than once is decoded.
 *
 * @throws as {@link readBody}, at once or on the way.
 */
export async function streamBody(request: Request, limit: number): Promise<StreamedBody> {
    const declared = checkDeclared(request, limit);
    const encodings = readEncodings(request.headers.get('content-encoding'));
    const [contentEncoding, ...others] = encodings;
    const source = sourceOf(request);
    if (others.length > 0) return { content: await readBody(request, limit), contentEncoding: undefined };
    if (declared !== undefined && declared <= SMALL_BYTES) {
        const content = await source.whole(limit);
        if (contentEncoding !== undefined) for await (const _ of checkEncoded([content], contentEncoding, limit));
        return { content, contentEncoding: content.length === 0 ? undefined : contentEncoding };
    }
    const pieces = limited(source.pieces(), limit);
    const content = contentEncoding === undefined ? pieces : checkEncoded(pieces, contentEncoding, limit);
    return { content, contentEncoding };
}

function checkDeclared(request: Request, limit: number): number | undefined {
    const header = request.headers.get('content-length');
    const declared = Number(header ?? 0);
    if (declared > limit) throw bodyTooLarge(limit, declared);
    return header === null ? undefined : declared;
}

function sourceOf(request: Request): BodySource {
    if (BODY_SOURCE in request) return (request as SourcedRequest)[BODY_SOURCE];
    // Not before it is sure that nobody else reads it. In browsers a body cannot be iterated over, and their types may be the
    // ones that are in force.
    const pieces = (): AsyncIterable<Uint8Array> =>
        (request.body as unknown as AsyncIterable<Uint8Array> | null) ?? Readable.from([]);
    return { pieces, whole: async (limit) => joinPieces(limited(pieces(), limit)) };
}

async function* limited(pieces: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const piece of pieces) {
        size += piece.byteLength;
        if (size > limit) throw bodyTooLarge(limit);
        yield piece;
    }
}

/** The body of a request as JSON; throws `invalid-value` when it is none. */
export async function readJson(request: Request): Promise<unknown> {
    const text = (await readBody(request)).toString();
    if (text !== '') return parseBody(text);
    throw new EngineError('invalid-value', 'The request has no body, but must have one: a value as JSON.');
}

/** The body of a request as an object of fields; throws `invalid-value` for any other JSON. */
export async function readFields(request: Request): Promise<Record<string, unknown>> {
    return asFields(await readJson(request));
}

/** As {@link readFields}; no fields where there is no body. */
export async function readFieldsIfAny(request: Request): Promise<Record<string, unknown>> {
    const text = (await readBody(request)).toString();
    return text === '' ? {} : asFields(parseBody(text));
}

/** The text of a body as JSON; throws `invalid-value` when it is none, or too deep. */
export function parseBody(text: string): unknown {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch (cause) {
        const message = `The body of the request is no JSON: ${(cause as Error).message}. Send a value as JSON, in UTF-8.`;
        throw new EngineError('invalid-value', message, { cause });
    }
    checkJsonDepth('body', text);
    return value;
}

function asFields(value: unknown): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw invalid('body', value, 'an object of fields');
}

import { EngineError } from '../errors/engine-error.js';
import { invalid } from '../util/check.js';
import { bodyTooLarge, MAX_BODY_BYTES } from './body-limit.js';
import { decompress } from './decompress.js';

/** Reads a body to its end; rejects with `request-too-large` once it passes the limit, and reads no further. */
export type BodyReader = (limit: number) => Promise<Buffer>;

/** The name of the method by which a request reads its own body; the stream that every request has takes longer. */
export const READ_BODY = Symbol('read body');

/** A request that can do so. */
export interface ReadableRequest extends Request {
    [READ_BODY]: BodyReader;
}

/**
 * The body of a request, decompressed.
 *
 * @throws `request-too-large` when it has more bytes than that, compressed or not; what is too much is not read.
 */
export async function readBody(request: Request, limit: number = MAX_BODY_BYTES): Promise<Buffer> {
    const declared = Number(request.headers.get('content-length') ?? 0);
    if (declared > limit) throw bodyTooLarge(limit, declared);
    const bytes = await (READ_BODY in request
        ? (request as ReadableRequest)[READ_BODY](limit)
        : readStream(request.body, limit));
    const encodings = request.headers.get('content-encoding');
    return encodings === null ? bytes : decompress(bytes, encodings, limit);
}

async function readStream(stream: Request['body'], limit: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    // In browsers a body cannot be iterated over, and their types may be the ones that are in force.
    const body = stream as unknown as AsyncIterable<Uint8Array> | null;
    for await (const chunk of body ?? []) {
        size += chunk.byteLength;
        if (size > limit) throw bodyTooLarge(limit);
        chunks.push(chunk);
    }
    return Buffer.concat(chunks);
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

/** The text of a body as JSON; throws `invalid-value` when it is none. */
export function parseBody(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch (cause) {
        const message = `The body of the request is no JSON: ${(cause as Error).message}. Send a value as JSON, in UTF-8.`;
        throw new EngineError('invalid-value', message, { cause });
    }
}

function asFields(value: unknown): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw invalid('body', value, 'an object of fields');
}

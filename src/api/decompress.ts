import { finished } from 'node:stream/promises';
import type { Transform } from 'node:stream';
import type { ContentEncoding } from '../model/streams.js';
import { createDecoder, decodeBytes, isContentEncoding } from '../util/bytes/content-encoding.js';
import { EngineError } from '../errors/engine-error.js';
import { HttpError } from './errors.js';

/** What may be held without a second thought. */
const SMALL_BYTES = 16 * 1024 * 1024;

/** The error for a body with more bytes than it may have. */
export function bodyTooLarge(limit: number, actual?: number): EngineError {
    const length = actual === undefined ? '' : `, actual length: ${actual} bytes`;
    const message =
        `The payload of the request is too large (limit: ${limit} bytes${length}). ` +
        'Split it into smaller ones, or store it as a record of a key-value store.';
    return new EngineError('request-too-large', message, { details: { limit, bytes: actual } });
}

/**
 * The encodings that the value of a `Content-Encoding` names, maybe none, the last one first: so they are undone.
 *
 * @throws ApiRefusal `unsupported-content-encoding`.
 */
export function readEncodings(header = ''): ContentEncoding[] {
    const names = header
        .toLowerCase()
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && name !== 'identity');
    return names.toReversed().map((name) => {
        if (isContentEncoding(name)) return name;
        const message = `Content-Encoding "${name}" is not supported. Use br, gzip, deflate, or none.`;
        throw new HttpError(415, 'unsupported-content-encoding', message);
    });
}

/**
 * Undoes the encodings of a body.
 *
 * @throws `invalid-value` for bytes that are not so encoded, and `request-too-large` for an output that passes the limit;
 * such an output is never held.
 */
export async function decompress(bytes: Buffer, encodings: readonly ContentEncoding[], limit: number): Promise<Buffer> {
    let body = bytes;
    for (const encoding of encodings) {
        try {
            if (limit > SMALL_BYTES) for await (const _ of checkEncoded([body], encoding, limit));
            body = await decodeBytes(body, encoding, limit);
        } catch (cause) {
            throw decodingError(cause, encoding, limit);
        }
    }
    return body;
}

/**
 * Passes encoded bytes on as they come, and as they are, and decodes them without holding what comes out. What is wrong with them is
 * thrown after the last of them at the latest: `invalid-value` for bytes that are not so encoded, `request-too-large` once they say
 * more than the limit.
 */
export async function* checkEncoded(
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    encoding: ContentEncoding,
    limit: number,
): AsyncGenerator<Uint8Array> {
    let decoder: Transform | undefined;
    let problem: Promise<unknown> = Promise.resolve();
    const check = (found: unknown): void => {
        if (found !== undefined) throw decodingError(found, encoding, limit);
    };
    try {
        for await (const piece of pieces) {
            if (piece.length === 0) continue;
            if (decoder === undefined) {
                decoder = createDecoder(encoding, piece[0]!);
                problem = problemOf(decoder, limit);
            }
            // As fast as it can be decoded.
            const written = writeTo(decoder, piece);
            check(await Promise.race([problem, written]));
            yield piece;
        }
        decoder?.end();
        check(await problem);
    } finally {
        decoder?.destroy();
    }
}

function writeTo(decoder: Transform, piece: Uint8Array): Promise<void> {
    return new Promise((resolve) => decoder.write(piece, () => resolve()));
}

/** Settles with what is wrong with the bytes that a decoder gets, once all of them are decoded. */
function problemOf(decoder: Transform, limit: number): Promise<unknown> {
    let size = 0;
    decoder.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) decoder.destroy(bodyTooLarge(limit));
    });
    // Bytes may follow the end of what is encoded: a destroyed decoder drops them.
    return finished(decoder, { writable: false })
        .catch((error: unknown) => error)
        .finally(() => decoder.destroy());
}

function decodingError(cause: unknown, encoding: ContentEncoding, limit: number): unknown {
    if (cause instanceof EngineError) return cause;
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return bodyTooLarge(limit);
    const message =
        `The body of the request is not compressed as its Content-Encoding "${encoding}" says: ` +
        `${(cause as Error).message}. Send it so compressed, or leave the header out.`;
    return new EngineError('invalid-value', message, { cause });
}

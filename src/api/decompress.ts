import { finished } from 'node:stream/promises';
import type { Transform } from 'node:stream';
import type { ContentEncoding } from '../model/streams.js';
import { createDecoder, decodeBytes, isContentEncoding } from '../util/bytes/content-encoding.js';
import { EngineError } from '../errors/engine-error.js';
import { HttpError } from './errors.js';

/** Size up to which the output is buffered without a check beforehand. */
const SMALL_BYTES = 16 * 1024 * 1024;

/** Creates the error for a body that exceeds the limit. */
export function bodyTooLarge(limit: number, actual?: number): EngineError {
    const length = actual === undefined ? '' : `, actual length: ${actual} bytes`;
    const message =
        `The payload of the request is too large (limit: ${limit} bytes${length}). ` +
        'Split it into smaller ones, or store it as a record of a key-value store.';
    return new EngineError('request-too-large', message, { details: { limit, bytes: actual } });
}

/**
 * Parses the value of a `Content-Encoding` header. Returns the last encoding first, which is the order of decoding.
 *
 * @throws HttpError `unsupported-content-encoding`.
 */
export function parseContentEncoding(header = ''): ContentEncoding[] {
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
 * Decodes a body.
 *
 * @throws `invalid-value` if the bytes do not have the encoding, and `request-too-large` if the output exceeds the limit; such
 * an output is never buffered.
 */
export async function decompress(bytes: Buffer, encodings: readonly ContentEncoding[], limit: number): Promise<Buffer> {
    let body = bytes;
    for (const encoding of encodings) {
        try {
            if (limit > SMALL_BYTES) for await (const _ of verifyEncoding([body], encoding, limit));
            body = await decodeBytes(body, encoding, limit);
        } catch (cause) {
            throw decodingError(cause, encoding, limit);
        }
    }
    return body;
}

/**
 * Yields encoded chunks unchanged while decoding them, without buffering the output. Throws after the last chunk at the latest:
 * `invalid-value` if the bytes do not have the encoding, `request-too-large` if the output exceeds the limit.
 */
export async function* verifyEncoding(
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    encoding: ContentEncoding,
    limit: number,
): AsyncGenerator<Uint8Array> {
    let decoder: Transform | undefined;
    let failure: Promise<unknown> = Promise.resolve();
    const throwIfFailed = (cause: unknown): void => {
        if (cause !== undefined) throw decodingError(cause, encoding, limit);
    };
    try {
        for await (const chunk of chunks) {
            if (chunk.length === 0) continue;
            if (decoder === undefined) {
                decoder = createDecoder(encoding, chunk[0]!);
                failure = watchDecoder(decoder, limit);
            }
            // Backpressure: the next chunk waits until this one is decoded.
            const written = writeTo(decoder, chunk);
            throwIfFailed(await Promise.race([failure, written]));
            yield chunk;
        }
        decoder?.end();
        throwIfFailed(await failure);
    } finally {
        decoder?.destroy();
    }
}

function writeTo(decoder: Transform, chunk: Uint8Array): Promise<void> {
    return new Promise((resolve) => decoder.write(chunk, () => resolve()));
}

/** Resolves once a decoder has decoded all bytes: with the error, if there was one. */
function watchDecoder(decoder: Transform, limit: number): Promise<unknown> {
    let size = 0;
    decoder.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) decoder.destroy(bodyTooLarge(limit));
    });
    // Bytes may follow the end of the encoded data; a destroyed decoder drops them.
    return finished(decoder, { writable: false })
        .catch((error: unknown) => error)
        .finally(() => decoder.destroy());
}

function decodingError(cause: unknown, encoding: ContentEncoding, limit: number): unknown {
    if (cause instanceof EngineError) return cause;
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return bodyTooLarge(limit);
    const message =
        `The body of the request does not match its Content-Encoding "${encoding}": ${(cause as Error).message}. ` +
        'Compress it accordingly, or leave the header out.';
    return new EngineError('invalid-value', message, { cause });
}

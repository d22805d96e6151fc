import { promisify } from 'node:util';
import {
    brotliDecompress,
    createBrotliDecompress,
    createGunzip,
    createInflate,
    createInflateRaw,
    gunzip,
    inflate,
    inflateRaw,
    type ZlibOptions,
} from 'node:zlib';
import { EngineError } from '../errors/engine-error.js';
import { ApiRefusal } from './api-refusal.js';
import { bodyTooLarge } from './body-limit.js';
import type { Transform } from 'node:stream';

/** One way in which bytes can be compressed. */
interface Decoder {
    decode(bytes: Buffer, options: Pick<ZlibOptions, 'maxOutputLength'>): Promise<Buffer>;
    /** The same, piece by piece. */
    stream(): Transform;
}

const UNZLIB: Decoder = { decode: promisify(inflate), stream: createInflate };
const UNRAW: Decoder = { decode: promisify(inflateRaw), stream: createInflateRaw };
const ZLIB_METHOD = 8;
/** What may be held without a second thought. */
const SMALL_BYTES = 16 * 1024 * 1024;

const DECODERS: Readonly<Record<string, (bytes: Buffer) => Decoder | undefined>> = {
    br: () => ({ decode: promisify(brotliDecompress), stream: createBrotliDecompress }),
    gzip: () => ({ decode: promisify(gunzip), stream: createGunzip }),
    // Some senders leave out the header that a deflated body should have.
    deflate: (bytes) => (((bytes[0] ?? 0) & 0x0f) === ZLIB_METHOD ? UNZLIB : UNRAW),
    identity: () => undefined,
};

/**
 * Undoes the encodings of a body, the last one first.
 *
 * @param encodings - The value of `Content-Encoding`, maybe empty.
 * @throws `unsupported-content-encoding`, `invalid-value` for bytes that are not so encoded, and `request-too-large`
 * for an output that passes the limit; such an output is never held.
 */
export async function decompress(bytes: Buffer, encodings: string, limit: number): Promise<Buffer> {
    const names = encodings
        .toLowerCase()
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
    let body = bytes;
    for (const name of names.toReversed()) body = await decode(body, name, limit);
    return body;
}

async function decode(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
    if (!Object.hasOwn(DECODERS, encoding)) {
        const message = `Content-Encoding "${encoding}" is not supported. Use br, gzip, deflate, or none.`;
        throw new ApiRefusal(415, 'unsupported-content-encoding', message);
    }
    const decoder = DECODERS[encoding]!(bytes);
    // Clients name an encoding even where there is no body.
    if (decoder === undefined || bytes.length === 0) return bytes;
    try {
        if (limit > SMALL_BYTES) await measure(decoder.stream(), bytes, limit);
        return await decoder.decode(bytes, { maxOutputLength: limit });
    } catch (cause) {
        if (cause instanceof EngineError) throw cause;
        if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(limit);
        const message =
            `The body of the request is not compressed as its Content-Encoding "${encoding}" says: ` +
            `${(cause as Error).message}. Send it so compressed, or leave the header out.`;
        throw new EngineError('invalid-value', message, { cause });
    }
}

/** Lets an output go by without holding it, to see whether it may be held. */
async function measure(stream: Transform, bytes: Buffer, limit: number): Promise<void> {
    let size = 0;
    stream.end(bytes);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        // Leaving the loop destroys the stream.
        if (size > limit) throw bodyTooLarge(limit);
    }
}

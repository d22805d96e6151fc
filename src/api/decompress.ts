import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';
import { EngineError } from '../errors/engine-error.js';
import { ApiRefusal } from './api-refusal.js';
import { bodyTooLarge } from './body-limit.js';

type Decoder = (bytes: Buffer, options: Pick<ZlibOptions, 'maxOutputLength'>) => Promise<Buffer>;

const unzlib: Decoder = promisify(inflate);
const unraw: Decoder = promisify(inflateRaw);
const ZLIB_METHOD = 8;

const DECODERS: Readonly<Record<string, Decoder>> = {
    br: promisify(brotliDecompress),
    gzip: promisify(gunzip),
    // Some senders leave out the header that a deflated body should have.
    deflate: (bytes, options) => (((bytes[0] ?? 0) & 0x0f) === ZLIB_METHOD ? unzlib : unraw)(bytes, options),
    identity: async (bytes) => bytes,
};

/**
 * Undoes the encodings of a body, the last one first.
 *
 * @param encodings - The value of `Content-Encoding`, maybe empty.
 * @throws `unsupported-content-encoding`, `invalid-value` for bytes that are not so encoded, and `request-too-large`
 * once the output passes the limit; it never grows beyond.
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
    // Clients name an encoding even where there is no body.
    if (bytes.length === 0) return bytes;
    try {
        return await DECODERS[encoding]!(bytes, { maxOutputLength: limit });
    } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(limit);
        const message =
            `The body of the request is not compressed as its Content-Encoding "${encoding}" says: ` +
            `${(cause as Error).message}. Send it so compressed, or leave the header out.`;
        throw new EngineError('invalid-value', message, { cause });
    }
}

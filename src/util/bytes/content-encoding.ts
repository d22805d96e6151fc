import { pipeline, Readable, type Transform } from 'node:stream';
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
import type { ContentEncoding } from '../../model/streams.js';
import { withCleanup } from './with-cleanup.js';

/** Decompresses one encoding. */
interface Decoder {
    decode(bytes: Uint8Array, options: Pick<ZlibOptions, 'maxOutputLength'>): Promise<Buffer>;
    /** As `decode`, as a stream. */
    stream(): Transform;
}

const ZLIB: Decoder = { decode: promisify(inflate), stream: createInflate };
const RAW_DEFLATE: Decoder = { decode: promisify(inflateRaw), stream: createInflateRaw };
const ZLIB_METHOD = 8;

const DECODERS: Readonly<Record<ContentEncoding, (firstByte: number) => Decoder>> = {
    br: () => ({ decode: promisify(brotliDecompress), stream: createBrotliDecompress }),
    gzip: () => ({ decode: promisify(gunzip), stream: createGunzip }),
    // Some senders omit the zlib header that a deflated body should have.
    deflate: (firstByte) => ((firstByte & 0x0f) === ZLIB_METHOD ? ZLIB : RAW_DEFLATE),
};

/** True for the name of a supported encoding, in lower case. */
export function isContentEncoding(word: string): word is ContentEncoding {
    return Object.hasOwn(DECODERS, word);
}

/** Creates a stream that decompresses. The first byte of the body tells whether `deflate` has a zlib header. */
export function createDecoder(encoding: ContentEncoding, firstByte: number): Transform {
    return DECODERS[encoding](firstByte).stream();
}

/**
 * Decompresses bytes.
 *
 * @throws Error with the code `ERR_BUFFER_TOO_LARGE` if the result exceeds `maxOutputLength` bytes, or another code of zlib if
 * the bytes are not valid in this encoding.
 */
export async function decodeBytes(
    bytes: Uint8Array,
    encoding: ContentEncoding,
    maxOutputLength?: number,
): Promise<Buffer> {
    // An empty body has no first byte, and zlib would reject it.
    if (bytes.length === 0) return Buffer.alloc(0);
    return DECODERS[encoding](bytes[0]!).decode(bytes, maxOutputLength === undefined ? {} : { maxOutputLength });
}

/** Decompresses chunks as they arrive. Iteration throws if the bytes are not valid in this encoding. */
export function decodeChunks(chunks: AsyncIterable<Uint8Array>, encoding: ContentEncoding): AsyncIterable<Uint8Array> {
    const source = chunks[Symbol.asyncIterator]();
    const release = async (): Promise<void> => void (await source.return?.());
    return withCleanup(decode({ [Symbol.asyncIterator]: () => source }, encoding), release);
}

async function* decode(chunks: AsyncIterable<Uint8Array>, encoding: ContentEncoding): AsyncGenerator<Uint8Array> {
    const source = chunks[Symbol.asyncIterator]();
    let first = await source.next();
    while (first.done !== true && first.value.length === 0) first = await source.next();
    if (first.done === true) return;
    const { value } = first;
    const all = async function* (): AsyncGenerator<Uint8Array> {
        yield value;
        yield* { [Symbol.asyncIterator]: () => source };
    };
    const decoder = createDecoder(encoding, value[0]!);
    // An error of the source destroys the decoder, so reading it throws.
    pipeline(Readable.from(all()), decoder, () => {});
    yield* decoder as AsyncIterable<Buffer>;
}

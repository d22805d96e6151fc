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

/** One way back. */
interface Decoder {
    decode(bytes: Uint8Array, options: Pick<ZlibOptions, 'maxOutputLength'>): Promise<Buffer>;
    /** The same, piece by piece. */
    stream(): Transform;
}

const UNZLIB: Decoder = { decode: promisify(inflate), stream: createInflate };
const UNRAW: Decoder = { decode: promisify(inflateRaw), stream: createInflateRaw };
const ZLIB_METHOD = 8;

const DECODERS: Readonly<Record<ContentEncoding, (firstByte: number) => Decoder>> = {
    br: () => ({ decode: promisify(brotliDecompress), stream: createBrotliDecompress }),
    gzip: () => ({ decode: promisify(gunzip), stream: createGunzip }),
    // Some senders leave out the header that a deflated body should have.
    deflate: (firstByte) => ((firstByte & 0x0f) === ZLIB_METHOD ? UNZLIB : UNRAW),
};

/** Whether it is one of the words, in lower case. */
export function isContentEncoding(word: string): word is ContentEncoding {
    return Object.hasOwn(DECODERS, word);
}

/** What takes compressed bytes and gives back what they were made of; the first byte of all tells how. */
export function createDecoder(encoding: ContentEncoding, firstByte: number): Transform {
    return DECODERS[encoding](firstByte).stream();
}

/**
 * Decompresses bytes.
 *
 * @throws Error with the code `ERR_BUFFER_TOO_LARGE` for more than `maxOutputLength` bytes, and other ones of zlib's for
 * bytes that are not so compressed.
 */
export async function decodeBytes(
    bytes: Uint8Array,
    encoding: ContentEncoding,
    maxOutputLength?: number,
): Promise<Buffer> {
    // Nothing at all is nothing, whatever it is called.
    if (bytes.length === 0) return Buffer.alloc(0);
    return DECODERS[encoding](bytes[0]!).decode(bytes, maxOutputLength === undefined ? {} : { maxOutputLength });
}

/** Decompresses bytes as they come; what was not so compressed is thrown on the way. */
export function decodeChunks(pieces: AsyncIterable<Uint8Array>, encoding: ContentEncoding): AsyncIterable<Uint8Array> {
    const source = pieces[Symbol.asyncIterator]();
    const release = async (): Promise<void> => void (await source.return?.());
    return withCleanup(decode({ [Symbol.asyncIterator]: () => source }, encoding), release);
}

async function* decode(pieces: AsyncIterable<Uint8Array>, encoding: ContentEncoding): AsyncGenerator<Uint8Array> {
    const source = pieces[Symbol.asyncIterator]();
    let first = await source.next();
    while (first.done !== true && first.value.length === 0) first = await source.next();
    if (first.done === true) return;
    const { value } = first;
    const all = async function* (): AsyncGenerator<Uint8Array> {
        yield value;
        yield* { [Symbol.asyncIterator]: () => source };
    };
    const decoder = createDecoder(encoding, value[0]!);
    // What goes wrong on the way destroys the decoder, and is thrown by reading it.
    pipeline(Readable.from(all()), decoder, () => {});
    yield* decoder as AsyncIterable<Buffer>;
}

import type { ContentEncoding } from '../model/streams.js';
import { createDecoder, decodeBytes, isContentEncoding } from '../util/content-encoding.js';
import { EngineError } from '../errors/engine-error.js';
import { ApiRefusal } from './errors.js';

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
        throw new ApiRefusal(415, 'unsupported-content-encoding', message);
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
            if (limit > SMALL_BYTES) await join(checkEncoded([body], encoding, limit));
            body = await decodeBytes(body, encoding, limit);
        } catch (cause) {
            throw decodingError(cause, encoding, limit);
        }
    }
    return body;
}

/**
 * Passes encoded bytes on as they come, and as they are. What is wrong with them is thrown after the last of them at the
 * latest: `invalid-value` for bytes that are not so encoded, `request-too-large` once they say more than the limit.
 */
export async function* checkEncoded(
    pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    encoding: ContentEncoding,
    limit: number,
): AsyncGenerator<Uint8Array> {
    let check: LengthCheck | undefined;
    try {
        for await (const piece of pieces) {
            if (piece.length === 0) continue;
            check ??= new LengthCheck(encoding, piece[0]!, limit);
            await check.take(piece);
            yield piece;
        }
        await check?.end();
    } catch (cause) {
        throw check?.error === cause ? decodingError(cause, encoding, limit) : cause;
    } finally {
        check?.stop();
    }
}

/** Decodes bytes without holding what comes out, to see how much it is. */
class LengthCheck {
    readonly #decoder: ReturnType<typeof createDecoder>;
    readonly #done: Promise<void>;
    #size = 0;
    #isOver = false;
    /** What the check has found. */
    error: unknown;

    constructor(encoding: ContentEncoding, firstByte: number, limit: number) {
        const decoder = createDecoder(encoding, firstByte);
        this.#decoder = decoder;
        this.#done = new Promise((resolve) => {
            const settle = (error?: unknown): void => {
                this.error ??= error;
                this.#isOver = true;
                decoder.destroy();
                resolve();
            };
            decoder.on('data', (chunk: Buffer) => {
                this.#size += chunk.length;
                if (this.#size > limit) settle(bodyTooLarge(limit));
            });
            decoder.on('error', settle).on('end', () => settle());
        });
    }

    /** Takes more, as fast as it can be decoded. */
    async take(piece: Uint8Array): Promise<void> {
        if (!this.#isOver) {
            const written = new Promise<void>((resolve) => this.#decoder.write(piece, () => resolve()));
            await Promise.race([written, this.#done]);
        }
        if (this.error !== undefined) throw this.error;
    }

    async end(): Promise<void> {
        if (!this.#isOver) this.#decoder.end();
        await this.#done;
        if (this.error !== undefined) throw this.error;
    }

    stop(): void {
        this.#decoder.destroy();
    }
}

function decodingError(cause: unknown, encoding: ContentEncoding, limit: number): unknown {
    if (cause instanceof EngineError) return cause;
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return bodyTooLarge(limit);
    const message =
        `The body of the request is not compressed as its Content-Encoding "${encoding}" says: ` +
        `${(cause as Error).message}. Send it so compressed, or leave the header out.`;
    return new EngineError('invalid-value', message, { cause });
}

async function join(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const _ of pieces);
}

import { deserialize, serialize } from 'node:v8';

/*
 * Messages on a pipe: the length of each, in four bytes, then the message as V8 copies it between threads, so that bytes,
 * dates and errors come out as they went in.
 */

const HEADER_BYTES = 4;

/**
 * A message as it goes over a pipe.
 *
 * @throws DataCloneError for what cannot be copied, such as a function.
 */
export function encodeFrame(message: unknown): Buffer {
    const body = serialize(message);
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32LE(body.length);
    return Buffer.concat([header, body]);
}

/** Puts together again what a pipe has cut. */
export class FrameReader {
    #chunks: Buffer[] = [];
    #length = 0;

    /** Takes in bytes as they come; returns the messages that they complete. */
    read(chunk: Buffer): unknown[] {
        this.#chunks.push(chunk);
        this.#length += chunk.length;
        const messages: unknown[] = [];
        for (let body = this.#next(); body !== undefined; body = this.#next()) messages.push(deserialize(body));
        return messages;
    }

    #next(): Buffer | undefined {
        if (this.#length < HEADER_BYTES) return undefined;
        const frameLength = HEADER_BYTES + this.#join(HEADER_BYTES).readUInt32LE();
        if (this.#length < frameLength) return undefined;
        const joined = this.#join(frameLength);
        const rest = joined.subarray(frameLength);
        this.#chunks = rest.length === 0 ? [] : [rest];
        this.#length = rest.length;
        return joined.subarray(HEADER_BYTES, frameLength);
    }

    /** The first chunk, made long enough; a long frame is joined once, when all of it has come. */
    #join(length: number): Buffer {
        const [first] = this.#chunks;
        if (first !== undefined && first.length >= length) return first;
        const joined = Buffer.concat(this.#chunks);
        this.#chunks = [joined];
        return joined;
    }
}

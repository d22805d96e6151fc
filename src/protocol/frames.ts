import { deserialize, serialize } from 'node:v8';
import { EngineError } from '../errors/engine-error.js';

/*
 * Messages on a pipe: the length of each, in four bytes, then the message as V8 copies it between threads, so that bytes,
 * dates and errors come out as they went in.
 */

const HEADER_BYTES = 4;
/** More than any record may have. Without an end, who writes anything to the pipe could have the reader hold all that comes. */
const MAX_FRAME_BYTES = 2 ** 30;

/** What came over a pipe is no message. */
export class InvalidFrameError extends Error {
    override readonly name = 'UnreadableFrame';
}

/**
 * A message as it goes over a pipe.
 *
 * @throws DataCloneError for what cannot be copied, such as a function; {@link EngineError} `request-too-large` for more than
 *   a gigabyte.
 */
export function encodeFrame(message: unknown): Buffer {
    const body = serialize(message);
    if (body.length > MAX_FRAME_BYTES) {
        const problem =
            `A message has ${body.length} bytes, but between two processes at most ${MAX_FRAME_BYTES} can be passed on at once. ` +
            'Pass on less at a time.';
        throw new EngineError('request-too-large', problem, {
            details: { bytes: body.length, limit: MAX_FRAME_BYTES },
        });
    }
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32LE(body.length);
    return Buffer.concat([header, body]);
}

/** Puts together again what a pipe has cut. */
export class FrameReader {
    #chunks: Buffer[] = [];
    #length = 0;

    /**
     * Takes in bytes as they come; hands out the messages that they complete, one by one.
     *
     * @throws UnreadableFrame for what {@link encodeFrame} has not made. Nothing can be read after it.
     */
    *decode(chunk: Buffer): Generator {
        this.#chunks.push(chunk);
        this.#length += chunk.length;
        for (let body = this.#next(); body !== undefined; body = this.#next()) yield read(body);
    }

    #next(): Buffer | undefined {
        if (this.#length < HEADER_BYTES) return undefined;
        const bodyLength = this.#join(HEADER_BYTES).readUInt32LE();
        if (bodyLength > MAX_FRAME_BYTES) throw new InvalidFrameError(`A message is to have ${bodyLength} bytes.`);
        const frameLength = HEADER_BYTES + bodyLength;
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

function read(body: Buffer): unknown {
    try {
        return deserialize(body);
    } catch (cause) {
        throw new InvalidFrameError('A message is not as V8 writes it.', { cause });
    }
}

/*
 * How a host and the process of an Actor find each other: by two pipes that the process inherits.
 */

/** The pipe that the Actor's side writes to. */
export const ACTOR_TO_HOST_FD = 3;

/** The pipe that the Actor's side reads from. When it ends, the host is gone. */
export const HOST_TO_ACTOR_FD = 4;

/** The pipe by which a process is told to end that has to write first what it has covered; only those have it. */
export const TERMINATE_FD = 5;

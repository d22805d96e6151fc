import { deserialize, serialize } from 'node:v8';
import { EngineError } from '../errors/engine-error.js';

/*
 * Messages on a pipe: four bytes with the length, then the message in V8's serialization format, which keeps bytes,
 * dates and errors.
 */

const HEADER_BYTES = 4;
/** Larger than any record. Without a limit, arbitrary data in the pipe could make the reader buffer without end. */
const MAX_FRAME_BYTES = 2 ** 30;

/** Data on a pipe that is not a valid frame. */
export class InvalidFrameError extends Error {
    override readonly name = 'UnreadableFrame';
}

/**
 * Encodes a message as one frame.
 *
 * @throws DataCloneError for a value that cannot be cloned, such as a function; {@link EngineError} `request-too-large`
 *   for more than a gigabyte.
 */
export function encodeFrame(message: unknown): Buffer {
    const body = serialize(message);
    if (body.length > MAX_FRAME_BYTES) {
        const problem =
            `A message has ${body.length} bytes, but messages between processes are limited to ${MAX_FRAME_BYTES}. ` +
            'Send less data at once.';
        throw new EngineError('request-too-large', problem, {
            details: { bytes: body.length, limit: MAX_FRAME_BYTES },
        });
    }
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    header.writeUInt32LE(body.length);
    return Buffer.concat([header, body]);
}

/** Reassembles frames from the chunks of a pipe. */
export class FrameReader {
    #chunks: Buffer[] = [];
    #length = 0;

    /**
     * Adds a chunk and yields the messages that it completes.
     *
     * @throws InvalidFrameError for data that {@link encodeFrame} has not written. The reader cannot be used after
     *   that.
     */
    *decode(chunk: Buffer): Generator {
        this.#chunks.push(chunk);
        this.#length += chunk.length;
        for (let body = this.#next(); body !== undefined; body = this.#next()) yield deserializeBody(body);
    }

    #next(): Buffer | undefined {
        if (this.#length < HEADER_BYTES) return undefined;
        const bodyLength = this.#join(HEADER_BYTES).readUInt32LE();
        if (bodyLength > MAX_FRAME_BYTES)
            throw new InvalidFrameError(`A message announces ${bodyLength} bytes, more than the limit.`);
        const frameLength = HEADER_BYTES + bodyLength;
        if (this.#length < frameLength) return undefined;
        const joined = this.#join(frameLength);
        const rest = joined.subarray(frameLength);
        this.#chunks = rest.length === 0 ? [] : [rest];
        this.#length = rest.length;
        return joined.subarray(HEADER_BYTES, frameLength);
    }

    /** The first chunk, extended to a minimum length. A long frame is joined once, when all of it has arrived. */
    #join(length: number): Buffer {
        const [first] = this.#chunks;
        if (first !== undefined && first.length >= length) return first;
        const joined = Buffer.concat(this.#chunks);
        this.#chunks = [joined];
        return joined;
    }
}

function deserializeBody(body: Buffer): unknown {
    try {
        return deserialize(body);
    } catch (cause) {
        throw new InvalidFrameError("A message is not in V8's serialization format.", { cause });
    }
}

/* File descriptors of the two pipes between a host and the process of an Actor, which inherits them. */

/** The pipe that the Actor's process writes to. */
export const ACTOR_TO_HOST_FD = 3;

/** The pipe that the Actor's process reads from. Its end means that the host is gone. */
export const HOST_TO_ACTOR_FD = 4;

/** The pipe that tells a process to write its coverage and end. Only processes that collect coverage have it. */
export const TERMINATE_FD = 5;

import type { Content } from '../model/streams.js';
import { releasing } from '../util/releasing.js';

/** All bytes of a record or file as one buffer. */
export async function bytesOf(content: Content): Promise<Buffer> {
    if (!(content instanceof Uint8Array)) return joinPieces(content);
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

/** All bytes as one buffer. */
export async function joinPieces(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(piece);
    return Buffer.concat(all);
}

/** Takes bytes that are few as a whole; of more, gives back pieces from the first one on. */
export async function holdIfSmall(
    pieces: AsyncIterable<Uint8Array>,
    maxBytes: number,
): Promise<Buffer | AsyncIterable<Uint8Array>> {
    const source = pieces[Symbol.asyncIterator]();
    const held: Uint8Array[] = [];
    for (let size = 0; size <= maxBytes;) {
        const next = await source.next();
        if (next.done === true) return Buffer.concat(held);
        held.push(next.value);
        size += next.value.length;
    }
    const all = async function* (): AsyncGenerator<Uint8Array, void> {
        yield* held;
        yield* { [Symbol.asyncIterator]: () => source };
    };
    return releasing(all(), async () => void (await source.return?.()));
}

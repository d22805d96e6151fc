import type { Content } from '../model/streams.js';

/** All bytes of a record or file as one buffer. */
export async function collectBytes(content: Content): Promise<Buffer> {
    if (!(content instanceof Uint8Array)) return joinChunks(content);
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

/** All bytes as one buffer. */
export async function joinChunks(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(piece);
    return Buffer.concat(all);
}

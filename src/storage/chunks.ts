import type { Content } from '../model/streams.js';

/** Returns all bytes of a record or file as one buffer. Bytes that are in one piece are not copied. */
export async function collectBytes(content: Content): Promise<Buffer> {
    if (!(content instanceof Uint8Array)) return joinChunks(content);
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

/** Concatenates chunks into one buffer. */
export async function joinChunks(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const all: Uint8Array[] = [];
    for await (const chunk of chunks) all.push(chunk);
    return Buffer.concat(all);
}

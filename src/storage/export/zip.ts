import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { dataDescriptor, localHeader, type WrittenEntry, zipDirectory } from './zip-directory.js';

/*
 * ZIP as far as a workbook or a download of records needs it: deflated entries whose sizes are written after them (flag bit 3),
 * so that nothing has to be held back, of any size and number.
 */

/** One file in an archive. */
export interface ZipEntry {
    name: string;
    content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Packs files into an archive. */
export async function* writeZip(entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
    const written: WrittenEntry[] = [];
    let offset = 0;
    for await (const { name, content } of entries) {
        const entry: WrittenEntry = { name: Buffer.from(name), offset, checksum: 0, packedSize: 0, size: 0 };
        for await (const chunk of writeEntry(entry, content)) {
            offset += chunk.length;
            yield chunk;
        }
        written.push(entry);
    }
    yield zipDirectory(written, offset);
}

async function* writeEntry(entry: WrittenEntry, content: ZipEntry['content']): AsyncGenerator<Uint8Array> {
    yield localHeader(entry);
    const deflated = createDeflateRaw();
    // What goes wrong on the way destroys the stream, and is thrown by reading it.
    pipeline(Readable.from(measure(entry, content)), deflated, () => {});
    for await (const chunk of deflated as AsyncIterable<Buffer>) {
        entry.packedSize += chunk.length;
        yield chunk;
    }
    yield dataDescriptor(entry);
}

async function* measure(entry: WrittenEntry, content: ZipEntry['content']): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
        entry.checksum = crc32(chunk, entry.checksum);
        entry.size += chunk.length;
        yield chunk;
    }
}

import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';

/*
 * ZIP as far as a workbook or a download of records needs it: deflated entries whose sizes are written after them (flag bit 3), so that nothing has
 * to be held back, and no ZIP64, so up to 4 GB.
 */

const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION = 20;
const SIZES_FOLLOW = 0x0008;
const NAMES_ARE_UTF8 = 0x0800;
const DEFLATED = 8;
/** 1980-01-01, where ZIP's time begins: the same items make the same file. */
const DATE = 0x0021;

/** One file in an archive. */
export interface ZipEntry {
    name: string;
    content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

interface WrittenEntry {
    name: Buffer;
    offset: number;
    checksum: number;
    packedSize: number;
    size: number;
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
    const directory = Buffer.concat(written.map(centralHeader));
    yield directory;
    yield fields([
        [4, END_OF_DIRECTORY],
        [2, 0],
        [2, 0],
        [2, written.length],
        [2, written.length],
        [4, directory.length],
        [4, offset],
        [2, 0],
    ]);
}

async function* writeEntry(entry: WrittenEntry, content: ZipEntry['content']): AsyncGenerator<Uint8Array> {
    const header = fields([[4, LOCAL_HEADER], ...commonFields(entry)]);
    yield Buffer.concat([header, entry.name]);
    const deflated = createDeflateRaw();
    // What goes wrong on the way destroys the stream, and is thrown by reading it.
    pipeline(Readable.from(measure(entry, content)), deflated, () => {});
    for await (const chunk of deflated as AsyncIterable<Buffer>) {
        entry.packedSize += chunk.length;
        yield chunk;
    }
    yield fields([
        [4, DATA_DESCRIPTOR],
        [4, entry.checksum],
        [4, entry.packedSize],
        [4, entry.size],
    ]);
}

async function* measure(entry: WrittenEntry, content: ZipEntry['content']): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
        entry.checksum = crc32(chunk, entry.checksum);
        entry.size += chunk.length;
        yield chunk;
    }
}

function centralHeader(entry: WrittenEntry): Buffer {
    const header = fields([
        [4, CENTRAL_HEADER],
        [2, VERSION],
        ...commonFields(entry),
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, entry.offset],
    ]);
    return Buffer.concat([header, entry.name]);
}

/** What both headers of an entry say; before the entry is written, its sizes are zero. */
function commonFields({ name, checksum, packedSize, size }: WrittenEntry): [bytes: number, value: number][] {
    return [
        [2, VERSION],
        [2, SIZES_FOLLOW | NAMES_ARE_UTF8],
        [2, DEFLATED],
        [2, 0],
        [2, DATE],
        [4, checksum],
        [4, packedSize],
        [4, size],
        [2, name.length],
        [2, 0],
    ];
}

function fields(values: readonly (readonly [bytes: number, value: number])[]): Buffer {
    const buffer = Buffer.alloc(values.reduce((sum, [bytes]) => sum + bytes, 0));
    let position = 0;
    for (const [bytes, value] of values) position = buffer.writeUIntLE(value, position, bytes);
    return buffer;
}

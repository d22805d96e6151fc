import { Zip, ZipDeflate } from 'fflate';
import { EngineError } from '../../errors/engine-error.js';

/** A file in an archive. */
export interface ZipEntry {
    name: string;
    content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Limits of an archive without ZIP64, which the library does not support. */
interface ZipLimits {
    entries: number;
    bytes: number;
}

const LIMITS: ZipLimits = { entries: 65_534, bytes: 0xfffffffe };
/** First date that ZIP supports. Fixed, so that the same items produce the same file. */
const DATE = new Date(1980, 0, 1);

/**
 * Packs files into an archive, in chunks that are created as they are read.
 *
 * @throws `invalid-value` for more files or bytes than an archive can hold.
 */
export async function* writeZip(
    entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
    limits: ZipLimits = LIMITS,
): AsyncGenerator<Uint8Array> {
    let chunks: Uint8Array[] = [];
    let written = 0;
    let count = 0;
    const zip = new Zip((error, chunk) => {
        if (error) throw error;
        written += chunk.length;
        chunks.push(chunk);
    });
    const takeChunks = (): Uint8Array[] => {
        if (written > limits.bytes || count > limits.entries) throw tooLarge(limits);
        const taken = chunks;
        chunks = [];
        return taken;
    };
    for await (const { name, content } of entries) {
        count += 1;
        let size = 0;
        const file = Object.assign(new ZipDeflate(name), { mtime: DATE });
        zip.add(file);
        for await (const chunk of content) {
            size += chunk.length;
            if (size > limits.bytes) throw tooLarge(limits);
            file.push(chunk);
            yield* takeChunks();
        }
        file.push(new Uint8Array(), true);
        yield* takeChunks();
    }
    zip.end();
    yield* takeChunks();
}

function tooLarge({ entries, bytes }: ZipLimits): EngineError {
    const message =
        `The archive would be too large: a ZIP file can hold up to ${entries} files and ${bytes} bytes. Use \`prefix\` to download ` +
        'fewer records at a time, or `limit` for a workbook.';
    return new EngineError('invalid-value', message, { details: { maxEntries: entries, maxBytes: bytes } });
}

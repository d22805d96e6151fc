import { Zip, ZipDeflate } from 'fflate';
import { EngineError } from '../../errors/engine-error.js';

/** One file in an archive. */
export interface ZipEntry {
    name: string;
    content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** How large archives can be without the extension ZIP64, which the library does not write. */
interface ZipLimits {
    entries: number;
    bytes: number;
}

const LIMITS: ZipLimits = { entries: 65_534, bytes: 0xfffffffe };
/** The first day that ZIP knows: the same items make the same file. */
const DATE = new Date(1980, 0, 1);

/**
 * Packs files into an archive, in pieces that are made as they are taken.
 *
 * @throws `invalid-value` for more files or bytes than an archive can hold.
 */
export async function* writeZip(
    entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
    limits: ZipLimits = LIMITS,
): AsyncGenerator<Uint8Array> {
    let pieces: Uint8Array[] = [];
    let written = 0;
    let count = 0;
    const zip = new Zip((error, piece) => {
        if (error) throw error;
        written += piece.length;
        pieces.push(piece);
    });
    const take = (): Uint8Array[] => {
        if (written > limits.bytes || count > limits.entries) throw tooLarge(limits);
        const taken = pieces;
        pieces = [];
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
            yield* take();
        }
        file.push(new Uint8Array(), true);
        yield* take();
    }
    zip.end();
    yield* take();
}

function tooLarge({ entries, bytes }: ZipLimits): EngineError {
    const message =
        `The archive would be too large: a ZIP file holds ${entries} files and ${bytes} bytes at most. Use \`prefix\` to download ` +
        'fewer records at a time, or `limit` for a workbook.';
    return new EngineError('invalid-value', message, { details: { maxEntries: entries, maxBytes: bytes } });
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The suffix of an Electron archive within a path. */
const ARCHIVE = /\.asar(?=[\\/])/;

/**
 * Returns the URL of the unpacked copy of a file in an Electron archive, which threads and processes need; it is in a folder
 * beside the archive. Returns any other URL unchanged.
 *
 * @param url - A `file:` URL.
 */
export function electronUnpackedUrl(url: string): string {
    if (!ARCHIVE.test(url)) return url;
    const unpacked = url.replace(ARCHIVE, '.asar.unpacked');
    return existsSync(fileURLToPath(unpacked)) ? unpacked : url;
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** An archive of Electron, as a part of a path. */
const ARCHIVE = /\.asar(?=[\\/])/;

/**
 * Where a file really is that an app for Electron has in its archive: what is to be unpacked, as threads and processes want
 * it, is in a folder beside. Anything else is where it is.
 *
 * @param url - A `file:` URL.
 */
export function electronUnpackedUrl(url: string): string {
    if (!ARCHIVE.test(url)) return url;
    const unpacked = url.replace(ARCHIVE, '.asar.unpacked');
    return existsSync(fileURLToPath(unpacked)) ? unpacked : url;
}

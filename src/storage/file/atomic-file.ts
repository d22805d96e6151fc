import {
    closeSync,
    fdatasyncSync,
    fsyncSync,
    mkdirSync,
    openSync,
    renameSync,
    rmSync,
    statSync,
    writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf, wrapFsError, withDescriptors } from './fs-error.js';

/** What an answered write has survived: a kill of the process, or also a loss of power. */
export type Durability = 'process' | 'fsync';

const MAX_RENAME_ATTEMPTS = 10;

/** How a file is replaced. */
interface ReplaceOptions {
    /** Where it is written first; a crash may leave something there. Default: beside the file, under a name that is always the same. */
    temporary?: string | undefined;
    /** Who may read a file that is made. Default: as the system has it. */
    mode?: number;
}

/**
 * Replaces a file, or makes it: whoever looks, also after a crash, finds the old content or the new one.
 *
 * @throws {@link EngineError} `storage-failed`; the file is then as it was.
 */
export function replaceFile(
    path: string,
    content: string | Uint8Array,
    durability: Durability,
    { temporary = join(dirname(path), `.${basename(path)}.tmp`), mode }: ReplaceOptions = {},
): void {
    wrapFsError('write', path, () => {
        // The place of the temporary file may have been removed, and is made again; that of the file itself is not.
        statSync(dirname(path));
        try {
            writeNewFile(temporary, content, durability, mode);
            moveFile(temporary, path);
        } catch (error) {
            rmSync(temporary, { force: true });
            throw error;
        }
        if (durability === 'fsync') syncDirectory(dirname(path));
    });
}

/** Writes a file that nothing refers to yet. Its folder is made if it is missing. */
export function writeNewFile(path: string, content: string | Uint8Array, durability: Durability, mode?: number): void {
    const fd = withDescriptors(() => openInFolder(path, 'w', mode));
    try {
        writeFully(fd, typeof content === 'string' ? Buffer.from(content) : content);
        if (durability === 'fsync') fdatasyncSync(fd);
    } catch (error) {
        rmSync(path, { force: true });
        throw error;
    } finally {
        closeSync(fd);
    }
}

/** Opens a file to write to it. The file and its folder are made if they are missing. */
export function openInFolder(path: string, flags: string, mode?: number): number {
    try {
        return openSync(path, flags, mode);
    } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw error;
        mkdirSync(dirname(path), { recursive: true });
        return openSync(path, flags, mode);
    }
}

/** Writes all bytes, also where the system takes them in several bites. */
export function writeFully(fd: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done);
}

/** Moves a file over another. */
export function moveFile(from: string, to: string): void {
    for (let tries = 1; ; tries++) {
        try {
            return renameSync(from, to);
        } catch (error) {
            if (process.platform !== 'win32' || tries === MAX_RENAME_ATTEMPTS || errnoOf(error) === 'ENOENT')
                throw error;
            // On Windows virus scanners and indexers hold new files open for a moment.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 * tries);
        }
    }
}

/** Makes new, moved and removed names in a directory survive a loss of power. */
export function syncDirectory(path: string): void {
    // Windows cannot open directories, and its file systems do not need it.
    if (process.platform === 'win32') return;
    const fd = openSync(path, 'r');
    try {
        fsyncSync(fd);
    } finally {
        closeSync(fd);
    }
}

import {
    closeSync,
    existsSync,
    fstatSync,
    fdatasyncSync,
    fsyncSync,
    openSync,
    renameSync,
    rmSync,
    statSync,
    writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf, wrapFsError, withDescriptors } from './fs-error.js';

/** Durability of a completed write: it survives a kill of the process (`process`), or also a power loss (`fsync`). */
export type Durability = 'process' | 'fsync';

/** Permissions of new files and folders: they may contain tokens and personal data, so only the user of this process may read them. */
export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

const MAX_RENAME_ATTEMPTS = 10;

/** Options to write a new file. */
interface WriteOptions {
    /** Permissions of the file. Default: {@link PRIVATE_FILE}. */
    mode?: number;
    /** Creates the folder of the file if it is missing. Default: then the write fails. */
    createFolder?: (path: string) => void;
}

/** Options to replace a file. */
interface ReplaceOptions extends WriteOptions {
    /** Path of the file to write first, which a crash may leave behind. Default: a fixed name beside the target. */
    temporary?: string | undefined;
}

/**
 * Replaces or creates a file atomically: at any time, also after a crash, readers find the old content or the new one.
 *
 * @throws {@link EngineError} `storage-failed`; then the file is unchanged.
 */
export function replaceFile(
    path: string,
    content: string | Uint8Array,
    durability: Durability,
    { temporary = join(dirname(path), `.${basename(path)}.tmp`), ...options }: ReplaceOptions = {},
): void {
    wrapFsError('write', path, () => {
        // Only the folder of the temporary file may be created again if it was removed, not that of the file itself.
        statSync(dirname(path));
        try {
            writeNewFile(temporary, content, durability, options);
            moveFile(temporary, path);
        } catch (error) {
            rmSync(temporary, { force: true });
            throw error;
        }
        if (durability === 'fsync') syncDirectory(dirname(path));
    });
}

/** Writes a file that nothing refers to yet. */
export function writeNewFile(
    path: string,
    content: string | Uint8Array,
    durability: Durability,
    options?: WriteOptions,
): void {
    const fd = withDescriptors(() => openForWriting(path, 'w', options));
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

/** Opens a file for writing. Creates the file if it is missing. */
export function openForWriting(
    path: string,
    flags: string,
    { mode = PRIVATE_FILE, createFolder }: WriteOptions = {},
): number {
    try {
        return openSync(path, flags, mode);
    } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || createFolder === undefined) throw error;
        createFolder(dirname(path));
        return openSync(path, flags, mode);
    }
}

/** Writes all bytes, in several calls if the system requires it. */
export function writeFully(fd: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done);
}

/** Returns true if an open file was removed: the file system keeps it until it is closed, but what is written to it is lost. */
export function isRemoved(fd: number, path: string): boolean {
    // Some file systems count no links.
    return fstatSync(fd).nlink === 0 && !existsSync(path);
}

/** Moves a file over another. */
export function moveFile(from: string, to: string): void {
    for (let tries = 1; ; tries++) {
        try {
            return renameSync(from, to);
        } catch (error) {
            if (process.platform !== 'win32' || tries === MAX_RENAME_ATTEMPTS || errnoOf(error) === 'ENOENT')
                throw error;
            // On Windows, virus scanners and indexers hold new files open for a moment.
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 * tries);
        }
    }
}

/** Syncs a directory, so that new, moved and removed names in it survive a power loss. */
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

import { readdirSync } from 'node:fs';
import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { releaseDescriptors } from './descriptor-limit.js';

const REASONS: Readonly<Record<string, string>> = {
    ENOSPC: 'the disk is full. Free some space, then try again.',
    EDQUOT: 'the disk quota is used up. Free some space, then try again.',
    EACCES: 'access is denied. Check who owns the file and its directory.',
    EPERM: 'access is denied. Check who owns the file, and that no other program holds it open.',
    EROFS: 'the disk is read-only. Choose a path on a writable disk.',
    EMFILE: 'this process has too many files open. Raise its limit (`ulimit -n`) or run fewer Actors at once.',
    ENFILE: 'the machine has too many files open. Close some programs, then try again.',
    ENOENT: 'the file or its directory does not exist.',
    ENOTDIR: 'a part of the path is a file. Move that file away, or choose another path.',
    EEXIST: 'a file of that name exists. Move that file away, or choose another path.',
    EISDIR: 'a folder of that name exists. Move it away.',
    EIO: 'the disk reports an I/O error. Check the disk, and restore the directory from a backup if necessary.',
};

/** Returns the error `storage-failed` for an error of the file system, with the failed action and the file. */
export function fsError(action: string, path: string, cause: unknown): EngineError {
    if (isEngineError(cause)) return cause;
    const code = errnoOf(cause);
    const reason = REASONS[code ?? ''] ?? `${cause instanceof Error ? cause.message : String(cause)}.`;
    return new EngineError('storage-failed', `Could not ${action} \`${path}\`: ${reason}`, {
        details: { path, errno: code },
        cause,
    });
}

/** Returns the error for a file or directory that another program has removed while the engine is open. */
export function removedError(action: string, path: string): EngineError {
    const message =
        `Could not ${action} \`${path}\`: another program has removed or moved the storage directory, or a part of it, while the ` +
        'engine has it open. Close the engine; restore the directory if its data is still needed.';
    return new EngineError('storage-failed', message, { details: { path } });
}

/** Errors that concern one file rather than the machine or its load, and are therefore permanent. */
const CORRUPTION_ERRNOS: ReadonlySet<string> = new Set([
    'EISDIR',
    'ENOTDIR',
    'EACCES',
    'EPERM',
    'EIO',
    'ELOOP',
    'EFBIG',
]);

/** Returns true if an error means that one file cannot be read, while others can. */
export function isCorruption(error: unknown): boolean {
    if (!isEngineError(error)) return false;
    if (error.code === 'storage-corrupted') return true;
    return error.code === 'storage-failed' && CORRUPTION_ERRNOS.has(errnoOf(error.cause) ?? '');
}

/** Runs a file operation and throws `storage-failed` if it fails. The function may run twice: see {@link withDescriptors}. */
export function wrapFsError<Result>(action: string, path: string, work: () => Result): Result {
    try {
        return withDescriptors(work);
    } catch (cause) {
        throw fsError(action, path, cause);
    }
}

/** As {@link wrapFsError}, for an asynchronous operation. */
export async function wrapFsErrorAsync<Result>(
    action: string,
    path: string,
    work: () => Promise<Result>,
): Promise<Result> {
    try {
        return await work().catch((error: unknown) => {
            if (!isDescriptorLimit(error) || !releaseDescriptors()) throw error;
            return work();
        });
    } catch (cause) {
        throw fsError(action, path, cause);
    }
}

/** As {@link wrapFsError}, but returns undefined if the file does not exist. */
export function ifExists<Result>(action: string, path: string, work: () => Result): Result | undefined {
    try {
        return withDescriptors(work);
    } catch (cause) {
        if (errnoOf(cause) === 'ENOENT') return undefined;
        throw fsError(action, path, cause);
    }
}

/** Returns the names in a directory; none if it cannot be read. */
export function listIfReadable(path: string): string[] {
    try {
        return ifExists('list', path, () => readdirSync(path)) ?? [];
    } catch {
        return [];
    }
}

/** Runs a function that opens files. If too many files are open, closes those that can be opened again and runs it a second time. */
export function withDescriptors<Result>(work: () => Result): Result {
    try {
        return work();
    } catch (error) {
        if (!isDescriptorLimit(error) || !releaseDescriptors()) throw error;
        return work();
    }
}

function isDescriptorLimit(error: unknown): boolean {
    const code = errnoOf(error);
    return code === 'EMFILE' || code === 'ENFILE';
}

/** Returns the name of a system error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return typeof code === 'string' ? code : undefined;
}

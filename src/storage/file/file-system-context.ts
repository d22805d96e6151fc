import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PRIVATE_FOLDER, type Durability } from './atomic-file.js';
import { FileDescriptorCache } from './file-descriptor-cache.js';
import { errnoOf, removedError, wrapFsError } from './fs-error.js';

/** Dependencies that all files of one storage directory share. */
export interface FileSystemContext {
    readonly directory: string;
    readonly files: FileDescriptorCache;
    readonly durability: Durability;
    /** A directory for files that are not in use yet or no longer; emptied when the storage directory is opened. */
    readonly temporary: string;
    /** Returns a new path in {@link FileSystemContext.temporary}. */
    temporaryPath(): string;
    /** Creates a folder and its parents, unless they exist. Throws if the storage directory was removed or moved. */
    createFolder(this: void, path: string): void;
    /** Reports damage that was repaired. */
    warn(message: string): void;
}

/** Options of a storage directory. */
export interface FileSystemOptions {
    directory: string;
    /** The file that exists as long as the caller owns the directory. Default: the directory itself. */
    lockFile?: string;
    /** Durability of a completed write: it survives a kill of the process (`process`), or also a power loss (`fsync`). */
    durability: Durability;
    /** Receives a message about each repair after a crash. Default: the messages are dropped. */
    onWarning?: (message: string) => void;
}

/** Creates the context of a directory that the caller owns. */
export function createFileSystemContext({
    directory,
    lockFile = directory,
    durability,
    onWarning,
}: FileSystemOptions): FileSystemContext {
    const temporary = join(directory, 'tmp');
    const createFolder = (path: string): void => {
        // A directory that was removed and created again has lost its registry, so new data in it could never be read.
        if (!existsSync(lockFile)) throw removedError('create', path);
        wrapFsError('create', path, () => makeFolder(path, directory));
    };
    let pathCount = 0;
    return {
        directory,
        files: new FileDescriptorCache(createFolder),
        durability,
        temporary,
        temporaryPath: () => join(temporary, String(++pathCount)),
        createFolder,
        warn: (message) => onWarning?.(message),
    };
}

/** Creates a folder below `root`, with its parents, but never the root itself. */
function makeFolder(path: string, root: string, hasParent = false): void {
    try {
        mkdirSync(path, PRIVATE_FOLDER);
    } catch (error) {
        if (errnoOf(error) === 'EEXIST') return;
        if (errnoOf(error) !== 'ENOENT' || hasParent || dirname(path) === root) throw error;
        makeFolder(dirname(path), root);
        makeFolder(path, root, true);
    }
}

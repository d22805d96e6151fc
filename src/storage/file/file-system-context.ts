import { join } from 'node:path';
import type { Durability } from './atomic-file.js';
import { FileDescriptorCache } from './file-descriptor-cache.js';

/** Dependencies that all files of one storage directory share. */
export interface FileSystemContext {
    readonly directory: string;
    readonly files: FileDescriptorCache;
    readonly durability: Durability;
    /** A directory for files that are not in use yet or no longer; emptied when the storage directory is opened. */
    readonly temporary: string;
    /** Returns a new path in {@link FileSystemContext.temporary}. */
    temporaryPath(): string;
    /** Reports damage that was repaired. */
    warn(message: string): void;
}

/** Options of a storage directory. */
export interface FileSystemOptions {
    directory: string;
    /** Durability of a completed write: it survives a kill of the process (`process`), or also a power loss (`fsync`). */
    durability: Durability;
    /** Receives a message about each repair after a crash. Default: the messages are dropped. */
    onWarning?: (message: string) => void;
}

/** Creates the context of a directory that the caller owns. */
export function createFileSystemContext({ directory, durability, onWarning }: FileSystemOptions): FileSystemContext {
    const temporary = join(directory, 'tmp');
    let pathCount = 0;
    return {
        directory,
        files: new FileDescriptorCache(),
        durability,
        temporary,
        temporaryPath: () => join(temporary, String(++pathCount)),
        warn: (message) => onWarning?.(message),
    };
}

import { join } from 'node:path';
import type { Durability } from './atomic-file.js';
import { FileDescriptorCache } from './file-descriptor-cache.js';

/** What all files of one storage directory share. */
export interface FileSystemContext {
    readonly directory: string;
    readonly files: FileDescriptorCache;
    readonly durability: Durability;
    /** A directory for files that do not count yet, or no longer; emptied when the storage directory is opened. */
    readonly temporary: string;
    /** Returns a new path in {@link FileSystemContext.temporary}. */
    temporaryPath(): string;
    /** Reports something that was put right. */
    warn(message: string): void;
}

/** How to use a storage directory. */
export interface FileSystemOptions {
    directory: string;
    /** What an answered write has survived: a kill of the process, or also a loss of power. */
    durability: Durability;
    /** Called with what a crash had left behind and has been put right. Default: nothing. */
    onWarning?: (message: string) => void;
}

/** The disk of a directory that the caller owns. */
export function createFileSystemContext({ directory, durability, onWarning }: FileSystemOptions): FileSystemContext {
    const temporary = join(directory, 'tmp');
    let names = 0;
    return {
        directory,
        files: new FileDescriptorCache(),
        durability,
        temporary,
        temporaryPath: () => join(temporary, String(++names)),
        warn: (message) => onWarning?.(message),
    };
}

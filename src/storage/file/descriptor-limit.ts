import { readFileSync } from 'node:fs';

/** Limit of open files if the system does not report one. */
const DEFAULT_LIMIT = 1024;

let limit: number | undefined;

/** Returns the maximum number of files that this process may have open. */
export function descriptorLimit(): number {
    return (limit ??= readLimit());
}

/** Reads Linux's `/proc`, since Node reports the limit only in a full diagnostic report. */
function readLimit(): number {
    try {
        const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
        return soft === undefined ? DEFAULT_LIMIT : Number(soft);
    } catch {
        return DEFAULT_LIMIT;
    }
}

/** Functions that close files which can be opened again. */
const closers = new Set<() => number>();

/**
 * Registers a function that closes files when the process has too many open, and returns their number. Returns a function that
 * unregisters it.
 */
export function registerDescriptorHolder(closeFiles: () => number): () => void {
    closers.add(closeFiles);
    return () => closers.delete(closeFiles);
}

/** Closes files that can be opened again, of all engines of this process. Returns true if it closed any. */
export function releaseDescriptors(): boolean {
    let count = 0;
    for (const closeFiles of closers) count += closeFiles();
    return count > 0;
}

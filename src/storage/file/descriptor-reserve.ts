import { readFileSync } from 'node:fs';

/** So many files a process may have open where the system does not say. */
const DEFAULT_LIMIT = 1024;

let limit: number | undefined;

/** How many files this process may have open at once. */
export function descriptorLimit(): number {
    return (limit ??= readLimit());
}

/** By Linux's `/proc`: nothing of Node itself says it without looking through the whole process. */
function readLimit(): number {
    try {
        const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
        return soft === undefined ? DEFAULT_LIMIT : Number(soft);
    } catch {
        return DEFAULT_LIMIT;
    }
}

/** Those who hold files open that they can open again. */
const closers = new Set<() => number>();

/** Adds somebody who gives files up when there are too many; told how many that were. Returns a function that ends it. */
export function registerDescriptorHolder(giveUp: () => number): () => void {
    closers.add(giveUp);
    return () => closers.delete(giveUp);
}

/** Closes files that can be opened again, of whichever engine of this process; says whether there were any. */
export function releaseDescriptors(): boolean {
    let count = 0;
    for (const giveUp of closers) count += giveUp();
    return count > 0;
}

import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { wrapFsError } from './fs-error.js';

/** Renames an unreadable file to a free name ending in `.damaged`, and returns the new path. */
export function quarantineFile(path: string): string {
    const target = findFreeName(path);
    wrapFsError('move', path, () => renameSync(path, target));
    return target;
}

/** Copies a file to a free name ending in `.damaged` before it is repaired, and returns the path of the copy. */
export function quarantineCopy(path: string): string {
    const target = findFreeName(path);
    wrapFsError('copy', path, () => copyFileSync(path, target));
    return target;
}

function findFreeName(path: string): string {
    let name = `${path}.damaged`;
    for (let count = 2; existsSync(name); count++) name = `${path}.damaged-${count}`;
    return name;
}

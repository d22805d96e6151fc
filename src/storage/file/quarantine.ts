import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { wrapFsError } from './fs-error.js';

/** Moves a file that cannot be read out of the way of another, under a name that says so; returns that. */
export function quarantineFile(path: string): string {
    const aside = findFreeName(path);
    wrapFsError('move', path, () => renameSync(path, aside));
    return aside;
}

/** Keeps a file as it is under a name that says that it is damaged, before it is mended; returns that. */
export function quarantineCopy(path: string): string {
    const aside = findFreeName(path);
    wrapFsError('copy', path, () => copyFileSync(path, aside));
    return aside;
}

function findFreeName(path: string): string {
    let name = `${path}.damaged`;
    for (let count = 2; existsSync(name); count++) name = `${path}.damaged-${count}`;
    return name;
}

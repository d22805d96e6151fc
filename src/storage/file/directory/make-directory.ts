import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../fs-error.js';

/**
 * Creates a directory and its missing parents, also in a file system such as `/proc` that accepts none: there, `mkdirSync`
 * with `recursive` would never return.
 *
 * @returns True if it was missing.
 */
export function makeDirectory(path: string): boolean {
    const parent = dirname(path);
    if (parent !== path && !existsSync(parent)) makeDirectory(parent);
    try {
        mkdirSync(path);
        return true;
    } catch (cause) {
        if (errnoOf(cause) === 'ENOENT') {
            throw new Error(`\`${parent}\` accepts no directories. Choose another path`, { cause });
        }
        if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cause;
        return false;
    }
}

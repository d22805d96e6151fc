import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../fs-error.js';

/**
 * Creates a directory and its missing parents, also in a file system such as `/proc` that accepts none: there, `mkdirSync`
 * with `recursive` would never return.
 *
 * @param mode - Permissions of the directory. Its parents get those that the user's programs give them.
 * @returns True if it was missing.
 */
export function makeDirectory(path: string, mode?: number): boolean {
    const parent = dirname(path);
    if (parent !== path && !existsSync(parent)) makeDirectory(parent);
    try {
        mkdirSync(path, mode);
        return true;
    } catch (cause) {
        if (errnoOf(cause) === 'ENOENT') {
            throw new Error(`\`${parent}\` accepts no directories. Choose another path`, { cause });
        }
        if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cause;
        return false;
    }
}

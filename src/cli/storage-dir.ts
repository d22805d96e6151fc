import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onDisk } from '../storage/disk-error.js';
import type { CommandCall } from './command.js';

/** Where things are kept unless someone says otherwise, in the current folder. */
const DEFAULT_STORAGE_DIR = '.greenroom';

/** The storage directory that a command is to use, as an absolute path; it need not exist. */
export function storageDirOf({ words, env, cwd }: CommandCall): string {
    return resolve(cwd, words.text('storage') ?? (env['GREENROOM_STORAGE'] || DEFAULT_STORAGE_DIR));
}

/**
 * Makes a storage directory if it is not there, and keeps it out of Git.
 *
 * @returns Whether it was not there.
 */
export function makeStorageDir(directory: string): boolean {
    return onDisk('make', directory, () => {
        const isNew = mkdirSync(directory, { recursive: true }) !== undefined;
        const ignore = join(directory, '.gitignore');
        if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
        return isNew;
    });
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ifExists, onDisk } from '../../storage/disk-error.js';
import { newId } from '../../util/ids.js';

/**
 * The token of the server of a storage directory, which is made when it is first asked for: a link to the console goes on
 * working when the server has been started anew. Only the user who made it can read the file.
 */
export function lastingToken(directory: string): string {
    const path = join(directory, 'token');
    const kept = ifExists('read', path, () => readFileSync(path, 'utf8'))?.trim();
    if (kept !== undefined && kept !== '') return kept;
    const token = newId() + newId();
    onDisk('write', path, () => writeFileSync(path, `${token}\n`, { mode: 0o600, flag: 'wx' }));
    return token;
}

import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ifExists, onDisk } from '../../storage/disk-error.js';
import { findDirectoryOwner } from '../../storage/directory-owner.js';
import { isSameProcess, ownIdentity, type ProcessIdentity } from '../../storage/process-identity.js';

/*
 * A server leaves its address and token in the storage directory that it owns, for those who would otherwise have to wait
 * until it has gone. Whoever may read the file may read all else there, too. It is believed only while the process that wrote
 * it owns the directory: what a process that was killed has left behind names a port that may be anybody's by now.
 */

/** How to reach the server that owns a storage directory. */
export interface ServerNote {
    readonly url: string;
    readonly token: string;
}

const NAME = 'server.json';

/** Leaves the note of this process in a directory that it owns. Returns a function that takes it away. */
export function leaveServerNote(directory: string, note: ServerNote): () => void {
    const path = join(directory, NAME);
    const text = `${JSON.stringify({ ...note, ...ownIdentity() }, undefined, 4)}\n`;
    onDisk('write', path, () => {
        rmSync(path, { force: true });
        writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
        chmodSync(path, 0o600);
    });
    return () => rmSync(path, { force: true });
}

/** The note of the server that owns a directory now; undefined if there is none. */
export function readServerNote(directory: string): ServerNote | undefined {
    const path = join(directory, NAME);
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    const note = text === undefined ? undefined : parseNote(text);
    if (note === undefined) return undefined;
    const owner = findDirectoryOwner(directory);
    return owner !== undefined && isSameProcess(owner, note) ? { url: note.url, token: note.token } : undefined;
}

function parseNote(text: string): (ServerNote & ProcessIdentity) | undefined {
    try {
        const { url, token, pid, hostname, birth } = JSON.parse(text) as Partial<ServerNote & ProcessIdentity>;
        if (typeof url !== 'string' || typeof token !== 'string' || typeof pid !== 'number') return undefined;
        return { url, token, pid, hostname: String(hostname), birth };
    } catch {
        // Just being written, or cut off by a loss of power.
        return undefined;
    }
}

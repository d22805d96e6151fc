import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDirectoryOwner } from '../../storage/directory-owner.js';
import { ifExists, onDisk } from '../../storage/disk-error.js';
import { isSameProcess, ownIdentity, type ProcessIdentity } from '../../storage/process-identity.js';

/*
 * A server writes its address and token into the storage directory that it owns, for other commands to use. Every user who
 * can read the file can read the data, too. It counts only while its writer owns the directory: the file of a killed process
 * names a port that may belong to another program by now.
 */

/** The address and token of the server that owns a storage directory. */
export interface ServerAddress {
    readonly url: string;
    readonly token: string;
}

const NAME = 'server.json';

/** Writes the address of this process into a directory that it owns. Returns a function that removes it. */
export function writeServerFile(directory: string, address: ServerAddress): () => void {
    const path = join(directory, NAME);
    const text = `${JSON.stringify({ ...address, ...ownIdentity() }, undefined, 4)}\n`;
    onDisk('write', path, () => {
        rmSync(path, { force: true });
        writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
        chmodSync(path, 0o600);
    });
    return () => rmSync(path, { force: true });
}

/** Returns the address of the server that owns a directory, if there is one. */
export function readServerFile(directory: string): ServerAddress | undefined {
    const path = join(directory, NAME);
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    const written = text === undefined ? {} : parse(text);
    const { url, token, pid, hostname, birth } = written;
    if (typeof url !== 'string' || typeof token !== 'string' || typeof pid !== 'number') return undefined;
    const owner = findDirectoryOwner(directory);
    const isOwner = owner !== undefined && isSameProcess(owner, { pid, hostname: String(hostname), birth });
    return isOwner ? { url, token } : undefined;
}

function parse(text: string): Partial<ServerAddress & ProcessIdentity> {
    try {
        return Object(JSON.parse(text)) as Partial<ServerAddress & ProcessIdentity>;
    } catch {
        // It is being written, or was cut off by a power loss.
        return {};
    }
}

import {
    closeSync,
    existsSync,
    fstatSync,
    openSync,
    readdirSync,
    readFileSync,
    realpathSync,
    renameSync,
    rmSync,
    statSync,
    writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EngineError } from '../../../errors/engine-error.js';
import { newId } from '../../../util/ids.js';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../atomic-file.js';
import { assertFoldersInside, checkFormat } from './directory-format.js';
import { makeDirectory } from './make-directory.js';
import { errnoOf, ifExists, wrapFsError } from '../fs-error.js';
import { isPossiblyAlive, ownIdentity, type ProcessIdentity } from './process-id.js';

/*
 * Each engine that opens a directory creates its own lock file there, under a unique name, and then checks for other locks. If it
 * finds the lock of another live process, one of the two fails. Of two engines that start at the same time, the one that checks last
 * sees the other, so that never both continue. A dead owner's lock can be removed by any process at any time, since no live engine
 * has a lock of that name. A single lock file could not be taken over safely: between the check that its owner is dead and its
 * replacement, another process might do the same.
 */

/** The right to use a storage directory, until it is released. */
export interface DirectoryLock {
    /** Absolute, with symbolic links resolved. */
    readonly directory: string;
    /** The file that exists as long as the lock is held. */
    readonly file: string;
    /** Releases the directory. Further calls do nothing. */
    release(): void;
}

interface Owner extends ProcessIdentity {
    /** ISO time. */
    claimedAt: string;
    /** The directory and the inode of the lock itself. If both differ, the lock is in a copy of the directory. */
    directory?: string | undefined;
    inode?: string | undefined;
}

/** The digits are a time in microseconds, so that the lock of the engine that came first almost always has the lower name. */
const LOCK_NAME = /^owner-\d{17}-[A-Za-z0-9]+\.lock$/;
/** Matches temporary files that are renamed once they are complete. */
const LEFTOVER = /^\.(owner-.*|format\.json|secret\.key)\.tmp$/;
const MAX_ATTEMPTS = 50;
const RETRY_MILLIS = 20;

/**
 * Takes ownership of a storage directory, and creates the directory if it is missing.
 *
 * @throws {@link EngineError} `storage-in-use` if another engine, of this or another process, owns it;
 *   `storage-corrupted` if another version of greenroom wrote it; `storage-failed` if the disk refuses.
 */
export async function lockDirectory(path: string): Promise<DirectoryLock> {
    createStorageDirectory(path);
    const directory = realpathSync(path);
    const lock = createLock(directory);
    const file = join(directory, lock);
    const release = (): void => removeLock(file);
    try {
        await waitUntilAlone(directory, lock);
        removeLeftovers(directory);
        checkFormat(directory);
        assertFoldersInside(directory);
    } catch (error) {
        release();
        throw error;
    }
    return { directory, file, release };
}

/** Creates a directory that only the user of this process can read, if it is missing. Returns true if it was. */
export function createStorageDirectory(path: string): boolean {
    return wrapFsError('create', path, () => makeDirectory(path, PRIVATE_FOLDER));
}

/** Locks of this process that could not be removed. */
const unremovedLocks = new Set<string>();

function removeLock(lock: string): void {
    try {
        wrapFsError('remove', lock, () => rmSync(lock, { force: true }));
    } catch (error) {
        unremovedLocks.add(lock);
        throw error;
    }
}

/** Returns the current owner of a storage directory; undefined if it has none or does not exist. */
export function findDirectoryOwner(path: string): ProcessIdentity | undefined {
    const names = ifExists('list', path, () => readdirSync(path)) ?? [];
    for (const lock of names.filter((name) => LOCK_NAME.test(name)).toSorted()) {
        const text = ifExists('read', join(path, lock), () => readFileSync(join(path, lock), 'utf8'));
        const owner = text === undefined ? undefined : parseOwner(text);
        if (owner !== undefined && isLive(join(path, lock), owner)) return owner;
    }
    return undefined;
}

function createLock(directory: string): string {
    const owner: Owner = { ...ownIdentity(), claimedAt: new Date().toISOString() };
    const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const name = `owner-${String(micros).padStart(17, '0')}-${newId()}.lock`;
    wrapFsError('write', join(directory, name), () => {
        while (!publishLock(directory, name, owner));
    });
    return name;
}

/** Writes a lock. Returns false if the owner of the directory removed the temporary file as a leftover of a crash. */
function publishLock(directory: string, name: string, owner: Owner): boolean {
    // Renamed once it is complete, because an empty lock would look like that of a dead owner.
    const temporary = join(directory, `.${name}.tmp`);
    const descriptor = openSync(temporary, 'wx', PRIVATE_FILE);
    try {
        const inode = String(fstatSync(descriptor, { bigint: true }).ino);
        writeFileSync(descriptor, `${JSON.stringify({ ...owner, directory, inode }, undefined, 4)}\n`);
    } finally {
        closeSync(descriptor);
    }
    try {
        renameSync(temporary, join(directory, name));
        return true;
    } catch (error) {
        if (errnoOf(error) === 'ENOENT' && existsSync(directory)) return false;
        throw error;
    }
}

/** Removes temporary files that processes left when they died. Only for the owner of the directory. */
function removeLeftovers(directory: string): void {
    for (const name of wrapFsError('list', directory, () => readdirSync(directory))) {
        if (LEFTOVER.test(name)) rmSync(join(directory, name), { force: true });
    }
}

/** Waits until this is the only lock. Of several concurrent locks, the first one waits for the others to give way. */
async function waitUntilAlone(directory: string, ownLock: string): Promise<void> {
    for (let tries = 1; ; tries++) {
        const others = findLiveOwners(directory, ownLock);
        const first = others[0];
        if (first === undefined) return;
        if (first.lock < ownLock || tries === MAX_ATTEMPTS) throw inUse(directory, first.lock, first.owner);
        await setTimeout(RETRY_MILLIS);
    }
}

/** Returns the other live owners of locks, the earliest first. Removes the locks of dead ones. */
function findLiveOwners(directory: string, ownLock: string): { lock: string; owner: Owner }[] {
    const live = [];
    const names = wrapFsError('list', directory, () => readdirSync(directory));
    for (const lock of names.filter((name) => LOCK_NAME.test(name) && name !== ownLock).toSorted()) {
        const path = join(directory, lock);
        const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
        if (text === undefined) continue;
        const owner = parseOwner(text);
        if (owner !== undefined && isLive(path, owner) && !unremovedLocks.has(path)) live.push({ lock, owner });
        else wrapFsError('remove', path, () => rmSync(path, { force: true }));
    }
    return live;
}

/** Returns true if the owner of a lock may be alive, and owns this directory rather than the one that it was copied from. */
function isLive(lock: string, owner: Owner): boolean {
    return isPossiblyAlive(owner) && !isCopy(lock, owner);
}

/** A moved directory has the same inodes. A path may differ for another reason, such as a mount in a container. */
function isCopy(lock: string, { directory, inode }: Owner): boolean {
    if (directory === undefined || inode === undefined) return false;
    return (
        ifExists('check', lock, () => {
            return realpathSync(dirname(lock)) !== directory && String(statSync(lock, { bigint: true }).ino) !== inode;
        }) === true
    );
}

function parseOwner(text: string): Owner | undefined {
    try {
        const { pid, hostname, birth, claimedAt, directory, inode } = JSON.parse(text) as Partial<Owner>;
        if (!Number.isInteger(pid) || typeof hostname !== 'string') return undefined;
        return { pid: pid!, hostname, birth, claimedAt: String(claimedAt), directory, inode };
    } catch {
        // A lock appears only once it is complete. An incomplete one is from a power loss, which no owner survives.
        return undefined;
    }
}

function inUse(directory: string, lock: string, owner: Owner): EngineError {
    const own = ownIdentity();
    const isHere = owner.hostname === own.hostname;
    const who =
        isHere && owner.pid === own.pid
            ? `another engine of this process (pid ${owner.pid})`
            : `an engine of process ${owner.pid}${isHere ? '' : ` on the machine \`${owner.hostname}\``}`;
    const isKnownAlive = isHere && (owner.pid === own.pid || owner.birth !== undefined);
    const stale = isKnownAlive ? '' : ` If that engine is gone for good, remove \`${join(directory, lock)}\`.`;
    return new EngineError(
        'storage-in-use',
        `The storage directory \`${directory}\` is in use by ${who} since ${owner.claimedAt}.${stale}`,
        {
            details: { directory, pid: owner.pid, hostname: owner.hostname, claimedAt: owner.claimedAt },
            remedy: 'close-engine',
        },
    );
}

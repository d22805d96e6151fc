import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    realpathSync,
    renameSync,
    rmSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EngineError } from '../../../errors/engine-error.js';
import { newId } from '../../../util/ids.js';
import { checkFormat } from './directory-format.js';
import { errnoOf, ifExists, wrapFsError } from '../fs-error.js';
import { isPossiblyAlive, ownIdentity, type ProcessIdentity } from './process-id.js';

/*
 * Each engine that wants a directory puts a lock of its own there, under a name that is never used again, and then
 * looks around. If there is the lock of another that lives, one of them goes. Of two that come at the same time, whoever
 * looks last sees the other, so that never both stay; and a dead owner's lock can be removed by anyone at any time, since
 * no living engine can have one of that name. A single lock file cannot be taken over like this: between finding its
 * owner dead and replacing it, someone else may have done the same.
 */

/** The right to use a storage directory, until it is released. */
export interface DirectoryLock {
    /** Absolute, with symbolic links resolved. */
    readonly directory: string;
    /** Gives the directory up; calling it again does nothing. */
    release(): void;
}

interface Owner extends ProcessIdentity {
    /** ISO time. */
    claimedAt: string;
}

/** The time is in microseconds, so that whoever came first almost always has the lower name. */
const LOCK_NAME = /^owner-\d{17}-[A-Za-z0-9]+\.lock$/;
/** The file that a file of the directory itself is written to first. */
const LEFTOVER = /^\.(owner-.*|format\.json|secret\.key)\.tmp$/;
const MAX_ATTEMPTS = 50;
const RETRY_MILLIS = 20;

/**
 * Takes ownership of a storage directory, which is made if it is missing.
 *
 * @throws {@link EngineError} `storage-in-use` if another engine, of this or another process, owns it;
 *   `storage-corrupted` if another version of greenroom wrote it; `storage-failed` if the disk refuses.
 */
export async function lockDirectory(path: string): Promise<DirectoryLock> {
    const directory = wrapFsError('make', path, () => {
        mkdirSync(path, { recursive: true });
        return realpathSync(path);
    });
    const lock = createLock(directory);
    const release = (): void => removeLock(join(directory, lock));
    try {
        await waitUntilAlone(directory, lock);
        removeLeftovers(directory);
        checkFormat(directory);
    } catch (error) {
        release();
        throw error;
    }
    return { directory, release };
}

/** Locks of this process that the disk has not let it remove. */
const unremovedLocks = new Set<string>();

function removeLock(lock: string): void {
    try {
        wrapFsError('remove', lock, () => rmSync(lock, { force: true }));
    } catch (error) {
        unremovedLocks.add(lock);
        throw error;
    }
}

/** Who owns a storage directory at the moment; undefined if nobody does, or if there is no such directory. */
export function findDirectoryOwner(path: string): ProcessIdentity | undefined {
    const names = ifExists('list', path, () => readdirSync(path)) ?? [];
    for (const lock of names.filter((name) => LOCK_NAME.test(name)).toSorted()) {
        const text = ifExists('read', join(path, lock), () => readFileSync(join(path, lock), 'utf8'));
        const owner = text === undefined ? undefined : parseOwner(text);
        if (owner !== undefined && isPossiblyAlive(owner)) return owner;
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

/** Says false where the owner of the directory has taken the draft for one that a crash had left. */
function publishLock(directory: string, name: string, owner: Owner): boolean {
    // Under its own name only once it is complete: an empty lock would be taken for that of a dead owner.
    const draft = join(directory, `.${name}.tmp`);
    writeFileSync(draft, `${JSON.stringify(owner, undefined, 4)}\n`, { flag: 'wx' });
    try {
        renameSync(draft, join(directory, name));
        return true;
    } catch (error) {
        if (errnoOf(error) === 'ENOENT' && existsSync(directory)) return false;
        throw error;
    }
}

/** Removes what those who died while they wrote have left beside what they wrote. Only for whoever owns the directory. */
function removeLeftovers(directory: string): void {
    for (const name of wrapFsError('list', directory, () => readdirSync(directory))) {
        if (LEFTOVER.test(name)) rmSync(join(directory, name), { force: true });
    }
}

/** Of several that claim at once the first stays, and waits for the others to see it and go. */
async function waitUntilAlone(directory: string, ownLock: string): Promise<void> {
    for (let tries = 1; ; tries++) {
        const others = findLiveOwners(directory, ownLock);
        const first = others[0];
        if (first === undefined) return;
        if (first.lock < ownLock || tries === MAX_ATTEMPTS) throw inUse(directory, first.lock, first.owner);
        await setTimeout(RETRY_MILLIS);
    }
}

/** Everyone else who has a lock here, the earliest first. Locks of the dead are removed. */
function findLiveOwners(directory: string, ownLock: string): { lock: string; owner: Owner }[] {
    const living = [];
    const names = wrapFsError('list', directory, () => readdirSync(directory));
    for (const lock of names.filter((name) => LOCK_NAME.test(name) && name !== ownLock).toSorted()) {
        const path = join(directory, lock);
        const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
        if (text === undefined) continue;
        const owner = parseOwner(text);
        if (owner !== undefined && isPossiblyAlive(owner) && !unremovedLocks.has(path)) living.push({ lock, owner });
        else wrapFsError('remove', path, () => rmSync(path, { force: true }));
    }
    return living;
}

function parseOwner(text: string): Owner | undefined {
    try {
        const { pid, hostname, birth, claimedAt } = JSON.parse(text) as Partial<Owner>;
        if (!Number.isInteger(pid) || typeof hostname !== 'string') return undefined;
        return { pid: pid!, hostname, birth, claimedAt: String(claimedAt) };
    } catch {
        // Locks appear complete; only a loss of power leaves one like this, and nobody has survived that.
        return undefined;
    }
}

function inUse(directory: string, lock: string, owner: Owner): EngineError {
    const own = ownIdentity();
    const isHere = owner.hostname === own.hostname;
    const who =
        isHere && owner.pid === own.pid
            ? `another engine of this same process (pid ${owner.pid})`
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

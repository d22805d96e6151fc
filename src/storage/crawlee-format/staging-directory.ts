import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { wrapFsErrorAsync } from '../file/fs-error.js';
import { makeDirectory } from '../file/directory/make-directory.js';
import { isPossiblyAlive, ownIdentity, type ProcessIdentity } from '../file/directory/process-id.js';
import { newId } from '../../util/ids.js';
import { FOLDERS, listNames } from './layout.js';

/*
 * An export writes into a staging directory in its target. The name starts with a dot, so that other programs do not take it for
 * storages. Only complete storages are moved out of it. The storages that they replace are first moved into it, so that a target is
 * never partial. If the process is killed between those two moves, the next export moves the replaced storage back.
 */

const STAGING_NAME = /^\.export-/;
const OWNER = 'owner.json';
const NEW = 'new';
const REPLACED = 'replaced';

/** A directory for incomplete storages. */
export interface StagingDirectory {
    /** Returns the path to write a storage to, by the folder of its kind and its name. */
    pathOf(kindFolder: string, name: string): string;
    /** Moves a complete storage to its final path. */
    publish(kindFolder: string, name: string): Promise<void>;
    /** Removes the directory with its content. */
    discard(): Promise<void>;
}

/** Creates a staging directory in the target of an export, after recovering from exports that were killed. */
export async function openStagingDirectory(directory: string): Promise<StagingDirectory> {
    await recoverInterrupted(directory);
    const staging = join(directory, `.export-${newId()}`);
    await wrapFsErrorAsync('create', staging, async () => {
        makeDirectory(staging);
        await writeFile(join(staging, OWNER), JSON.stringify(ownIdentity()));
    });
    return {
        pathOf: (kindFolder, name) => join(staging, NEW, kindFolder, name),
        async publish(kindFolder, name) {
            const target = join(directory, kindFolder, name);
            const replaced = join(staging, REPLACED, kindFolder, name);
            if (existsSync(target)) await move(target, replaced);
            try {
                await move(join(staging, NEW, kindFolder, name), target);
            } catch (error) {
                // Otherwise, the replaced storage would be removed with the staging directory.
                if (existsSync(replaced)) await move(replaced, target);
                throw error;
            }
        },
        discard: () => wrapFsErrorAsync('remove', staging, () => rm(staging, { recursive: true, force: true })),
    };
}

/** Restores the storages that killed exports have replaced, and removes their staging directories. */
async function recoverInterrupted(directory: string): Promise<void> {
    for (const name of await listNames(directory, 'folder')) {
        if (!STAGING_NAME.test(name)) continue;
        const staging = join(directory, name);
        const owner = await readOwner(staging);
        if (owner === undefined || isPossiblyAlive(owner)) continue;
        for (const kindFolder of Object.values(FOLDERS)) {
            for (const replaced of await listNames(join(staging, REPLACED, kindFolder), 'folder')) {
                const target = join(directory, kindFolder, replaced);
                if (!existsSync(target)) await move(join(staging, REPLACED, kindFolder, replaced), target);
            }
        }
        await wrapFsErrorAsync('remove', staging, () => rm(staging, { recursive: true, force: true }));
    }
}

async function readOwner(staging: string): Promise<ProcessIdentity | undefined> {
    try {
        return JSON.parse(await readFile(join(staging, OWNER), 'utf8')) as ProcessIdentity;
    } catch {
        // The directory is just being created, or belongs to another program.
        return undefined;
    }
}

function move(from: string, to: string): Promise<void> {
    return wrapFsErrorAsync('move an export to', to, async () => {
        await mkdir(dirname(to), { recursive: true });
        await rename(from, to);
    });
}

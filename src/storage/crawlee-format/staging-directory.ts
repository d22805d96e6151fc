import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { wrapFsErrorAsync } from '../file/fs-error.js';
import { isPossiblyAlive, ownIdentity, type ProcessIdentity } from '../file/directory/process-id.js';
import { newId } from '../../util/ids.js';
import { FOLDERS, listNames } from './layout.js';

/*
 * An export is written into a folder of its own beside its target, whose name begins with a dot so that nobody takes it for
 * storages. Only whole storages are moved out of it. What they replace is moved into it first, so that at no time a storage is
 * there in part; if the process is killed between those two moves, the next export moves it back.
 */

const STAGING_NAME = /^\.export-/;
const OWNER = 'owner.json';
const NEW = 'new';
const REPLACED = 'replaced';

/** A folder for storages that are not all there yet. */
export interface StagingDirectory {
    /** Where a storage is to be written; by the folder of its kind, and its name. */
    pathOf(kindFolder: string, name: string): string;
    /** Moves a storage that has been written to its place. */
    publish(kindFolder: string, name: string): Promise<void>;
    /** Removes the draft with all that is left in it. */
    discard(): Promise<void>;
}

/** Makes a draft in the directory of an export, and tidies up what one that was killed has left there. */
export async function openStagingDirectory(directory: string): Promise<StagingDirectory> {
    await recoverInterrupted(directory);
    const draft = join(directory, `.export-${newId()}`);
    await wrapFsErrorAsync('make', draft, async () => {
        await mkdir(draft, { recursive: true });
        await writeFile(join(draft, OWNER), JSON.stringify(ownIdentity()));
    });
    return {
        pathOf: (kindFolder, name) => join(draft, NEW, kindFolder, name),
        async publish(kindFolder, name) {
            const target = join(directory, kindFolder, name);
            const replaced = join(draft, REPLACED, kindFolder, name);
            if (existsSync(target)) await move(target, replaced);
            try {
                await move(join(draft, NEW, kindFolder, name), target);
            } catch (error) {
                // Else it would be thrown away with the draft.
                if (existsSync(replaced)) await move(replaced, target);
                throw error;
            }
        },
        discard: () => wrapFsErrorAsync('remove', draft, () => rm(draft, { recursive: true, force: true })),
    };
}

async function recoverInterrupted(directory: string): Promise<void> {
    for (const name of await listNames(directory, 'folder')) {
        if (!STAGING_NAME.test(name)) continue;
        const draft = join(directory, name);
        const owner = await readOwner(draft);
        if (owner === undefined || isPossiblyAlive(owner)) continue;
        for (const kindFolder of Object.values(FOLDERS)) {
            for (const replaced of await listNames(join(draft, REPLACED, kindFolder), 'folder')) {
                const target = join(directory, kindFolder, replaced);
                if (!existsSync(target)) await move(join(draft, REPLACED, kindFolder, replaced), target);
            }
        }
        await wrapFsErrorAsync('remove', draft, () => rm(draft, { recursive: true, force: true }));
    }
}

async function readOwner(draft: string): Promise<ProcessIdentity | undefined> {
    try {
        return JSON.parse(await readFile(join(draft, OWNER), 'utf8')) as ProcessIdentity;
    } catch {
        // Just being made, or by somebody else: not ours to judge.
        return undefined;
    }
}

function move(from: string, to: string): Promise<void> {
    return wrapFsErrorAsync('move an export to', to, async () => {
        await mkdir(dirname(to), { recursive: true });
        await rename(from, to);
    });
}

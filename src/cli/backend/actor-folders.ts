import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FOLDERS, listNames } from '../../storage/crawlee-format/layout.js';
import { replaceFile } from '../../storage/file/atomic-file.js';
import { ifExists, wrapFsError } from '../../storage/file/fs-error.js';
import { parseJson } from '../../util/json/json.js';
import { formatCount } from '../ui/units.js';
import type { Engine } from '../../engine/engine.js';
import type { Actor } from '../../model/api/actor.js';
import type { StorageKind } from '../../model/api/storage.js';

/*
 * Registering a folder creates a build. Runs of such a build use the current files of the folder, so one build is enough until
 * the Actor's name or version changes. `actors.json` in the storage directory records the build of each folder.
 */

interface RegisteredFolder {
    readonly actorId: string;
    readonly buildId: string;
    /** The `actor.json` that it was registered with. */
    readonly manifest: string;
}

/** Names of the default storages of a run, and of temporary and hidden ones. */
const UNNAMED = /^(default$|__|\.)/;

/** Returns the Actor of a folder or a module file (absolute path). Registers it and imports its named storages if necessary. */
export async function registerFolder(
    engine: Engine,
    directory: string,
    path: string,
    print: (line: string) => void,
): Promise<Actor> {
    const actor = await getOrRegister(engine, directory, path);
    const imported = await importStorage(engine, folderOf(path));
    if (imported !== undefined) print(imported);
    return actor;
}

async function getOrRegister(engine: Engine, directory: string, path: string): Promise<Actor> {
    const file = join(directory, 'actors.json');
    const text = ifExists('read', file, () => readFileSync(file, 'utf8'));
    // The file only saves builds; a damaged one counts as missing.
    const registered = new Map(Object.entries(Object(parseJson(text ?? '')) as Record<string, RegisteredFolder>));
    const manifest = readManifest(path)?.text ?? '';
    const known = registered.get(path);
    if (known?.manifest === manifest) {
        const actor = await engine.client.actor(known.actorId).get();
        if (actor !== undefined && taggedBuildOf(actor) === known.buildId) return actor;
    }
    const actor = await engine.addActor(path);
    const buildId = taggedBuildOf(actor);
    if (buildId === undefined) return actor;
    registered.set(path, { actorId: actor.id, buildId, manifest });
    replaceFile(file, `${JSON.stringify(Object.fromEntries(registered), undefined, 4)}\n`, 'process');
    return actor;
}

/** Returns the id of the Actor's build with a tag, if it has one. */
export function taggedBuildOf({ taggedBuilds, defaultRunOptions }: Actor, tag = defaultRunOptions.build) {
    return Object.hasOwn(taggedBuilds, tag) ? taggedBuilds[tag]?.buildId : undefined;
}

/** Returns the folder of an Actor that is a folder or a module file. */
export function folderOf(path: string): string {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path);
}

/** Returns the `actor.json` of a folder, if it has one. */
export function readManifest(path: string): { readonly file: string; readonly text: string } | undefined {
    const file = [join(path, '.actor', 'actor.json'), join(path, 'actor.json')].find((one) => existsSync(one));
    return file === undefined ? undefined : { file, text: wrapFsError('read', file, () => readFileSync(file, 'utf8')) };
}

/** Imports the named storages of a folder `storage` in Crawlee's layout that do not exist yet. Returns a line that reports it. */
async function importStorage({ client, storages }: Engine, folder: string): Promise<string | undefined> {
    const directory = join(folder, 'storage');
    const missing = new Set<string>();
    for (const [kind, parent] of Object.entries(FOLDERS) as [StorageKind, string][]) {
        // The Actor may have a file with that name.
        const names = await listNames(join(directory, parent), 'folder').catch((): string[] => []);
        for (const name of names.filter((one) => !UNNAMED.test(one)))
            if ((await client[kind](`~${name}`).get()) === undefined) missing.add(`${kind} ${name}`);
    }
    if (missing.size === 0) return undefined;
    const { skipped = [], ...imported } = await storages.importFrom(directory, {
        filter: ({ kind, name }) => missing.has(`${kind} ${name}`),
    });
    const names = Object.values(imported).flat();
    const note = skipped.length === 0 ? '' : ` (skipped: ${skipped.map(({ path }) => path).join(', ')})`;
    return `Imported ${formatCount(names.length, 'named storage')} from ${directory}: ${names.join(', ')}${note}`;
}

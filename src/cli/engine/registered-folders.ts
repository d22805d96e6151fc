import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../storage/atomic-file.js';
import { ifExists } from '../../storage/disk-error.js';
import { tryJson } from '../input.js';
import type { Engine } from '../../engine/engine.js';
import type { Actor } from '../../model/actor.js';

/*
 * Registering a folder creates a build. A build of a folder reads its current files, so one serves any number of runs until
 * the Actor's name or version changes. `actors.json` in the storage directory records which folder has which build.
 */

interface RegisteredFolder {
    readonly actorId: string;
    readonly buildId: string;
    /** The `actor.json` that it was registered with. */
    readonly manifest: string;
}

const NAME = 'actors.json';

/** Returns the Actor of a folder or a module file (absolute path); registers it unless it is registered. */
export async function registerOnce(engine: Engine, directory: string, path: string): Promise<Actor> {
    const all = readAll(directory);
    const manifest = readManifest(path);
    const before = all.get(path);
    if (before?.manifest === manifest) {
        const actor = await engine.client.actor(before.actorId).get();
        if (actor !== undefined && latestBuildOf(actor) === before.buildId) return actor;
    }
    const actor = await engine.addActor(path);
    const buildId = latestBuildOf(actor);
    if (buildId !== undefined) save(directory, all.set(path, { actorId: actor.id, buildId, manifest }));
    return actor;
}

function latestBuildOf({ taggedBuilds, defaultRunOptions }: Actor): string | undefined {
    const tag = defaultRunOptions.build;
    return Object.hasOwn(taggedBuilds, tag) ? taggedBuilds[tag]!.buildId : undefined;
}

function readAll(directory: string): Map<string, RegisteredFolder> {
    const path = join(directory, NAME);
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    // It only saves builds: a damaged file counts as none.
    return new Map(Object.entries(Object(tryJson(text ?? '')) as Record<string, RegisteredFolder>));
}

function save(directory: string, all: ReadonlyMap<string, RegisteredFolder>): void {
    const text = `${JSON.stringify(Object.fromEntries(all), undefined, 4)}\n`;
    replaceFile(join(directory, NAME), [text], 'process');
}

function readManifest(path: string): string {
    const files = [join(path, '.actor', 'actor.json'), join(path, 'actor.json')].filter((file) => existsSync(file));
    return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

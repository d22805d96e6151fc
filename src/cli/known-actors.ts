import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ifExists, onDisk } from '../storage/disk-error.js';
import type { Actor } from '../model/actor.js';
import type { Engine } from '../engine/engine.js';

/*
 * Registering a folder makes a build. The build of a folder is live, so that one is enough for any number of runs; a new one
 * is needed only when the Actor has got another name or version. Which folder has which is noted beside the storages.
 */

interface KnownActor {
    readonly actorId: string;
    readonly buildId: string;
    /** Of the `actor.json` that it was registered with. */
    readonly manifest: string;
    /** What its last run took for a thread. */
    readonly thread?: unknown;
}

const NAME = 'actors.json';

/**
 * The Actor of a folder or a module file, registered if it is not yet.
 *
 * @param path - Absolute.
 */
export async function registerOnce(engine: Engine, directory: string, path: string): Promise<Actor> {
    const known = readKnown(directory);
    const manifest = manifestOf(path);
    const before = Object.hasOwn(known, path) ? known[path] : undefined;
    if (before !== undefined && before.manifest === manifest) {
        const actor = await engine.client.actor(before.actorId).get();
        if (actor !== undefined && latestOf(actor) === before.buildId) return actor;
    }
    const actor = await engine.addActor(path);
    const buildId = latestOf(actor);
    if (buildId !== undefined) {
        note(directory, { ...known, [path]: { ...before, actorId: actor.id, buildId, manifest } });
    }
    return actor;
}

/** What {@link noteThread} has noted of a folder or a module file. */
export function notedThread(directory: string, path: string): unknown {
    const known = readKnown(directory);
    return Object.hasOwn(known, path) ? known[path]!.thread : undefined;
}

/** Notes what kind of thread a run takes, if the Actor is known by now. */
export function noteThread(directory: string, path: string, thread: unknown): void {
    const known = readKnown(directory);
    if (Object.hasOwn(known, path)) note(directory, { ...known, [path]: { ...known[path]!, thread } });
}

/** The build that runs get which name none. */
function latestOf({ taggedBuilds, defaultRunOptions }: Actor): string | undefined {
    const tag = defaultRunOptions.build;
    return Object.hasOwn(taggedBuilds, tag) ? taggedBuilds[tag]!.buildId : undefined;
}

function readKnown(directory: string): Readonly<Record<string, KnownActor>> {
    const path = join(directory, NAME);
    const text = ifExists('read', path, () => readFileSync(path, 'utf8'));
    try {
        const known = Object.entries(JSON.parse(text ?? '{}') as Record<string, KnownActor>);
        return Object.fromEntries(known.filter(([, actor]) => typeof actor === 'object' && actor !== null));
    } catch {
        // It only saves builds.
        return {};
    }
}

function note(directory: string, known: Readonly<Record<string, KnownActor>>): void {
    const path = join(directory, NAME);
    onDisk('write', path, () => {
        writeFileSync(`${path}.tmp`, `${JSON.stringify(known, undefined, 4)}\n`);
        renameSync(`${path}.tmp`, path);
    });
}

function manifestOf(path: string): string {
    const texts = [join(path, '.actor', 'actor.json'), join(path, 'actor.json')].map((file) => {
        try {
            return readFileSync(file, 'utf8');
        } catch {
            // There need not be one.
            return '';
        }
    });
    return createHash('sha256').update(texts.join('\0')).digest('hex');
}

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';

const NESTED_MARKERS = ['.actor/actor.json', 'actor.json'];
const MARKERS = [...NESTED_MARKERS, 'package.json', 'main.js', 'main.ts', 'src/main.js', 'src/main.ts'];
/** Folders that contain the Actors of a repository. */
const PARENTS = ['.', 'actors', 'packages', 'src/actors'];

/**
 * Finds Actors: each path is an Actor or a folder with Actors in it.
 *
 * @returns Absolute paths of folders and modules.
 * @throws EngineError `actor-source-invalid` for a path without Actors.
 */
export function findActorFolders(paths: readonly string[], cwd: string): string[] {
    const isDefault = paths.length === 0;
    const searched = isDefault ? ['.'] : paths;
    return [...new Set(searched.flatMap((path) => findIn(resolve(cwd, path), isDefault)))];
}

function findIn(path: string, isDefault: boolean): string[] {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined)
        throw new EngineError('actor-source-invalid', `The folder or module ${path} does not exist.`);
    if (stats.isFile() || hasOneOf(path, NESTED_MARKERS)) return [path];
    const nested = PARENTS.flatMap((parent) => foldersOf(join(path, parent))).filter((folder) =>
        hasOneOf(folder, NESTED_MARKERS),
    );
    if (nested.length > 0) return nested;
    if (hasOneOf(path, MARKERS)) return [path];
    // An engine without Actors is a valid start.
    if (isDefault) return [];
    throw new EngineError(
        'actor-source-invalid',
        `No Actor in ${path}: it has neither .actor/actor.json, package.json nor main.js, nor folders with an actor.json. ` +
            'Pass the folder of an Actor, or create one: greenroom init NAME.',
    );
}

function hasOneOf(folder: string, markers: readonly string[]): boolean {
    return markers.some((marker) => existsSync(join(folder, marker)));
}

function foldersOf(folder: string): string[] {
    try {
        return readdirSync(folder, { withFileTypes: true })
            .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
            .map(({ name }) => join(folder, name));
    } catch {
        return [];
    }
}

import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';

const SIGNS = [
    ['.actor', 'actor.json'],
    ['actor.json'],
    ['package.json'],
    ['main.js'],
    ['main.ts'],
    ['src', 'main.js'],
    ['src', 'main.ts'],
];
const SIGNS_WITHIN = SIGNS.slice(0, 2);
/** Where repositories with several Actors have them. */
const NESTS = ['.', 'actors', 'packages', 'src/actors'];

/**
 * The Actors that are meant by some paths: each path is one itself, or a folder with Actors in it.
 *
 * @returns Absolute paths of folders and modules.
 * @throws EngineError `actor-source-invalid` for a path where there is none.
 */
export function findActorFolders(given: readonly string[], cwd: string): string[] {
    const paths = given.length === 0 ? ['.'] : given;
    return [...new Set(paths.flatMap((path) => findIn(resolve(cwd, path), given.length === 0)))];
}

function findIn(path: string, isDefault: boolean): string[] {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new EngineError('actor-source-invalid', `There is no folder or module ${path}.`);
    if (stats.isFile() || hasOneOf(path, SIGNS_WITHIN)) return [path];
    const within = NESTS.flatMap((nest) => foldersOf(join(path, nest))).filter((folder) =>
        hasOneOf(folder, SIGNS_WITHIN),
    );
    if (within.length > 0) return within;
    if (hasOneOf(path, SIGNS)) return [path];
    // One may well begin with a console that has nothing in it yet.
    if (isDefault) return [];
    throw new EngineError(
        'actor-source-invalid',
        `There is no Actor in ${path}: neither .actor/actor.json, package.json nor main.js, nor folders with an actor.json. ` +
            'Name the folder of an Actor, or begin one: greenroom init NAME.',
    );
}

function hasOneOf(folder: string, signs: readonly (readonly string[])[]): boolean {
    return signs.some((sign) => existsSync(join(folder, ...sign)));
}

function foldersOf(folder: string): string[] {
    try {
        return readdirSync(folder, { withFileTypes: true })
            .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
            .map(({ name }) => join(folder, name));
    } catch {
        // There need not be such a folder.
        return [];
    }
}

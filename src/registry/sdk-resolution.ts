import { join } from 'node:path';
import { readJsonFile } from './json-file.js';
import { findPackage, foldersAbove, type InstalledPackage } from './package-lookup.js';
import type { SeenFiles } from './seen-files.js';
import { importOf, sourcesMatch } from './source-imports.js';

/** The field in the package.json of a stand-in that {@link isStandIn} knows it by. */
const STAND_IN_FIELD = 'greenroomStandIn';

/** Which SDK an Actor gets when it imports `apify`. */
export type Sdk =
    /** The one it brings. */
    | { type: 'own'; package: InstalledPackage }
    /** Ours. `needsHooks` tells whether its imports have to be led there. */
    | { type: 'built-in'; needsHooks: boolean };

/** Finds out whose SDK an Actor uses: its own if it uses `apify` and that resolves from its entry, else the built-in one. */
export async function resolveSdk(seen: SeenFiles, entry: string, directory: string): Promise<Sdk> {
    const installed = await findPackage(seen, entry, 'apify');
    if (installed && !isStandIn(installed)) {
        // A package that is merely within reach, as in a repository with other Actors, does not make it this one's.
        const isUsed = await sourcesMatch(seen, /['"`]apify['"`]/, entry, directory);
        return isUsed ? { type: 'own', package: installed } : { type: 'built-in', needsHooks: false };
    }
    const led = installed ? [] : ['apify'];
    if (!(await resolvesGreenroom(seen, entry))) led.push('greenroom/actor');
    if (led.length === 0) return { type: 'built-in', needsHooks: false };
    return { type: 'built-in', needsHooks: await sourcesMatch(seen, importOf(led), entry, directory) };
}

function isStandIn({ manifest }: InstalledPackage): boolean {
    return manifest[STAND_IN_FIELD] === true;
}

/** Whether `greenroom/actor` resolves from a module: from `node_modules`, or as it is in a package of that name. */
async function resolvesGreenroom(seen: SeenFiles, entry: string): Promise<boolean> {
    if (await findPackage(seen, entry, 'greenroom')) return true;
    const nearest = foldersAbove(entry).find((folder) => seen.isFile(join(folder, 'package.json')));
    const manifest = nearest && (await readJsonFile(seen, join(nearest, 'package.json')));
    return Boolean(manifest && manifest['name'] === 'greenroom');
}

import { join } from 'node:path';
import { isJsonObject, type JsonObject } from './json-file.js';
import { findPackage, type InstalledPackage } from './package-lookup.js';
import type { SeenFiles } from './seen-files.js';

const CORE = '@crawlee/core';

/** The packages of Crawlee that an Actor's package.json lists and that are installed for it. */
export async function crawleePackages(
    seen: SeenFiles,
    entry: string,
    manifest: JsonObject,
): Promise<InstalledPackage[]> {
    // A module without dependencies of its own may still import what is within reach.
    const names = manifest['dependencies'] === undefined ? ['crawlee'] : dependenciesOf(manifest).filter(isCrawlee);
    const found = await Promise.all(names.map((name) => findPackage(seen, entry, name)));
    return found.filter((installed) => installed !== undefined);
}

/** The copy of `@crawlee/core` that a package uses: its own dependency, or one of its Crawlee dependencies'. */
export async function findCore(seen: SeenFiles, start: InstalledPackage): Promise<InstalledPackage | undefined> {
    const queue = [start];
    const visited = new Set<string>();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (next.manifest['name'] === CORE) return next;
        if (visited.has(next.directory)) continue;
        visited.add(next.directory);
        const names = dependenciesOf(next.manifest).filter(isCrawlee);
        for (const name of names.toSorted((a, b) => Number(b === CORE) - Number(a === CORE))) {
            const found = await findPackage(seen, join(next.directory, 'package.json'), name);
            if (found) queue.push(found);
        }
    }
    return undefined;
}

function dependenciesOf(manifest: JsonObject): string[] {
    const { dependencies } = manifest;
    return isJsonObject(dependencies) ? Object.keys(dependencies) : [];
}

function isCrawlee(name: string): boolean {
    return name === 'crawlee' || name.startsWith('@crawlee/');
}

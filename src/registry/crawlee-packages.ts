import { join } from 'node:path';
import { isJsonObject, type JsonObject } from './json-file.js';
import { findPackage, type InstalledPackage } from './package-lookup.js';
import type { SeenFiles } from './seen-files.js';
import { sourcesMatch } from './source-imports.js';

const CORE = '@crawlee/core';
/** Those that bring the core with them. */
const WITH_CORE = [
    'crawlee',
    ...['core', 'basic', 'http', 'cheerio', 'jsdom', 'linkedom', 'browser', 'playwright', 'puppeteer'].map(
        (name) => `@crawlee/${name}`,
    ),
];

/**
 * The packages of Crawlee that count for an Actor: those that its package.json lists, and those besides that its code
 * names, as they may be installed for the whole repository that it is in.
 */
export async function usedCrawlee(
    seen: SeenFiles,
    entry: string,
    directory: string,
    manifest: JsonObject,
): Promise<InstalledPackage[]> {
    const listed = dependenciesOf(manifest).filter(isCrawlee);
    const others = WITH_CORE.filter((name) => !listed.includes(name));
    const areNamed = (names: string[]): Promise<boolean> => sourcesMatch(seen, textOf(names), entry, directory);
    const named: string[] = [];
    if (await areNamed(others)) {
        for (const name of others) if (await areNamed([name])) named.push(name);
    }
    return findAll(seen, entry, [...listed, ...named]);
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

async function findAll(seen: SeenFiles, entry: string, names: readonly string[]): Promise<InstalledPackage[]> {
    const found = await Promise.all(names.map((name) => findPackage(seen, entry, name)));
    return found.filter((installed) => installed !== undefined);
}

/** What names one of the packages in a source. */
function textOf(names: readonly string[]): RegExp {
    return new RegExp(`['"\`](?:${names.join('|')})['"\`]`);
}

/** Whether a package.json lists a package among its dependencies. */
export function lists(manifest: JsonObject, name: string): boolean {
    return dependenciesOf(manifest).includes(name);
}

function dependenciesOf(manifest: JsonObject): string[] {
    const { dependencies } = manifest;
    return isJsonObject(dependencies) ? Object.keys(dependencies) : [];
}

function isCrawlee(name: string): boolean {
    return name === 'crawlee' || name.startsWith('@crawlee/');
}

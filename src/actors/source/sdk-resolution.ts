import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { type JsonObject, isJsonObject } from '../../util/json/json.js';
import { createImportPattern, usesNetwork, type ActorSources } from './source-scan.js';
import { findPackage, foldersAbove, type InstalledPackage } from './package-lookup.js';
import type { FileChangeDetector } from './file-change-detector.js';

/** Field of the shim's package.json by which {@link isApifyShim} recognizes it. */
const SHIM_FIELD = 'greenroomShim';

const APIFY_USE = /['"`]apify['"`]/;

const CRAWLEE_USE = /['"`](?:crawlee|@crawlee\/[\w-]+)['"`]/;

const SUPPORTED_MAJOR = '3';

/** Which SDK an Actor gets when it imports `apify`. */
export type Sdk =
    /** The one it brings. */
    | { type: 'own'; apify: InstalledPackage; core: InstalledPackage; crawlee: InstalledPackage[] }
    /** Ours. `needsHooks` tells whether its imports have to be led there; the others are of the Crawlee that it uses besides. */
    | { type: 'built-in'; needsHooks: boolean; core?: InstalledPackage; crawlee?: InstalledPackage[] };

const CORE = '@crawlee/core';

/** Those that bring the core with them. */
const PACKAGES_WITH_CORE = [
    'crawlee',
    ...['core', 'basic', 'http', 'cheerio', 'jsdom', 'linkedom', 'browser', 'playwright', 'puppeteer'].map(
        (name) => `@crawlee/${name}`,
    ),
];

/**
 * Finds out whose SDK an Actor uses: its own if it uses `apify` and that resolves from its entry, else the built-in one.
 *
 * @throws EngineError `actor-source-invalid`, with the remedy, when what it brings does not fit together.
 */
export async function resolveSdk(files: FileChangeDetector, sources: ActorSources, manifest: JsonObject): Promise<Sdk> {
    const apify = await findPackage(files, sources.entry, 'apify');
    if (apify && !isApifyShim(apify) && usesApify(sources, manifest)) {
        return resolveOwn(files, apify, await findUsedCrawlee(files, sources, manifest));
    }
    const needsHooks = await needsSdkHooks(files, sources, apify);
    if (!sources.matches(CRAWLEE_USE)) return { type: 'built-in', needsHooks };
    const crawlee = await findUsedCrawlee(files, sources, manifest);
    for (const installed of crawlee) {
        const core = await findCore(files, installed);
        if (core !== undefined) return { type: 'built-in', needsHooks, core, crawlee };
    }
    return { type: 'built-in', needsHooks };
}

/**
 * True if an Actor uses the `apify` that it resolves, directly or through another package. One that is merely within reach, as in a
 * repository with other Actors, is not its own.
 */
function usesApify(sources: ActorSources, manifest: JsonObject): boolean {
    if (sources.matches(APIFY_USE)) return true;
    return dependenciesOf(manifest).includes('apify') && usesNetwork(sources);
}

async function resolveOwn(files: FileChangeDetector, apify: InstalledPackage, used: InstalledPackage[]): Promise<Sdk> {
    checkVersion(apify);
    for (const name of ['@crawlee/core', 'apify-client']) {
        if (!(await findPackage(files, join(apify.directory, 'package.json'), name)))
            throw incompleteError(apify, name);
    }
    const core = (await findCore(files, apify))!;
    for (const crawlee of used) {
        const other = await findCore(files, crawlee);
        if (other !== undefined && other.directory !== core.directory) throw mismatchError(apify, core, crawlee, other);
    }
    return { type: 'own', apify, core, crawlee: used };
}

async function needsSdkHooks(
    files: FileChangeDetector,
    sources: ActorSources,
    installed: InstalledPackage | undefined,
): Promise<boolean> {
    // An installed one that the Actor does not use needs no leading away from either.
    const led = installed ? [] : ['apify'];
    if (installed && !isApifyShim(installed)) return false;
    if (!(await resolvesGreenroom(files, sources.entry))) led.push('greenroom/actor');
    return led.length > 0 && sources.matches(createImportPattern(led));
}

function isApifyShim({ manifest }: InstalledPackage): boolean {
    return manifest[SHIM_FIELD] === true;
}

/** Whether `greenroom/actor` resolves from a module: from `node_modules`, or as it is in a package of that name. */
async function resolvesGreenroom(files: FileChangeDetector, entry: string): Promise<boolean> {
    if (await findPackage(files, entry, 'greenroom')) return true;
    const nearest = foldersAbove(entry).find((folder) => files.isFile(join(folder, 'package.json')));
    const manifest = nearest && (await files.readJson(join(nearest, 'package.json')));
    return Boolean(manifest && manifest['name'] === 'greenroom');
}

function checkVersion(apify: InstalledPackage): void {
    if (versionOf(apify).split('.', 1)[0] === SUPPORTED_MAJOR) return;
    throw new EngineError(
        'actor-source-invalid',
        `The Actor brings version ${versionOf(apify)} of \`apify\` (${apify.directory}), but greenroom runs version ` +
            `${SUPPORTED_MAJOR}. Install it for the Actor: npm install apify@${SUPPORTED_MAJOR}`,
        { details: { path: apify.directory } },
    );
}

function incompleteError(apify: InstalledPackage, missing: string): EngineError {
    return new EngineError(
        'actor-source-invalid',
        `The Actor's \`apify\` (${apify.directory}) needs the package \`${missing}\`, which is not installed. Install the ` +
            "Actor's dependencies anew: npm install",
        { details: { path: apify.directory, missing } },
    );
}

function mismatchError(
    apify: InstalledPackage,
    core: InstalledPackage,
    crawlee: InstalledPackage,
    other: InstalledPackage,
): EngineError {
    const name = String(crawlee.manifest['name']);
    return new EngineError(
        'actor-source-invalid',
        `The Actor's \`apify\` ${versionOf(apify)} uses \`@crawlee/core\` ${versionOf(core)} (${core.directory}), but its ` +
            `\`${name}\` ${versionOf(crawlee)} another copy, ${versionOf(other)} (${other.directory}). What one of them ` +
            'stores, the other would not find. Install versions that share one copy, then run: npm dedupe',
        { details: { cores: [core.directory, other.directory] } },
    );
}

function versionOf({ manifest }: InstalledPackage): string {
    return String(manifest['version']);
}

/**
 * The packages of Crawlee that count for an Actor: those that its package.json lists, and those besides that its code
 * names, as they may be installed for the whole repository that it is in.
 */
async function findUsedCrawlee(
    files: FileChangeDetector,
    sources: ActorSources,
    manifest: JsonObject,
): Promise<InstalledPackage[]> {
    const listed = dependenciesOf(manifest).filter(isCrawlee);
    const named = PACKAGES_WITH_CORE.filter(
        (name) => !listed.includes(name) && sources.matches(new RegExp(`['"\`]${name}['"\`]`)),
    );
    const found = await Promise.all([...listed, ...named].map((name) => findPackage(files, sources.entry, name)));
    return found.filter((installed) => installed !== undefined);
}

/** The copy of `@crawlee/core` that a package uses: its own dependency, or one of its Crawlee dependencies'. */
async function findCore(files: FileChangeDetector, start: InstalledPackage): Promise<InstalledPackage | undefined> {
    const queue = [start];
    const visited = new Set<string>();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (next.manifest['name'] === CORE) return next;
        if (visited.has(next.directory)) continue;
        visited.add(next.directory);
        const names = dependenciesOf(next.manifest).filter(isCrawlee);
        for (const name of names.toSorted((a, b) => Number(b === CORE) - Number(a === CORE))) {
            const found = await findPackage(files, join(next.directory, 'package.json'), name);
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

import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { type JsonObject, isJsonObject } from '../../util/json/json.js';
import { createImportPattern, usesNetwork, type ActorSources } from './source-scan.js';
import { findPackage, foldersAbove, type InstalledPackage } from './package-lookup.js';
import type { FileChangeDetector } from './file-change-detector.js';

/** Field of the shim's package.json by which {@link isApifyShim} recognizes it. */
const SHIM_FIELD = 'greenroomShim';

const APIFY_USE = /['"`]apify['"`]/;

const LOG = '@apify/log';

const LOG_USE = /['"`]@apify\/log['"`]/;

const CRAWLEE_USE = /['"`](?:crawlee|@crawlee\/[\w-]+)['"`]/;

/** The major version whose internals are known. */
const KNOWN_MAJOR = '3';

/** The SDK to which an Actor's import of `apify` resolves. */
export type Sdk =
    /** The Actor's own SDK. */
    | { type: 'own'; apify: InstalledPackage; core: InstalledPackage; crawlee: InstalledPackage[] }
    /** The Actor's own SDK in a version whose internals are not known. It reaches the engine like a program in any language. */
    | { type: 'unknown'; core?: undefined; crawlee?: undefined }
    /** The built-in SDK. `needsHooks` is true if module hooks must redirect its imports. `core` and `crawlee` are the Crawlee it uses. */
    | { type: 'built-in'; needsHooks: boolean; core?: InstalledPackage; crawlee?: InstalledPackage[] };

const CORE = '@crawlee/core';

/** Packages that depend on the core. */
const PACKAGES_WITH_CORE = [
    'crawlee',
    ...['core', 'basic', 'http', 'cheerio', 'jsdom', 'linkedom', 'browser', 'playwright', 'puppeteer'].map(
        (name) => `@crawlee/${name}`,
    ),
];

/**
 * Resolves the SDK of an Actor: its own if it uses `apify` and that resolves from its entry, else the built-in one.
 *
 * @throws EngineError `actor-source-invalid`, with the fix, if its packages are incompatible.
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
 * True if an Actor uses the `apify` that resolves from its entry, directly or through another package. A package that merely
 * resolves, for instance in a repository with other Actors, is not its own.
 */
function usesApify(sources: ActorSources, manifest: JsonObject): boolean {
    if (sources.matches(APIFY_USE)) return true;
    return dependenciesOf(manifest).includes('apify') && usesNetwork(sources);
}

async function resolveOwn(files: FileChangeDetector, apify: InstalledPackage, used: InstalledPackage[]): Promise<Sdk> {
    if (versionOf(apify).split('.', 1)[0] !== KNOWN_MAJOR) return { type: 'unknown' };
    for (const name of ['@crawlee/core', 'apify-client']) {
        if (!(await findPackage(files, join(apify.directory, 'package.json'), name)))
            throw incompleteError(apify, name);
    }
    const core = await findCore(files, apify);
    if (core === undefined) throw incompleteError(apify, CORE);
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
    // An installed package that the Actor does not use needs no redirect either.
    const redirected = installed ? [] : ['apify'];
    if (installed && !isApifyShim(installed)) return false;
    if (!(await resolvesGreenroom(files, sources.entry))) redirected.push('greenroom/actor');
    if (sources.matches(LOG_USE) && !(await findPackage(files, sources.entry, LOG))) redirected.push(LOG);
    return redirected.length > 0 && sources.matches(createImportPattern(redirected));
}

function isApifyShim({ manifest }: InstalledPackage): boolean {
    return manifest[SHIM_FIELD] === true;
}

/** True if `greenroom/actor` resolves from a module: from `node_modules`, or because the module's package is `greenroom`. */
async function resolvesGreenroom(files: FileChangeDetector, entry: string): Promise<boolean> {
    if (await findPackage(files, entry, 'greenroom')) return true;
    const nearest = foldersAbove(entry).find((folder) => files.isFile(join(folder, 'package.json')));
    const manifest = nearest && (await files.readJson(join(nearest, 'package.json')));
    return Boolean(manifest && manifest['name'] === 'greenroom');
}

function incompleteError(apify: InstalledPackage, missing: string): EngineError {
    return new EngineError(
        'actor-source-invalid',
        `The Actor's \`apify\` (${apify.directory}) requires the package \`${missing}\`, which is not installed. Reinstall the ` +
            "Actor's dependencies: npm install",
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
            `\`${name}\` ${versionOf(crawlee)} uses another copy, ${versionOf(other)} (${other.directory}). The two copies do ` +
            'not share storages. Install versions that use the same copy, then run: npm dedupe',
        { details: { cores: [core.directory, other.directory] } },
    );
}

function versionOf({ manifest }: InstalledPackage): string {
    return String(manifest['version']);
}

/**
 * Finds the Crawlee packages of an Actor: those in its package.json, and those that its code imports, because they may be
 * installed for the whole repository.
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

/** Finds the copy of `@crawlee/core` that a package uses: its own dependency, or that of one of its Crawlee dependencies. */
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

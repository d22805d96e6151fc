import { join, extname, sep } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { findEntry, type ActorEntry } from './actor-entry.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { readSources } from './source-scan.js';
import { resolveSdk, type Sdk } from './sdk-resolution.js';
import { FileChangeDetector } from './file-change-detector.js';
import { findPackage, packageUrl, type InstalledPackage } from './package-lookup.js';
import type { OwnSdk, Program, Loader } from '../../protocol/messages.js';

/** A program and the modules that spare threads can preload for it. */
interface ResolvedProgram {
    program: Program;
    /** File URLs of modules that spares import in advance. */
    preload: string[];
    /** Folder for the compiled code of those modules, if it is cached. */
    compileCache?: string;
}

interface CachedProgram {
    files: FileChangeDetector;
    resolved: Promise<ResolvedProgram>;
}

const MAX_CACHED = 500;

// Shared by all engines of the process: it contains only results of the file system, and checks the files on each use.
const cache = new Map<string, CachedProgram>();

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts', '.tsx']);

/** True if this Node version runs TypeScript: 22.18, 23.6 and later. */
const NODE_STRIPS_TYPES = Boolean((process.features as { typescript?: unknown }).typescript);

/**
 * Packages that take long to import and do not depend on the environment or the working directory during the import, so that
 * importing them before a run gives the same result.
 */
const PRELOADABLE_PACKAGES = new Set([
    'apify-client',
    'axios',
    'cheerio',
    'got',
    'got-scraping',
    'jsdom',
    'linkedom',
    'lodash',
    'playwright',
    'playwright-core',
    'puppeteer',
    'puppeteer-core',
    'zod',
]);

/**
 * Resolves how to run the current source of an Actor. Returns the cached result if none of the relevant files changed.
 *
 * @throws EngineError `actor-source-invalid` if there is no entry; `actor-failed-to-start` if the folder does not exist or
 * packages must be installed first.
 */
export async function resolveProgram(source: {
    readonly directory: string;
    readonly entryFile?: string;
}): Promise<ResolvedProgram> {
    const { directory, entryFile } = source;
    const key = `${directory}\0${entryFile ?? ''}`;
    const cached = cache.get(key);
    if (cached?.files.areUnchanged()) return cached.resolved;
    const files = new FileChangeDetector();
    const fresh = { files, resolved: resolve(files, directory, entryFile) };
    cache.delete(key);
    cache.set(key, fresh);
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!);
    try {
        return await fresh.resolved;
    } catch (error) {
        if (cache.get(key) === fresh) cache.delete(key);
        throw error;
    }
}

async function resolve(
    files: FileChangeDetector,
    directory: string,
    entryFile: string | undefined,
): Promise<ResolvedProgram> {
    const entry = entryFile === undefined ? await folderEntry(files, directory) : fileEntry(files, entryFile);
    const manifest = (await files.readJson(join(directory, 'package.json'))) ?? {};
    const loader = await chooseLoader(files, entry, manifest);
    const sources = await readSources(files, entry.file, directory);
    const sdk = await resolveSdk(files, sources, manifest);
    const ownSdk = ownSdkOf(sdk);
    const compileCache = sdk.core && compileCacheDirectory(sdk.core);
    return {
        program: {
            entry: entry.file,
            directory,
            loader,
            needsSdkHooks: sdk.type === 'built-in' && sdk.needsHooks,
            mayUseProxy: sources.matches(/proxy/i),
            ...(ownSdk && { ownSdk }),
        },
        preload: await listPreloads(files, sdk, entry.file, manifest),
        ...(compileCache !== undefined && { compileCache }),
    };
}

function ownSdkOf(sdk: Sdk): OwnSdk | undefined {
    if (sdk.type === 'own') return { apify: sdk.apify.directory, core: sdk.core.directory };
    return sdk.core && { core: sdk.core.directory };
}

async function folderEntry(files: FileChangeDetector, directory: string): Promise<ActorEntry> {
    if (!files.isFolder(directory)) throw missingError('folder', directory);
    return findEntry(files, directory);
}

function fileEntry(files: FileChangeDetector, file: string): ActorEntry {
    if (!files.isFile(file)) throw missingError('file', file);
    return { file, runner: 'node' };
}

function missingError(kind: 'file' | 'folder', path: string): EngineError {
    const message = `The ${kind} ${path} of the Actor does not exist any more. Restore it, or add the Actor again.`;
    return new EngineError('actor-failed-to-start', message, { details: { path } });
}

/**
 * Chooses the loader of the entry. An Actor with a dependency on `tsx` uses it, because it may rely on features that Node's
 * type stripping lacks: enums, path aliases, `./routes.js` for `./routes.ts`. Others use Node's type stripping if available.
 *
 * @param manifest - The Actor's package.json.
 * @throws EngineError `actor-failed-to-start`, with the package to install, if nothing can load TypeScript.
 */
export async function chooseLoader(
    files: FileChangeDetector,
    entry: ActorEntry,
    manifest: JsonObject,
    nodeStripsTypes: boolean = NODE_STRIPS_TYPES,
): Promise<Loader> {
    const extension = extname(entry.file);
    const isTypeScript = TYPESCRIPT.has(extension);
    if (!isTypeScript && entry.runner === 'node') return { type: 'native' };
    const prefersTsx = entry.runner === 'tsx' || dependsOn(manifest, 'tsx');
    // Node does not strip types in node_modules and does not support JSX.
    const isStrippable = nodeStripsTypes && extension !== '.tsx' && !entry.file.includes(`${sep}node_modules${sep}`);
    if (isStrippable && !prefersTsx) return { type: 'native' };
    const api = await findTsx(files, entry.file);
    if (api !== undefined) return { type: 'tsx', api };
    if (isStrippable || !isTypeScript) return { type: 'native' };
    const message =
        `${entry.file} is TypeScript, but Node ${process.versions.node} cannot run it directly and \`tsx\` is not installed. ` +
        'Run `npm i -D tsx` in the folder of the Actor, or use Node 22.18 or later.';
    throw new EngineError('actor-failed-to-start', message, { details: { file: entry.file } });
}

/** True if a package.json lists a package among its dependencies of any kind. */
function dependsOn(manifest: JsonObject, name: string): boolean {
    return [manifest['dependencies'], manifest['devDependencies'], manifest['optionalDependencies']].some(
        (dependencies) => isJsonObject(dependencies) && Object.hasOwn(dependencies, name),
    );
}

async function findTsx(files: FileChangeDetector, file: string): Promise<string | undefined> {
    const tsx = await findPackage(files, file, 'tsx');
    return tsx && packageUrl(files, tsx, './esm/api');
}

/**
 * Returns the folder in which spares cache the compiled code of an Actor's dependencies, so that the next process does not
 * compile it again: the conventional cache folder beside the packages, which is as trusted as they are.
 *
 * @returns Undefined if Node has no compile cache, if the user disabled it, and in Electron, whose apps may be installed in
 * read-only folders.
 */
export function compileCacheDirectory({ directory }: InstalledPackage): string | undefined {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isSupported = major > 22 || (major === 22 && minor >= 1);
    const isDisabled = Boolean(process.env['NODE_DISABLE_COMPILE_CACHE']) || 'electron' in process.versions;
    const modules = directory.indexOf(`${sep}node_modules${sep}`);
    if (!isSupported || isDisabled || modules === -1) return undefined;
    return join(directory.slice(0, modules), 'node_modules', '.cache', 'greenroom');
}

/**
 * Returns the file URLs of dependencies that take long to import and are the same for every run: the Actor's SDK, the Crawlee
 * packages it uses, and well-known packages in its package.json.
 */
async function listPreloads(
    files: FileChangeDetector,
    sdk: Sdk,
    entry: string,
    manifest: JsonObject,
): Promise<string[]> {
    if (sdk.core === undefined) return [];
    const { dependencies } = manifest;
    const names = isJsonObject(dependencies)
        ? Object.keys(dependencies).filter((name) => PRELOADABLE_PACKAGES.has(name))
        : [];
    const others = await Promise.all(names.map((name) => findPackage(files, entry, name)));
    const packages = [sdk.type === 'own' ? sdk.apify : undefined, ...(sdk.crawlee ?? []), ...others];
    return packages.map((found) => found && packageUrl(files, found)).filter((url) => url !== undefined);
}

import { join, extname, sep } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { findEntry, type ActorEntry } from './actor-entry.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { readSources } from './source-scan.js';
import { resolveSdk, type Sdk } from './sdk-resolution.js';
import { FileChangeDetector } from './file-change-detector.js';
import { findPackage, packageUrl, type InstalledPackage } from './package-lookup.js';
import type { OwnSdk, Program, Loader } from '../../protocol/messages.js';

/** A program, and what it is worth getting ready for it. */
interface ResolvedProgram {
    program: Program;
    /** Modules worth importing into spares, as file URLs. */
    preload: string[];
    /** Folder for the compiled code of those modules, if it is to be kept. */
    compileCache?: string;
}

interface CachedProgram {
    files: FileChangeDetector;
    resolved: Promise<ResolvedProgram>;
}

const MAX_CACHED = 500;

// Shared by all engines of the process: it only keeps what the file system says, and asks it each time.
const cache = new Map<string, CachedProgram>();

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts', '.tsx']);

/** Whether the Node that runs this also runs TypeScript: 22.18, 23.6 and later. */
const NODE_STRIPS_TYPES = Boolean((process.features as { typescript?: unknown }).typescript);

/**
 * Packages that take long to import, and that look neither at the environment nor at the folder when they are imported:
 * whoever imports them before there is a run gets the same as in the run.
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
 * Finds out how the Actor of a folder is run, as the folder is now. As long as no file changes that the answer hangs
 * on, the last answer is given again.
 *
 * @throws EngineError `actor-source-invalid`, when there is nothing to run, or `actor-failed-to-start`, when the folder
 * is gone or something has to be installed first.
 */
export async function resolveProgram(blueprint: {
    readonly directory: string;
    readonly entryFile?: string;
}): Promise<ResolvedProgram> {
    const { directory, entryFile } = blueprint;
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
    const message = `The ${kind} ${path} of the Actor is gone. Put it back, or add the Actor anew.`;
    return new EngineError('actor-failed-to-start', message, { details: { path } });
}

/**
 * Chooses how the entry is loaded. An Actor that brings `tsx` gets it, as it may rely on what Node's type stripping
 * does not do: enums, path aliases, `./routes.js` for `./routes.ts`. Others get Node's own stripping, where it exists.
 *
 * @param manifest - The Actor's package.json.
 * @throws EngineError `actor-failed-to-start`, saying what to install, when nothing loads TypeScript.
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
    const wantsTsx = entry.runner === 'tsx' || dependsOn(manifest, 'tsx');
    // Node strips no types in node_modules, and knows no JSX.
    const isStrippable = nodeStripsTypes && extension !== '.tsx' && !entry.file.includes(`${sep}node_modules${sep}`);
    if (isStrippable && !wantsTsx) return { type: 'native' };
    const api = await findTsx(files, entry.file);
    if (api !== undefined) return { type: 'tsx', api };
    if (isStrippable || !isTypeScript) return { type: 'native' };
    const message =
        `${entry.file} is TypeScript, which Node ${process.versions.node} cannot run there by itself, and no \`tsx\` ` +
        'is found from there. Run `npm i -D tsx` in the folder of the Actor, or use Node 22.18 or later.';
    throw new EngineError('actor-failed-to-start', message, { details: { file: entry.file } });
}

/** Whether a package.json lists a package among its dependencies of any kind. */
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
 * Where spares keep the compiled code of an Actor's dependencies, so that the next process need not compile it again: in
 * the usual place for caches, beside the packages it is of. What is there is trusted as much as they are.
 *
 * @returns Undefined where Node has no such cache, where the user does not want one, and in Electron, which brings apps
 * into folders that must not be written to.
 */
export function compileCacheDirectory({ directory }: InstalledPackage): string | undefined {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isThere = major > 22 || (major === 22 && minor >= 1);
    const isUnwanted = Boolean(process.env['NODE_DISABLE_COMPILE_CACHE']) || 'electron' in process.versions;
    const modules = directory.indexOf(`${sep}node_modules${sep}`);
    if (!isThere || isUnwanted || modules === -1) return undefined;
    return join(directory.slice(0, modules), 'node_modules', '.cache', 'greenroom');
}

/**
 * The dependencies of an Actor that take long to import and are the same for every run, as file URLs: its SDK, the
 * packages of Crawlee that it uses, and well-known ones that its package.json lists.
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

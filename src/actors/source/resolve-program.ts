import { join, resolve as resolvePath, sep } from 'node:path';
// The whole module: an older Node lacks `parseEnv`, and must get as far as the error that names its version.
import util from 'node:util';
import { EngineError } from '../../errors/engine-error.js';
import { findEntry, type ActorEntry } from './actor-entry.js';
import { refuseUnsupported, type NodeOption } from '../../util/command-line/node-options.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { readSources } from './source-scan.js';
import { resolveSdk, type Sdk } from './sdk-resolution.js';
import { FileChangeDetector } from './file-change-detector.js';
import { chooseLoader, type ChosenLoader } from './type-script-loader.js';
import { TSX_MODULE } from './module-command.js';
import { findPackage, packageUrl, type InstalledPackage } from './package-lookup.js';
import type { OwnSdk, Program, StartCommandLine } from '../../protocol/messages.js';

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
    const entry =
        entryFile === undefined ? await folderEntry(files, directory) : fileEntry(files, directory, entryFile);
    const manifest = (await files.readJson(join(directory, 'package.json'))) ?? {};
    const { file, command, isSource } = entry;
    const { runner = 'node', options } = command ?? {};
    const loader = await chooseLoader(files, { file, runner, options, isSource }, manifest);
    const startCommand = await createStartCommand(files, entry, loader);
    const sources = await readSources(files, entry.file, directory);
    const sdk = await resolveSdk(files, sources, manifest);
    const ownSdk = ownSdkOf(sdk);
    const compileCache = sdk.core && compileCacheDirectory(sdk.core);
    return {
        program: {
            entry: entry.file,
            directory: entry.directory,
            loader: loader.loader,
            needsSdkHooks: sdk.type === 'built-in' && sdk.needsHooks,
            mayUseProxy: sources.matches(/proxy/i),
            ...(ownSdk && { ownSdk }),
            ...(startCommand && { startCommand }),
        },
        preload: await listPreloads(files, sdk, entry.file, manifest),
        ...(compileCache !== undefined && { compileCache }),
    };
}

function ownSdkOf(sdk: Sdk): OwnSdk | undefined {
    if (sdk.type === 'unknown') return {};
    if (sdk.type === 'own') return { apify: sdk.apify.directory, core: sdk.core.directory };
    return sdk.core && { core: sdk.core.directory };
}

async function folderEntry(files: FileChangeDetector, directory: string): Promise<ActorEntry> {
    if (!files.isFolder(directory)) throw missingError('folder', directory);
    return findEntry(files, directory);
}

function fileEntry(files: FileChangeDetector, directory: string, file: string): ActorEntry {
    if (!files.isFile(file)) throw missingError('file', file);
    return { file, directory, imageEnv: {}, notes: [] };
}

function missingError(kind: 'file' | 'folder', path: string): EngineError {
    const message = `The ${kind} ${path} of the Actor does not exist any more. Restore it, or add the Actor again.`;
    return new EngineError('actor-failed-to-start', message, { details: { path } });
}

const NO_COMMAND = { options: [], args: [], assignments: [], runner: 'node' } as const;

/**
 * Creates the part of the program that comes from its start command; undefined if the command only runs the entry.
 *
 * @param loaderOptions - Options of Node that the loader needs.
 * @throws EngineError `actor-source-invalid` for an option that is not possible, or a file that does not exist.
 */
async function createStartCommand(
    files: FileChangeDetector,
    { file, directory, command, imageEnv, notes, isSource }: ActorEntry,
    { loader, options: loaderOptions }: ChosenLoader,
): Promise<StartCommandLine | undefined> {
    const { options, args, assignments, runner } = command ?? NO_COMMAND;
    refuseUnsupported(options, 'of the start command', 'actor-source-invalid');
    // The loader replaces these modules.
    const kept = loader.type === 'tsx' ? options.filter(({ value }) => !TSX_MODULE.test(value)) : options;
    const nodeOptions = [...loaderOptions, ...kept.flatMap(({ words }) => words)];
    const path = command && runner === 'node' && isSource !== true ? resolvePath(directory, command.file) : file;
    const env = { ...(await readEnvFiles(files, directory, options)), ...imageEnv };
    const isPlain =
        path === file &&
        [nodeOptions, args, assignments, notes, Object.keys(env)].every((values) => values.length === 0);
    return isPlain ? undefined : { path, nodeOptions, args, assignments, env, notes };
}

/** Reads the files of `--env-file`. As in Node, a later file overrides an earlier one. */
async function readEnvFiles(
    files: FileChangeDetector,
    directory: string,
    options: readonly NodeOption[],
): Promise<Record<string, string>> {
    const env: Record<string, string> = {};
    for (const { name, value } of options) {
        if (!name.startsWith('--env-file')) continue;
        const file = resolvePath(directory, value);
        const text = await files.readText(file);
        if (text !== undefined) Object.assign(env, util.parseEnv(text));
        else if (name === '--env-file') {
            const message = `The start command uses \`${name}=${value}\`, but ${file} does not exist. Create it, or use \`--env-file-if-exists\`.`;
            throw new EngineError('actor-source-invalid', message, { details: { file } });
        }
    }
    // The image sets it, and Node does not override the variables of its process.
    delete env['NODE_ENV'];
    return env;
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

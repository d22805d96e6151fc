import { join } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import type { OwnSdk, Program } from '../protocol/messages.js';
import type { ActorBlueprint } from './actor-blueprint.js';
import { findEntry, type ActorEntry } from './actor-entry.js';
import { compileCacheFor } from './compile-cache.js';
import { readJsonFile } from './json-file.js';
import { mayReachOut, mayUseProxy } from './network-use.js';
import { listPreloads } from './preload-list.js';
import { resolveSdk, type Sdk } from './sdk-resolution.js';
import { SeenFiles } from './seen-files.js';
import { chooseLoader } from './type-script-loader.js';

/** A program, and what it is worth getting ready for it. */
export interface ResolvedProgram {
    program: Program;
    /** Modules worth importing into spares, as file URLs. */
    preload: string[];
    /** Folder for the compiled code of those modules, if it is to be kept. */
    compileCache?: string;
}

interface CachedProgram {
    seen: SeenFiles;
    resolved: Promise<ResolvedProgram>;
}

const MAX_CACHED = 500;

// Shared by all engines of the process: it only keeps what the file system says, and asks it each time.
const cache = new Map<string, CachedProgram>();

/**
 * Finds out how the Actor of a folder is run, as the folder is now. As long as no file changes that the answer hangs
 * on, the last answer is given again.
 *
 * @throws EngineError `actor-source-invalid`, when there is nothing to run, or `actor-failed-to-start`, when the folder
 * is gone or something has to be installed first.
 */
export async function resolveProgram(
    blueprint: Pick<ActorBlueprint, 'directory' | 'entryFile'>,
): Promise<ResolvedProgram> {
    const { directory, entryFile } = blueprint;
    const key = `${directory}\0${entryFile ?? ''}`;
    const cached = cache.get(key);
    if (cached?.seen.areUnchanged()) return cached.resolved;
    const seen = new SeenFiles();
    const fresh = { seen, resolved: resolve(seen, directory, entryFile) };
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

async function resolve(seen: SeenFiles, directory: string, entryFile: string | undefined): Promise<ResolvedProgram> {
    const entry = entryFile === undefined ? await folderEntry(seen, directory) : fileEntry(seen, entryFile);
    const manifest = (await readJsonFile(seen, join(directory, 'package.json'))) ?? {};
    const loader = await chooseLoader(seen, entry, manifest);
    const sdk = await resolveSdk(seen, entry.file, directory, manifest);
    const ownSdk = ownSdkOf(sdk);
    return {
        program: {
            entry: entry.file,
            directory,
            loader,
            needsSdkHooks: sdk.type === 'built-in' && sdk.needsHooks,
            needsGuards: ownSdk !== undefined || (await mayReachOut(seen, entry.file, directory)),
            mayUseProxy: await mayUseProxy(seen, entry.file, directory),
            ...(ownSdk && { ownSdk }),
        },
        preload: await listPreloads(seen, sdk, entry.file, manifest),
        ...compileCacheOf(sdk),
    };
}

function compileCacheOf({ core }: Sdk): Pick<ResolvedProgram, 'compileCache'> {
    const compileCache = core && compileCacheFor(core);
    return compileCache === undefined ? {} : { compileCache };
}

function ownSdkOf(sdk: Sdk): OwnSdk | undefined {
    if (sdk.type === 'own') return { apify: sdk.apify.directory, core: sdk.core.directory };
    return sdk.core && { core: sdk.core.directory };
}

async function folderEntry(seen: SeenFiles, directory: string): Promise<ActorEntry> {
    if (!seen.isFolder(directory)) throw goneError('folder', directory);
    return findEntry(seen, directory);
}

function fileEntry(seen: SeenFiles, file: string): ActorEntry {
    if (!seen.isFile(file)) throw goneError('file', file);
    return { file, runner: 'node' };
}

function goneError(kind: 'file' | 'folder', path: string): EngineError {
    const message = `The ${kind} ${path} of the Actor is gone. Put it back, or add the Actor anew.`;
    return new EngineError('actor-failed-to-start', message, { details: { path } });
}

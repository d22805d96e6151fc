import { fileURLToPath, pathToFileURL } from 'node:url';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Actor } from '../sdk/actor.js';
import { log } from '../sdk/logging/log.js';
import { EngineError } from '../../errors/engine-error.js';
import { evictModule, requireMain } from './sdk-hooks.js';
import type { ActorFunction } from '../../protocol/actor-function.js';
import type { Launch, Loader, Program } from '../../protocol/messages.js';
import type { RunContext } from '../sdk/context.js';
import type { ImportModule } from '../../protocol/execution.js';

/**
 * Progress of an Actor: its entry is being loaded or has thrown, its function is being called, or it runs on its own.
 */
export interface Progress {
    state: 'loading' | 'failed' | 'calling' | 'started';
}

export type Namespace = Record<string, unknown>;

/**
 * Loads the Actor's entry and, if it exports a function, calls it. Rejects if the entry does.
 *
 * @param load - Loads the entry.
 * @param isInitialized - Returns true once the Actor has called `Actor.init()`.
 */
export async function startProgram(
    load: () => Promise<Namespace>,
    context: RunContext,
    progress: Progress,
    isInitialized: () => boolean,
): Promise<void> {
    const namespace = await load().catch((error: unknown) => {
        progress.state = 'failed';
        throw error;
    });
    const run = findActorFunction(namespace);
    // An Actor that has called `Actor.init()` is a script, even if it exports a function.
    if (run === undefined || isInitialized()) {
        progress.state = 'started';
        return;
    }
    progress.state = 'calling';
    await callFunction(run, context, () => {
        progress.state = 'started';
    });
}

/** Loads the modules that the options of Node name, then the entry of a program for the first time. */
export async function loadEntry({ loader, entry, directory }: Program, { preloads }: Launch): Promise<Namespace> {
    if (preloads.length === 0) return loadModule(loader, pathToFileURL(entry).href);
    const { createRequire, register } = process.getBuiltinModule('node:module');
    const base = join(directory, 'package.json');
    for (const { type, specifier } of preloads) {
        if (type === 'require') createRequire(base)(specifier);
        else if (type === 'loader') register(specifier, pathToFileURL(base));
        else await importFrom(base, specifier);
    }
    const isRequired =
        preloads.every(({ type }) => type === 'require') && loader.type === 'native' && !isEsModule(entry);
    // As in Node: such modules may extend `require`, but not `import`.
    if (isRequired) return { default: requireMain(entry) };
    return loadModule(loader, pathToFileURL(entry).href);
}

/** Imports a module as if from another file. */
async function importFrom(file: string, specifier: string): Promise<void> {
    const { constants, Script } = process.getBuiltinModule('node:vm');
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const script = new Script('(specifier) => import(specifier)', { filename: file, importModuleDynamically });
    await (script.runInThisContext() as (specifier: string) => Promise<unknown>)(specifier);
}

/** True if Node loads a file as an ES module by its extension or by the nearest package.json. */
function isEsModule(file: string): boolean {
    if (/\.[mc][jt]s$/.test(file)) return /\.m[jt]s$/.test(file);
    for (let folder = dirname(file); ; folder = dirname(folder)) {
        const manifest = join(folder, 'package.json');
        if (statSync(manifest, { throwIfNoEntry: false })) {
            return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown }).type === 'module';
        }
        if (dirname(folder) === folder) return false;
    }
}

/** Loads a module with the loader of the Actor. */
async function loadModule(loader: Loader, url: string): Promise<Namespace> {
    if (loader.type === 'native') return (await import(url)) as Namespace;
    const { tsImport } = (await import(loader.api)) as {
        tsImport(url: string, parentUrl: string): Promise<Namespace>;
    };
    return tsImport(url, url);
}

/**
 * Returns the default export if it is a function. In CommonJS it is `module.exports` or, as compilers emit it,
 * `exports.default`.
 */
function findActorFunction(namespace: Namespace): ActorFunction | undefined {
    const exported = namespace.default;
    const inner =
        typeof exported === 'object' && exported !== null ? (exported as { default?: unknown }).default : undefined;
    return [exported, inner].find((value) => typeof value === 'function') as ActorFunction | undefined;
}

const OUTPUT_KEY = 'OUTPUT';

/**
 * Calls an Actor written as a function, as `Actor.main` would: its result becomes the record `OUTPUT`, and the run
 * ends.
 *
 * @param onDone - Called when the function has returned and its output is stored.
 */
export async function callFunction(run: ActorFunction, context: RunContext, onDone?: () => void): Promise<void> {
    const work = async (): Promise<void> => {
        const input = await Actor.getInput();
        const output = await run({ input, Actor, signal: context.signal, log });
        if (output !== undefined) await Actor.setValue(OUTPUT_KEY, output);
        onDone?.();
    };
    await context.session.main(context, work, { gracefulShutdown: false });
}

const TYPESCRIPT = /\.[cm]?tsx?$/;

/**
 * Imports the setup files of a run, one after the other, before the Actor.
 *
 * @param urls - `file:` URLs. TypeScript files use the loader of the Actor.
 * @throws EngineError `actor-failed-to-start`, naming the file, if one throws or cannot be loaded.
 */
export async function importSetupFiles(urls: readonly string[], loader: Loader): Promise<void> {
    for (const url of urls) {
        try {
            await loadModule(TYPESCRIPT.test(new URL(url).pathname) ? loader : { type: 'native' }, url);
        } catch (cause) {
            const path = fileURLToPath(url);
            const message = `The setup file ${path} failed, so the Actor was not started: ${describeReason(cause)}`;
            throw new EngineError('actor-failed-to-start', message, { details: { path }, cause });
        }
    }
}

function describeReason(cause: unknown): string {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

/** An entry that this thread has loaded. */
interface LoadedEntry {
    modifiedAtMillis: number;
    evaluations: number;
    /** Exports of an entry that is called again rather than evaluated again. */
    namespace?: Namespace;
}

const entries = new Map<string, LoadedEntry>();

/**
 * Number of times that this thread has evaluated the entry of a program. Each evaluation takes memory that Node never
 * releases.
 */
export function countEvaluations({ entry }: Program): number {
    return entries.get(entry)?.evaluations ?? 0;
}

/** True if this thread has loaded the entry of a program for all runs, because it exports a function. */
export function isLoadedForAllRuns({ entry }: Program): boolean {
    return entries.get(entry)?.namespace !== undefined;
}

/**
 * Loads the entry of an Actor in a thread that may have run it before. A module that exports a function is loaded once
 * and keeps its state. A script is evaluated again, while its imports stay loaded.
 *
 * @param isInitialized - Returns true once the Actor has called `Actor.init()`, which makes it a script even if it
 *   exports a function.
 * @param importModule - Imports the entry instead of Node or the loader.
 */
export async function reloadEntry(
    program: Program,
    isInitialized: () => boolean,
    importModule?: ImportModule,
): Promise<Namespace> {
    const { loader, entry } = program;
    const modifiedAtMillis = statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const loaded = entries.get(entry) ?? { modifiedAtMillis, evaluations: 0 };
    entries.set(entry, loaded);
    if (loaded.namespace !== undefined && loaded.modifiedAtMillis === modifiedAtMillis) return loaded.namespace;
    loaded.modifiedAtMillis = modifiedAtMillis;
    loaded.namespace = undefined;
    const url = pathToFileURL(entry);
    if (loaded.evaluations > 0) {
        url.searchParams.set('evaluation', String(loaded.evaluations));
        evictModule(entry);
    }
    loaded.evaluations += 1;
    const namespace = await ((importModule?.(url.href) as Promise<Namespace> | undefined) ??
        loadModule(loader, url.href));
    if (findActorFunction(namespace) !== undefined && !isInitialized()) loaded.namespace = namespace;
    return namespace;
}

import { pathToFileURL } from 'node:url';
import { callFunction } from './call-function.js';
import type { ActorFunction } from '../protocol/actor-function.js';
import type { Loader, Program } from '../protocol/messages.js';
import type { RunContext } from './sdk/context.js';

/** How far an Actor has come: its entry is at work, or has thrown; its function is being called; or it is on its own. */
export interface Progress {
    state: 'loading' | 'failed' | 'calling' | 'started';
}

/** The names that a module exports. */
export type Namespace = Record<string, unknown>;

/** Whether the entry has run to its end. */
export function hasLoaded({ state }: Progress): boolean {
    return state === 'calling' || state === 'started';
}

/**
 * Loads the Actor's entry, and calls what it exports if that is a function. Rejects as the entry does.
 *
 * @param load - Loads the entry.
 * @param isInitialized - Whether the Actor has called `Actor.init()`.
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
    const run = functionOf(namespace);
    // Whoever has called `Actor.init()` runs by itself, whatever it exports.
    if (run === undefined || isInitialized()) {
        progress.state = 'started';
        return;
    }
    progress.state = 'calling';
    await callFunction(run, context, () => {
        progress.state = 'started';
    });
}

/** Loads the entry of a program, which has not been loaded before. */
export async function loadEntry({ loader, entry }: Program): Promise<Namespace> {
    return loadModule(loader, pathToFileURL(entry).href);
}

/** Loads a module as an Actor's entry is to be loaded. */
export async function loadModule(loader: Loader, url: string): Promise<Namespace> {
    if (loader.type === 'native') return (await import(url)) as Namespace;
    const { tsImport } = (await import(loader.api)) as {
        tsImport(url: string, parentUrl: string): Promise<Namespace>;
    };
    return tsImport(url, url);
}

/** The default export; of CommonJS it is `module.exports` or, as compilers write it, `exports.default`. */
export function functionOf(namespace: Namespace): ActorFunction | undefined {
    const exported = namespace.default;
    const inner =
        typeof exported === 'object' && exported !== null ? (exported as { default?: unknown }).default : undefined;
    return [exported, inner].find((value) => typeof value === 'function') as ActorFunction | undefined;
}

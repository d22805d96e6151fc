import { pathToFileURL } from 'node:url';
import { callFunction } from './call-function.js';
import type { ActorFunction } from '../protocol/actor-function.js';
import type { Loader, Program } from '../protocol/messages.js';
import type { RunContext } from './sdk/context.js';

/** How far an Actor has come: its entry is at work, or has thrown; its function is being called; or it is on its own. */
export interface Progress {
    state: 'loading' | 'failed' | 'calling' | 'started';
}

/** Whether the entry has run to its end. */
export function hasLoaded({ state }: Progress): boolean {
    return state === 'calling' || state === 'started';
}

/**
 * Loads the Actor's entry, and calls what it exports if that is a function. Rejects as the entry does.
 *
 * @param isInitialized - Whether the Actor has called `Actor.init()`.
 */
export async function startProgram(
    program: Program,
    context: RunContext,
    progress: Progress,
    isInitialized: () => boolean,
): Promise<void> {
    const loading = load(program.loader, pathToFileURL(program.entry).href);
    const namespace = await loading.catch((error: unknown) => {
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

async function load(loader: Loader, url: string): Promise<Record<string, unknown>> {
    if (loader.type === 'native') return (await import(url)) as Record<string, unknown>;
    const { tsImport } = (await import(loader.api)) as {
        tsImport(url: string, parentUrl: string): Promise<Record<string, unknown>>;
    };
    return tsImport(url, url);
}

/** The default export; of CommonJS it is `module.exports` or, as compilers write it, `exports.default`. */
function functionOf(namespace: Record<string, unknown>): ActorFunction | undefined {
    const exported = namespace.default;
    const inner =
        typeof exported === 'object' && exported !== null ? (exported as { default?: unknown }).default : undefined;
    return [exported, inner].find((value) => typeof value === 'function') as ActorFunction | undefined;
}

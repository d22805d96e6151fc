import { pathToFileURL } from 'node:url';
import { Actor } from './sdk/actor.js';
import { log } from './sdk/log.js';
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

/** What an Actor of the function style is called with. */
export interface ActorFunctionContext {
    /** The input of the run, or null if it has none. */
    input: unknown;
    Actor: typeof Actor;
    /** Aborted when the run is to end. */
    signal: AbortSignal;
    log: typeof log;
}

type ActorFunction = (context: ActorFunctionContext) => unknown;

/** Loads the Actor's entry, and calls what it exports if that is a function. Rejects as the entry does. */
export async function startProgram(program: Program, context: RunContext, progress: Progress): Promise<void> {
    const loading = load(program.loader, pathToFileURL(program.entry).href);
    const namespace = await loading.catch((error: unknown) => {
        progress.state = 'failed';
        throw error;
    });
    const run = functionOf(namespace);
    // Whoever has called `Actor.init()` runs by itself, whatever it exports.
    if (run === undefined || context.session.isInitialized) {
        progress.state = 'started';
        return;
    }
    progress.state = 'calling';
    const work = async (): Promise<void> => {
        const input = await Actor.getInput();
        const output = await run({ input, Actor, signal: context.signal, log });
        if (output !== undefined) await Actor.setValue('OUTPUT', output);
        progress.state = 'started';
    };
    await context.session.main(context, work, { gracefulShutdown: false });
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

import type { Isolation } from '../model/execution.js';
import type { ImportModule, InlineModule } from '../protocol/execution.js';
import type { Runnable } from '../protocol/messages.js';
import type { Executor, ProgramExecutorOptions } from './executor.js';

export interface ExecutorsOptions extends ProgramExecutorOptions {
    /** Location of the built file that a process of an Actor starts with. */
    processUrl: string;
    /** Loads the module that runs Actors in the host's own thread: it prepares what they see. */
    loadInline: () => Promise<InlineModule>;
    /** Imports the modules of those in place of Node. */
    importModule?: ImportModule | undefined;
}

/** Finds the executor that runs something in a mode; loads what only that mode needs. */
export type FindExecutor = (isolation: Isolation, runnable: Runnable) => Promise<Executor>;

/** The four ways to run an Actor, behind one interface. */
export function createExecutors(options: ExecutorsOptions): FindExecutor {
    const create: Record<Isolation, () => Promise<Executor>> = {
        thread: async () => (await import('./thread/fresh-threads.js')).createFreshThreads(options),
        pooled: async () => (await import('./thread/reused-threads.js')).createReusedThreads(options),
        process: async () => (await import('./process/process-executor.js')).createProcessExecutor(options),
        async inline() {
            const { startInline } = await options.loadInline();
            return { execute: (request) => startInline(request, options.importModule), prewarm() {} };
        },
    };
    const created = new Map<Isolation, Promise<Executor>>();
    return (isolation, { type }) => {
        // A function is part of the host: it always runs inline.
        const mode = type === 'function' ? 'inline' : isolation;
        const executor = created.get(mode) ?? create[mode]();
        created.set(mode, executor);
        return executor;
    };
}

import type { Isolation } from '../model/execution.js';
import type { ImportModule, InlineModule } from '../protocol/execution.js';
import type { Runnable } from '../protocol/messages.js';
import type { Executor, ProgramExecutorOptions } from './executor.js';

/** Options of {@link createExecutors}. */
export interface ExecutorsOptions extends ProgramExecutorOptions {
    /** URL of the built entry file of Actor processes. */
    processUrl: string;
    /** Loads the module that runs Actors in the host's thread. */
    loadInline: () => Promise<InlineModule>;
    /** Imports the modules of inline Actors in place of Node. */
    importModule?: ImportModule | undefined;
}

/** Returns the executor of an isolation mode. Loads it on first use. */
export type FindExecutor = (isolation: Isolation, runnable: Runnable) => Promise<Executor>;

/** Creates the executors of the four isolation modes. */
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
        // A function is part of the host, so it always runs inline.
        const mode = type === 'function' ? 'inline' : isolation;
        const executor = created.get(mode) ?? create[mode]();
        created.set(mode, executor);
        return executor;
    };
}

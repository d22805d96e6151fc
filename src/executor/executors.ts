import { executeInline, type InlineLoading } from './inline-runs.js';
import type { Isolation } from '../model/execution.js';
import type { Executor } from './executor.js';
import type { ProgramExecutor, ProgramExecutorOptions } from './program-executor.js';

/** What the executors are told, all of them. */
export interface ExecutorsOptions extends ProgramExecutorOptions, InlineLoading {
    /** Location of the built file that a process of an Actor starts with. */
    processUrl: string;
}

/** Finds the executor of a mode; loads what only that mode needs. */
export type FindExecutor = (isolation: Isolation) => Promise<Executor>;

/** The four ways to run an Actor, behind one interface. */
export function createExecutors(options: ExecutorsOptions): FindExecutor {
    const inline: Executor = { execute: (request) => executeInline(options, request), warm() {} };
    const create: Record<Isolation, () => Promise<Executor>> = {
        thread: async () => forPrograms((await import('./isolated-threads.js')).createIsolatedThreads(options), inline),
        pooled: async () => forPrograms((await import('./pooled-threads.js')).createPooledThreads(options), inline),
        process: async () =>
            forPrograms((await import('./separate-processes.js')).createSeparateProcesses(options), inline),
        inline: async () => inline,
    };
    const created = new Map<Isolation, Promise<Executor>>();
    return (isolation) => {
        const executor = created.get(isolation) ?? create[isolation]();
        created.set(isolation, executor);
        return executor;
    };
}

/** A function is part of the host and cannot leave it, whatever is asked for. */
function forPrograms(programs: ProgramExecutor, inline: Executor): Executor {
    return {
        execute(request) {
            const { runnable } = request;
            return runnable.type === 'program' ? programs.execute({ ...request, runnable }) : inline.execute(request);
        },
        warm(warming) {
            const { runnable } = warming;
            if (runnable.type === 'program') programs.warm({ ...warming, runnable });
        },
    };
}

import { serializeError } from '../errors/serialize.js';
import type { Isolation } from '../model/execution.js';
import type {
    Executor,
    Execution,
    ExecutionEnd,
    ExecutionRequest,
    ProgramExecutor,
    ProgramExecutorOptions,
} from './executor.js';
import type { ImportModule, InlineModule, InlineRun } from '../protocol/inline.js';

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
        thread: async () => forPrograms((await import('./thread-pools.js')).createIsolatedThreads(options), inline),
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

interface InlineLoading {
    /** Loads the module that runs them: it prepares what they see. */
    loadInline: () => Promise<InlineModule>;
    /** Imports their modules in place of Node. */
    importModule?: ImportModule | undefined;
}

/**
 * Runs an Actor in the host's own thread, where coverage, breakpoints, mocks and fake timers see it. To the lifecycle it is
 * as any other run, but it shares memory and event loop with the host: it has no memory limit, and a kill can only stop
 * waiting for it.
 */
function executeInline(
    { loadInline, importModule }: InlineLoading,
    { runnable, env, network, host, retries }: ExecutionRequest,
): Execution {
    let settle: (end: ExecutionEnd) => void = () => {};
    const ended = new Promise<ExecutionEnd>((resolve) => {
        settle = resolve;
    });
    let inline: InlineRun | undefined;
    const waiting: Parameters<InlineRun['send']>[0][] = [];
    let isKilled = false;
    const start = async (): Promise<void> => {
        const { startInline } = await loadInline();
        if (isKilled) return;
        inline = startInline({ runnable, env, network, host, retries, importModule });
        for (const event of waiting) inline.send(event);
        settle({ type: 'exited', ...(await inline.ended) });
    };
    start().catch((error: unknown) => settle({ type: 'lost', error: serializeError(error) }));
    return {
        ended,
        send(event) {
            if (inline === undefined) waiting.push(event);
            else inline.send(event);
        },
        kill() {
            isKilled = true;
            inline?.abandon();
            settle({ type: 'killed' });
        },
    };
}

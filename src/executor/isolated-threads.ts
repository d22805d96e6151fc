import { executeInThread } from './thread-execution.js';
import { takeThread, warmThreads, type SpareKind } from './thread-pools.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun } from './program-executor.js';

/** Runs each Actor in a fresh thread of its own, handed over from a spare that is already up. */
export function createIsolatedThreads(options: ProgramExecutorOptions): ProgramExecutor {
    const { workerUrl, prewarm } = options;
    const kindOf = ({ program, preload, compileCache }: ProgramToRun, memoryMbytes: number): SpareKind => ({
        workerUrl,
        memoryMbytes,
        tasks: { preload, compileCache, ownSdk: program.ownSdk, hooks: program.needsSdkHooks },
        spares: prewarm,
    });
    return {
        execute(request) {
            const kind = kindOf(request.runnable, request.memoryMbytes);
            return executeInThread((assignment) => takeThread(kind, assignment), request, options);
        },
        warm: ({ runnable, memoryMbytes }) => warmThreads(kindOf(runnable, memoryMbytes)),
    };
}

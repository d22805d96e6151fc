import { statSync } from 'node:fs';
import { createIsolatedThreads } from './isolated-threads.js';
import { executeInThread } from './thread-execution.js';
import { heatThreads, takeWarmThread, type WarmKind } from './warm-threads.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun } from './program-executor.js';

/**
 * Runs each Actor in a warm thread that earlier runs of the same Actor have used, so that its modules are loaded already.
 *
 * Actors that bring the platform's SDK get a fresh thread for each run: it keeps its run in the globals of the thread, and
 * ends the thread with it.
 */
export function createPooledThreads(options: ProgramExecutorOptions): ProgramExecutor {
    const { workerUrl, prewarm, coverageDir } = options;
    const isolated = createIsolatedThreads(options);
    const kindOf = ({ program, preload, compileCache }: ProgramToRun, memoryMbytes: number): WarmKind => ({
        workerUrl,
        memoryMbytes,
        entry: program.entry,
        modifiedAtMillis: modifiedAt(program.entry),
        tasks: { preload, compileCache, hooks: program.needsSdkHooks },
        isCovered: coverageDir !== undefined,
        spares: prewarm,
    });
    return {
        execute(request) {
            const { runnable, memoryMbytes } = request;
            // An inspector belongs to its thread, and goes with it.
            const isApart = runnable.program.ownSdk !== undefined || request.debug !== undefined;
            if (isApart) return isolated.execute(request);
            const kind = kindOf(runnable, memoryMbytes);
            return executeInThread((assignment) => takeWarmThread(kind, assignment), request, options);
        },
        warm(runnable, memoryMbytes) {
            if (runnable.program.ownSdk === undefined) heatThreads(kindOf(runnable, memoryMbytes));
            else isolated.warm(runnable, memoryMbytes);
        },
    };
}

/** Of a file that is gone by now the run itself will tell. */
function modifiedAt(file: string): number {
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

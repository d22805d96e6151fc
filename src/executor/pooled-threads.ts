import { statSync } from 'node:fs';
import { createIsolatedThreads } from './isolated-threads.js';
import { executeInThread } from './thread-execution.js';
import { heatThreads, takeWarmThread, type WarmKind } from './warm-threads.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun, WarmingOfProgram } from './program-executor.js';

/**
 * Runs each Actor in a warm thread that earlier runs of the same Actor have used, so that its modules are loaded already.
 *
 * Actors that bring the platform's SDK get a fresh thread for each run: it keeps its run in the globals of the thread, and
 * ends the thread with it. So do runs with setup files.
 */
export function createPooledThreads(options: ProgramExecutorOptions): ProgramExecutor {
    const { workerUrl, prewarm, coverageDir } = options;
    const isolated = createIsolatedThreads(options);
    const kindOf = ({ runnable, memoryMbytes, network }: WarmingOfProgram): WarmKind => {
        const { program, preload, compileCache } = runnable;
        return {
            workerUrl,
            memoryMbytes,
            network,
            entry: program.entry,
            modifiedAtMillis: modifiedAt(program.entry),
            tasks: { preload, compileCache, hooks: program.needsSdkHooks },
            isCovered: coverageDir !== undefined,
            spares: prewarm,
        };
    };
    /** What has to be imported anew for each run, before the Actor, needs a thread that has imported nothing yet. */
    const needsFreshThread = ({ program }: ProgramToRun, setupFiles: readonly string[] = []): boolean =>
        program.ownSdk !== undefined || setupFiles.length > 0;
    return {
        execute(request) {
            // An inspector belongs to its thread, and goes with it.
            const isDebugged = request.debug !== undefined;
            if (isDebugged || needsFreshThread(request.runnable, request.setupFiles)) return isolated.execute(request);
            const kind = kindOf(request);
            return executeInThread((assignment) => takeWarmThread(kind, assignment), request, options);
        },
        warm(warming) {
            if (needsFreshThread(warming.runnable, warming.setupFiles)) isolated.warm(warming);
            else heatThreads(kindOf(warming));
        },
    };
}

/** Of a file that is gone by now the run itself will tell. */
function modifiedAt(file: string): number {
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

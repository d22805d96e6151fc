import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { createFreshThreads } from './fresh-threads.js';
import { executeInThread } from './thread-execution.js';
import { type AcquiredThread } from './thread-pool.js';
import { findPool, poolOptions, acquireThread, type Pool, type ThreadKind } from './thread-pool.js';
import { Semaphore } from '../semaphore.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun, PrewarmRequest } from '../executor.js';
import type { RunNetwork } from '../../protocol/network.js';
import type { ThreadAssignment } from '../../protocol/messages.js';

/*
 * Threads that serve one run after another, always of the same Actor. Piscina starts them, hands out the runs and ends
 * those that stay idle; a thread that has ended in a run, or was ended with it, is replaced by the next run that needs one.
 */

/** The properties that make two warm threads interchangeable. */
interface WarmKind extends ThreadKind {
    network: RunNetwork;
    /** The module that they have loaded, as it was then. */
    entry: string;
    modifiedAtMillis: number;
    /** True if their coverage is recorded: code that was loaded before is not recorded well. */
    isCovered: boolean;
}

/** The name under which the worker file exports what serves runs in turn. */
const TASK_NAME = 'runInReusedThread';
/** As many threads work well at once; one more is started only for a run that has waited for so long. */
const THREADS_AT_ONCE = Math.ceil(availableParallelism() * 1.5);
const PATIENCE_MILLIS = 20;

/**
 * Runs each Actor in a warm thread that earlier runs of the same Actor have used, so that its modules are loaded already.
 *
 * Actors that bring the platform's SDK get a fresh thread for each run: it keeps its run in the globals of the thread, and
 * ends the thread with it. So do runs with setup files.
 */
export function createReusedThreads(options: ProgramExecutorOptions): ProgramExecutor {
    const { workerUrl, prewarm, coverageDir } = options;
    const isolated = createFreshThreads(options);
    const kindOf = ({ runnable, memoryMbytes, network }: PrewarmRequest<ProgramToRun>): WarmKind => {
        const { program, preload, compileCache } = runnable;
        return {
            workerUrl,
            memoryMbytes,
            network,
            entry: program.entry,
            modifiedAtMillis: modifiedAt(program.entry),
            tasks: { preload, compileCache, hooks: program.needsSdkHooks },
            isCovered: coverageDir !== undefined,
            spares: Math.min(prewarm, THREADS_AT_ONCE),
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
        prewarm(warming) {
            if (needsFreshThread(warming.runnable, warming.setupFiles)) isolated.prewarm(warming);
            else if (prewarm > 0) poolOf(kindOf(warming));
        },
    };
}

/** Of a file that is gone by now the run itself will tell. */
function modifiedAt(file: string): number {
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Hands an assignment to a warm thread as soon as one is free, or to a new one. */
function takeWarmThread(kind: WarmKind, assignment: ThreadAssignment): AcquiredThread {
    const pool = poolOf(kind);
    const { gate } = pool.owner;
    return acquireThread(pool, async (signal) => {
        let leave: () => void = () => {};
        const work = new Promise((resolve, reject) => {
            leave = gate.enter(() => {
                const options = { name: TASK_NAME, transferList: [assignment.port], signal };
                pool.owner.run(assignment, options).then(resolve, reject);
            });
        });
        signal.addEventListener('abort', leave);
        await work.finally(leave);
    });
}

/** Starts runs no faster than they are good for the machine. */
class WarmThreads extends Piscina {
    readonly gate = new Semaphore(THREADS_AT_ONCE, PATIENCE_MILLIS);
}

function poolOf(kind: WarmKind): Pool<WarmThreads> {
    // Between runs a thread has to hear of what it has left behind, and in a run of what its host says: it must not block.
    const settings = { name: TASK_NAME, atomics: 'disabled', recordTiming: false } as const;
    const create = (): WarmThreads => new WarmThreads({ ...poolOptions(kind), ...settings });
    return findPool(`warm ${JSON.stringify(kind)}`, create, (piscina) => void piscina.destroy());
}

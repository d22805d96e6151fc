import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { createFreshThreads } from './fresh-threads.js';
import { executeInThread } from './thread-execution.js';
import { getOrCreatePool, createPoolOptions, acquireThread } from './thread-pool.js';
import { Semaphore } from '../semaphore.js';
import type { AcquiredThread, Pool, PoolKey } from './thread-pool.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun, PrewarmRequest } from '../executor.js';
import type { RunNetwork } from '../../protocol/network.js';
import type { ThreadAssignment } from '../../protocol/messages.js';

/*
 * Threads that serve one run of the same Actor after another. Piscina starts them, assigns the runs and ends idle threads. A
 * thread that ended during a run, or was terminated with it, is replaced by the next run that needs one.
 */

/** The properties that make two reused threads interchangeable. */
interface ReusedPoolKey extends PoolKey {
    /** Name of the user whose runs they execute. */
    username: string;
    network: RunNetwork;
    /** The entry module that the threads have loaded. */
    entry: string;
    /** Modification time of the entry when it was loaded. */
    modifiedAtMillis: number;
    /** True if coverage is recorded. Code loaded before recording starts is not covered completely. */
    recordsCoverage: boolean;
}

/** The export of the worker file that executes runs in a reused thread. */
const TASK_NAME = 'runInReusedThread';
/** Number of threads that can work efficiently at once. Another one starts only for a run that waited for the maximum time. */
const MAX_BUSY_THREADS = Math.ceil(availableParallelism() * 1.5);
const MAX_WAIT_MILLIS = 20;

/**
 * Creates an executor that runs each Actor in a thread used by earlier runs of the same Actor and user, with its modules loaded.
 *
 * Actors with their own SDK get a fresh thread for each run, because the platform's SDK stores its run in globals and ends the
 * thread with it. Runs with setup files get a fresh thread too.
 */
export function createReusedThreads(options: ProgramExecutorOptions): ProgramExecutor {
    const { workerUrl, prewarm, coverageDir } = options;
    const freshThreads = createFreshThreads(options);
    const createKey = ({ username, runnable, memoryMbytes, network }: PrewarmRequest<ProgramToRun>): ReusedPoolKey => {
        const { program, preload, compileCache } = runnable;
        return {
            workerUrl,
            memoryMbytes,
            username,
            network,
            entry: program.entry,
            modifiedAtMillis: readModificationTime(program.entry),
            tasks: { preload, compileCache, hooks: program.needsSdkHooks },
            recordsCoverage: coverageDir !== undefined,
            spares: Math.min(prewarm, MAX_BUSY_THREADS),
        };
    };
    /** True for runs whose SDK, setup files or preloaded modules must be imported again for each run. */
    const needsFreshThread = ({ runnable: { program }, setupFiles, launch }: PrewarmRequest<ProgramToRun>): boolean =>
        program.ownSdk !== undefined ||
        setupFiles.length > 0 ||
        launch.preloads.length > 0 ||
        launch.warnings.length > 0;
    return {
        execute(request) {
            // An inspector belongs to its thread and ends with it.
            const isDebugged = request.debug !== undefined;
            if (isDebugged || needsFreshThread(request)) return freshThreads.execute(request);
            const key = createKey(request);
            return executeInThread((assignment) => acquireReusedThread(key, assignment), request, options);
        },
        prewarm(request) {
            if (needsFreshThread(request)) freshThreads.prewarm(request);
            else if (prewarm > 0) getPool(createKey(request));
        },
    };
}

/** Returns the modification time of a file; 0 if it does not exist, which the run itself will report. */
function readModificationTime(file: string): number {
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Hands an assignment to a reused thread as soon as one is free, or to a new one. */
function acquireReusedThread(key: ReusedPoolKey, assignment: ThreadAssignment): AcquiredThread {
    const pool = getPool(key);
    const { semaphore } = pool.owner;
    return acquireThread(pool, async (signal) => {
        let release: () => void = () => {};
        const work = new Promise((resolve, reject) => {
            release = semaphore.acquire(() => {
                const options = { name: TASK_NAME, transferList: [assignment.port], signal };
                pool.owner.run(assignment, options).then(resolve, reject);
            });
        });
        signal.addEventListener('abort', release);
        await work.finally(release);
    });
}

/** A pool with a limit on the runs that execute at the same time. */
class ReusedThreadPool extends Piscina {
    readonly semaphore = new Semaphore(MAX_BUSY_THREADS, MAX_WAIT_MILLIS);
}

function getPool(key: ReusedPoolKey): Pool<ReusedThreadPool> {
    // No atomics: a thread must not block, so that it receives messages of the host, and events of leftovers between runs.
    const settings = { name: TASK_NAME, atomics: 'disabled', recordTiming: false } as const;
    const create = (): ReusedThreadPool => new ReusedThreadPool({ ...createPoolOptions(key), ...settings });
    return getOrCreatePool(`reused ${JSON.stringify(key)}`, create, (piscina) => void piscina.destroy());
}

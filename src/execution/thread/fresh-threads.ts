import { clearTimeout, setTimeout } from 'node:timers';
import { Tinypool } from 'tinypool';
import { getOrCreatePool, createPoolOptions, acquireThread } from './thread-pool.js';
import { executeInThread } from './thread-execution.js';
import type { AcquiredThread, Pool, PoolKey } from './thread-pool.js';
import type { ThreadAssignment } from '../../protocol/messages.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun } from '../executor.js';

/*
 * Spare threads: each serves one run and ends with it. Tinypool does not notice that a thread called `process.exit`, so nothing
 * waits for its promises: the port of the run reports the end, and aborting the task frees its slot in the pool.
 */

/** Delay before a replacement starts: it would compete with a short run for the CPU. */
const REPLACE_AFTER_MILLIS = 20;

/** Creates an executor that runs each Actor in a fresh thread, a spare if one is ready. */
export function createFreshThreads(options: ProgramExecutorOptions): ProgramExecutor {
    const { workerUrl, prewarm } = options;
    const createKey = ({ program, preload, compileCache }: ProgramToRun, memoryMbytes: number): PoolKey => ({
        workerUrl,
        memoryMbytes,
        tasks: { preload, compileCache, ownSdk: program.ownSdk, hooks: program.needsSdkHooks },
        spares: prewarm,
    });
    return {
        execute(request) {
            const key = createKey(request.runnable, request.memoryMbytes);
            return executeInThread((assignment) => acquireFreshThread(key, assignment), request, options);
        },
        prewarm({ runnable, memoryMbytes }) {
            if (prewarm > 0) getPool(createKey(runnable, memoryMbytes));
        },
    };
}

/** Hands an assignment to a spare, or to a new thread if no spare is ready. */
function acquireFreshThread(key: PoolKey, assignment: ThreadAssignment): AcquiredThread {
    const pool = getPool(key);
    const transferList = [assignment.port];
    const thread = acquireThread(pool, (signal) => pool.owner.run(assignment, { transferList, signal }));
    const replacement = setTimeout(() => addSpare(key, pool), REPLACE_AFTER_MILLIS).unref();
    return {
        ...thread,
        free: undefined,
        release() {
            clearTimeout(replacement);
            return thread.release();
        },
    };
}

function getPool(key: PoolKey): Pool<Tinypool> {
    const create = (): Tinypool => new Tinypool({ ...createPoolOptions(key), isolateWorkers: true, useAtomics: false });
    return getOrCreatePool(`fresh ${JSON.stringify(key)}`, create, (tinypool) => {
        // Tinypool's `destroy` never settles if a thread has ended.
        for (const thread of tinypool.threads) void thread.terminate();
    });
}

/** Starts a spare if all threads are busy: a task that is aborted before its thread has started leaves an idle thread. */
function addSpare({ spares }: PoolKey, { owner, busyThreads }: Pool<Tinypool>): void {
    if (spares === 0 || owner.threads.length > busyThreads) return;
    const abort = new AbortController();
    owner.run({}, { signal: abort.signal }).catch(() => {});
    abort.abort();
}

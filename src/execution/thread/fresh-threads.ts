import { clearTimeout, setTimeout } from 'node:timers';
import { Tinypool } from 'tinypool';
import { findPool, poolOptions, acquireThread, type Pool, type ThreadKind } from './thread-pool.js';
import { executeInThread } from './thread-execution.js';
import { type AcquiredThread } from './thread-pool.js';
import type { ThreadAssignment } from '../../protocol/messages.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun } from '../executor.js';

/*
 * Spare threads: each serves one run, and ends with it. Tinypool does not learn that a thread called `process.exit`, so nothing waits
 * for its promises: the port of the run tells the end, and then the task is aborted, which frees its place in the pool.
 */

/** A replacement is started only for runs that last: short ones would compete with it for the processor. */
const REPLACE_AFTER_MILLIS = 20;

/** Runs each Actor in a fresh thread of its own, handed over from a spare that is already up. */
export function createFreshThreads(options: ProgramExecutorOptions): ProgramExecutor {
    const { workerUrl, prewarm } = options;
    const kindOf = ({ program, preload, compileCache }: ProgramToRun, memoryMbytes: number): ThreadKind => ({
        workerUrl,
        memoryMbytes,
        tasks: { preload, compileCache, ownSdk: program.ownSdk, hooks: program.needsSdkHooks },
        spares: prewarm,
    });
    return {
        execute(request) {
            const kind = kindOf(request.runnable, request.memoryMbytes);
            return executeInThread((assignment) => takeSpare(kind, assignment), request, options);
        },
        prewarm({ runnable, memoryMbytes }) {
            if (prewarm > 0) poolOf(kindOf(runnable, memoryMbytes));
        },
    };
}

/** Hands an assignment to a spare, or to a new thread if no spare is ready. */
function takeSpare(kind: ThreadKind, assignment: ThreadAssignment): AcquiredThread {
    const pool = poolOf(kind);
    const transferList = [assignment.port];
    const thread = acquireThread(pool, (signal) => pool.owner.run(assignment, { transferList, signal }));
    const replacement = setTimeout(() => addSpare(kind, pool), REPLACE_AFTER_MILLIS).unref();
    return {
        ...thread,
        free: undefined,
        release() {
            clearTimeout(replacement);
            return thread.release();
        },
    };
}

function poolOf(kind: ThreadKind): Pool<Tinypool> {
    const create = (): Tinypool => new Tinypool({ ...poolOptions(kind), isolateWorkers: true, useAtomics: false });
    return findPool(`isolated ${JSON.stringify(kind)}`, create, (tinypool) => {
        // Its own `destroy` never settles if a thread has ended.
        for (const thread of tinypool.threads) void thread.terminate();
    });
}

/** Starts one more spare if all threads are taken: a task that is withdrawn before its thread is up leaves the thread. */
function addSpare({ spares }: ThreadKind, { owner, taken }: Pool<Tinypool>): void {
    if (spares === 0 || owner.threads.length > taken) return;
    const withdraw = new AbortController();
    owner.run({}, { signal: withdraw.signal }).catch(() => {});
    withdraw.abort();
}

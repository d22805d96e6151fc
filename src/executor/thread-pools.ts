import { clearTimeout, setTimeout } from 'node:timers';
import { Tinypool } from 'tinypool';
import { keepLoopsInterruptible, resourceLimitsOf, SPARE_ENV } from './thread-settings.js';
import { IDLE_MILLIS, PoolShelf, type Shelved } from './pool-shelf.js';
import { threadTerminatedBy, type TerminatedThread } from './pool-thread.js';
import { executeInThread, type TakenThread } from './thread-execution.js';
import type { SpareTasks, ThreadAssignment } from '../protocol/messages.js';
import type { ProgramExecutor, ProgramExecutorOptions, ProgramToRun } from './executor.js';

/*
 * Spare threads. A spare knows nothing of an engine or a run until it is handed an assignment, serves that one run, and
 * dies with it.
 *
 * Tinypool starts, counts and ends the threads. It does not learn that a thread called `process.exit`, so nobody waits
 * for its promises: the port of the run tells the end, and then the task is aborted, which frees its place in the pool.
 */

/** What makes two spares interchangeable. */
export interface SpareKind {
    workerUrl: string;
    memoryMbytes: number;
    tasks: SpareTasks;
    spares: number;
}

const MAX_THREADS_PER_KIND = 1024;
/** A replacement is started only for runs that last: short ones would compete with it for the processor. */
const REPLACE_AFTER_MILLIS = 20;

interface Pool {
    tinypool: Tinypool;
    /** Fails the threads that have not taken their assignments yet. */
    starting: Set<(error: unknown) => void>;
}

/** A pool's own `destroy` never settles if a thread has ended. */
const shelf = new PoolShelf<Pool>(({ tinypool }) => {
    for (const thread of tinypool.threads) void thread.terminate();
});

/** Starts spares of a kind, unless there are some already. */
export function warmThreads(kind: SpareKind): void {
    if (kind.spares > 0) poolOf(kind);
}

/** Hands an assignment to a spare, or to a new thread if no spare is ready. */
export function takeThread(kind: SpareKind, assignment: ThreadAssignment): TakenThread {
    const shelved = poolOf(kind);
    const { pool } = shelved;
    const abort = new AbortController();
    shelf.take(shelved);
    const task = pool.tinypool.run(assignment, { transferList: [assignment.port], signal: abort.signal });
    let fail: (error: unknown) => void = () => {};
    const failed = new Promise<unknown>((resolve) => {
        fail = resolve;
        task.catch((error: unknown) => {
            if (!abort.signal.aborted) resolve(error);
        });
    });
    pool.starting.add(fail);
    const replacement = setTimeout(() => addSpare(kind, shelved), REPLACE_AFTER_MILLIS).unref();
    const release = (): TerminatedThread | undefined => {
        if (abort.signal.aborted) return undefined;
        clearTimeout(replacement);
        pool.starting.delete(fail);
        const terminated = threadTerminatedBy(() => abort.abort(), pool.tinypool);
        shelf.giveBack(shelved);
        return terminated;
    };
    return { release, failed, hasStarted: () => pool.starting.delete(fail) };
}

function poolOf(kind: SpareKind): Shelved<Pool> {
    return shelf.find(JSON.stringify(kind), () => {
        const pool = { tinypool: createPool(kind), starting: new Set<(error: unknown) => void>() };
        watch(pool);
        return pool;
    });
}

function createPool(kind: SpareKind): Tinypool {
    keepLoopsInterruptible();
    return new Tinypool({
        filename: kind.workerUrl,
        minThreads: kind.spares,
        maxThreads: MAX_THREADS_PER_KIND,
        idleTimeout: IDLE_MILLIS,
        isolateWorkers: true,
        useAtomics: false,
        env: SPARE_ENV,
        // The host's own flags are none of the Actor's business; some, such as `--input-type`, even break a thread.
        execArgv: [],
        workerData: kind.tasks,
        resourceLimits: resourceLimitsOf(kind.memoryMbytes),
    });
}

/**
 * A thread that dies before it has an assignment leaves the assignment it was started for in the pool's queue for ever, so
 * whoever waits for a thread is told. Where nobody waits it is of no consequence: the next run starts one of its own.
 */
function watch({ tinypool, starting }: Pool): void {
    tinypool.on('error', (error: unknown) => {
        for (const fail of starting) fail(error);
    });
}

/** Starts one more spare if all threads are taken: a task that is withdrawn before its thread is up leaves the thread. */
function addSpare({ spares }: SpareKind, { pool, taken }: Shelved<Pool>): void {
    if (spares === 0 || pool.tinypool.threads.length > taken) return;
    const withdraw = new AbortController();
    pool.tinypool.run({}, { signal: withdraw.signal }).catch(() => {});
    withdraw.abort();
}

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

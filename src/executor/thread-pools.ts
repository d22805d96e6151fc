import { clearTimeout, setTimeout } from 'node:timers';
import { Tinypool } from 'tinypool';
import type { SpareTasks, ThreadAssignment } from '../protocol/messages.js';
import { threadTerminatedBy, type TerminatedThread } from './pool-thread.js';
import { resourceLimitsOf, SPARE_ENV } from './thread-settings.js';
import type { TakenThread } from './thread-execution.js';

/*
 * Spare threads belong to the process, not to one engine, so that an engine per test starts warm too. A spare knows
 * nothing of an engine or a run until it is handed an assignment, serves that one run, and dies with it.
 *
 * Tinypool starts, counts and ends the threads. It does not learn that a thread called `process.exit`, so nobody waits
 * for its promises: the port of the run tells the end, and then the task is aborted, which frees its place in the pool.
 */

/** What makes two spares interchangeable. */
export interface SpareKind {
    /** Location of the built worker file. */
    workerUrl: string;
    memoryMbytes: number;
    tasks: SpareTasks;
    /** How many to keep ready. */
    spares: number;
}

const MAX_THREADS_PER_KIND = 1024;
const MAX_KINDS = 6;
const IDLE_MILLIS = 30_000;
/** A replacement is started only for runs that last: short ones would compete with it for the processor. */
const REPLACE_AFTER_MILLIS = 20;
interface Pool {
    tinypool: Tinypool;
    taken: number;
    /** Fails the threads that have not taken their assignments yet. */
    starting: Set<(error: unknown) => void>;
    idle?: NodeJS.Timeout;
}

const pools = new Map<string, Pool>();

/** Starts spares of a kind, unless there are some already. */
export function warmThreads(kind: SpareKind): void {
    if (kind.spares > 0) poolOf(kind);
}

/** Hands an assignment to a spare, or to a new thread if no spare is ready. */
export function takeThread(kind: SpareKind, assignment: ThreadAssignment): TakenThread {
    const pool = poolOf(kind);
    const abort = new AbortController();
    pool.taken += 1;
    clearTimeout(pool.idle);
    const task = pool.tinypool.run(assignment, { transferList: [assignment.port], signal: abort.signal });
    let fail: (error: unknown) => void = () => {};
    const failed = new Promise<unknown>((resolve) => {
        fail = resolve;
        task.catch((error: unknown) => {
            if (!abort.signal.aborted) resolve(error);
        });
    });
    pool.starting.add(fail);
    const replacement = setTimeout(() => addSpare(kind, pool), REPLACE_AFTER_MILLIS).unref();
    const release = (): TerminatedThread | undefined => {
        if (abort.signal.aborted) return undefined;
        clearTimeout(replacement);
        pool.taken -= 1;
        pool.starting.delete(fail);
        const terminated = threadTerminatedBy(() => abort.abort(), pool.tinypool);
        rest(kind, pool);
        return terminated;
    };
    return { release, failed, hasStarted: () => pool.starting.delete(fail) };
}

function poolOf(kind: SpareKind): Pool {
    const key = keyOf(kind);
    let pool = pools.get(key);
    if (pool === undefined) {
        makeRoom();
        pool = { tinypool: createPool(kind), taken: 0, starting: new Set() };
        watch(pool);
        rest(kind, pool);
    }
    // The map is kept in order of use, the longest unused first.
    pools.delete(key);
    pools.set(key, pool);
    return pool;
}

function createPool(kind: SpareKind): Tinypool {
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
function addSpare(kind: SpareKind, pool: Pool): void {
    if (kind.spares === 0 || pool.tinypool.threads.length > pool.taken) return;
    const withdraw = new AbortController();
    pool.tinypool.run({}, { signal: withdraw.signal }).catch(() => {});
    withdraw.abort();
}

function rest(kind: SpareKind, pool: Pool): void {
    if (pool.taken > 0) return;
    clearTimeout(pool.idle);
    pool.idle = setTimeout(() => destroy(keyOf(kind), pool), IDLE_MILLIS).unref();
}

function makeRoom(): void {
    if (pools.size < MAX_KINDS) return;
    const longestUnused = [...pools].find(([, pool]) => pool.taken === 0);
    if (longestUnused) destroy(...longestUnused);
}

/** Ends the spares of a pool that nobody uses, and forgets it. Its own `destroy` never settles if a thread has ended. */
function destroy(key: string, { tinypool, idle }: Pool): void {
    clearTimeout(idle);
    pools.delete(key);
    for (const thread of tinypool.threads) void thread.terminate();
}

function keyOf(kind: SpareKind): string {
    return JSON.stringify([kind.workerUrl, kind.memoryMbytes, kind.spares, kind.tasks]);
}

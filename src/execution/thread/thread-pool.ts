import { clearTimeout, setTimeout } from 'node:timers';
import { disableLoopUnrolling, resourceLimitsOf, SPARE_ENV } from './thread-settings.js';
import type { PrewarmTasks } from '../../protocol/messages.js';

/** A thread at work. */
export interface AcquiredThread {
    /** Terminates the thread, or lets go of it if it has ended its work by itself; hands it out if it is terminated. */
    release(): TerminatedThread | undefined;
    /** To be called when the thread has taken its assignment. */
    hasStarted(): void;
    /** Settles with the error that ended the thread or kept it from starting; else may never settle. */
    readonly failed: Promise<unknown>;
    /** Settles when the thread can be used again, for those that can. */
    readonly free?: Promise<void> | undefined;
}

/*
 * Pools of threads, one for each kind. They belong to the process, not to one engine, so that an engine per test starts warm too.
 * A pool that has not been used for a while is destroyed, and before that the longest unused one if there are too many.
 */

const MAX_POOLS = 8;
const MAX_THREADS_PER_KIND = 1024;
/** How long threads and pools are kept that nothing uses. */
const IDLE_MILLIS = 30_000;

/** The properties that make two threads interchangeable. */
export interface ThreadKind {
    workerUrl: string;
    memoryMbytes: number;
    tasks: PrewarmTasks;
    spares: number;
}

/** A thread as Tinypool and Piscina name it. */
export interface PoolThread {
    once(event: 'exit', listener: () => void): unknown;
    ref?: () => void;
    unref?: () => void;
    terminate(): Promise<unknown>;
}

/** A pool of Tinypool or Piscina. */
interface Threads {
    readonly threads: readonly PoolThread[];
    on(event: 'error', listener: (error: unknown) => void): unknown;
}

export interface Pool<Owner extends Threads = Threads> {
    readonly key: string;
    readonly owner: Owner;
    /** Fails the runs whose threads have not begun with them. */
    readonly starting: Set<(error: unknown) => void>;
    readonly destroy: () => void;
    /** Threads at work. */
    taken: number;
    idle?: NodeJS.Timeout;
}

/** In order of use, the longest unused first. */
const pools = new Map<string, Pool>();

/** The options that both libraries take. */
export function poolOptions({ workerUrl, memoryMbytes, tasks, spares }: ThreadKind) {
    disableLoopUnrolling();
    return {
        filename: workerUrl,
        minThreads: spares,
        maxThreads: MAX_THREADS_PER_KIND,
        idleTimeout: IDLE_MILLIS,
        env: SPARE_ENV,
        // The host's own flags are none of the Actor's business; some, such as `--input-type`, even break a thread.
        execArgv: [],
        workerData: tasks,
        resourceLimits: resourceLimitsOf(memoryMbytes),
    };
}

/** The pool of a kind, made if there is none. */
export function findPool<Owner extends Threads>(
    key: string,
    create: () => Owner,
    destroy: (owner: Owner) => void,
): Pool<Owner> {
    const pool = (pools.get(key) as Pool<Owner> | undefined) ?? openPool(key, create(), destroy);
    pools.delete(key);
    pools.set(key, pool);
    return pool;
}

function openPool<Owner extends Threads>(key: string, owner: Owner, destroy: (owner: Owner) => void): Pool<Owner> {
    if (pools.size >= MAX_POOLS) closePool([...pools.values()].find(({ taken }) => taken === 0));
    const pool: Pool<Owner> = { key, owner, starting: new Set(), taken: 0, destroy: () => destroy(owner) };
    // A thread that cannot even start leaves the run it was started for in the queue for ever.
    owner.on('error', (error) => {
        for (const fail of pool.starting) fail(error);
    });
    restUnlessTaken(pool);
    return pool;
}

function restUnlessTaken(pool: Pool): void {
    if (pool.taken > 0) return;
    clearTimeout(pool.idle);
    pool.idle = setTimeout(() => closePool(pool), IDLE_MILLIS).unref();
}

function closePool(pool: Pool | undefined): void {
    if (pool === undefined) return;
    clearTimeout(pool.idle);
    pools.delete(pool.key);
    pool.destroy();
}

/**
 * Takes a thread of a pool, which is kept until the thread is released.
 *
 * @param run - Hands the thread its assignment; settles when the thread is free, and is withdrawn by the signal.
 */
export function acquireThread(pool: Pool, run: (signal: AbortSignal) => Promise<unknown>): AcquiredThread {
    const abort = new AbortController();
    let isOver = false;
    let fail: (error: unknown) => void = () => {};
    const failed = new Promise<unknown>((resolve) => {
        fail = resolve;
    });
    let resolveFree: () => void = () => {};
    const free = new Promise<void>((resolve) => {
        resolveFree = resolve;
    });
    const settle = (): void => {
        if (isOver) return;
        isOver = true;
        pool.starting.delete(fail);
        pool.taken -= 1;
        restUnlessTaken(pool);
        resolveFree();
    };
    pool.taken += 1;
    clearTimeout(pool.idle);
    pool.starting.add(fail);
    void run(abort.signal)
        .catch((error: unknown) => {
            if (!abort.signal.aborted) fail(error);
        })
        .then(settle);
    return {
        failed,
        free,
        hasStarted: () => pool.starting.delete(fail),
        release() {
            if (isOver) return undefined;
            const terminated = findTerminatedThread(() => abort.abort(), pool.owner);
            settle();
            return terminated;
        },
    };
}

/** A thread that a pool has been made to terminate. */
export interface TerminatedThread {
    readonly thread: PoolThread;
    /** Lets the pool go on as if it had ended, and the process end before it. */
    giveUp(): void;
}

/**
 * The thread that a pool terminates while something is done to it; pools name their threads, but not who has which.
 *
 * A pool keeps the process alive for a thread until it has ended, which one that is stuck never does.
 */
export function findTerminatedThread(
    change: () => void,
    { threads }: Pick<Threads, 'threads'>,
): TerminatedThread | undefined {
    let settle: () => void = () => {};
    const givenUp = new Promise<void>((resolve) => {
        settle = resolve;
    });
    let found: PoolThread | undefined;
    for (const thread of threads) {
        thread.terminate = () => {
            found = thread;
            return Promise.race([Object.getPrototypeOf(thread).terminate.call(thread), givenUp]);
        };
    }
    change();
    for (const thread of threads) Reflect.deleteProperty(thread, 'terminate');
    if (found === undefined) return undefined;
    const thread = found;
    return {
        thread,
        giveUp() {
            // A pool that closes its ports does both once more.
            thread.ref = () => {};
            thread.terminate = () => Promise.resolve();
            settle();
            thread.unref?.();
        },
    };
}

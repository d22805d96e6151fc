import { clearTimeout, setTimeout } from 'node:timers';
import { disableLoopUnrolling, createResourceLimits, SPARE_ENV } from './thread-settings.js';
import type { PrewarmTasks } from '../../protocol/messages.js';

/** A thread that executes a run. */
export interface AcquiredThread {
    /** Releases the thread. Terminates and returns it if it has not finished its work. */
    release(): TerminatedThread | undefined;
    /** Must be called when the thread has received its assignment. */
    hasStarted(): void;
    /** Resolves with the error that ended the thread or prevented its start; otherwise may never settle. */
    readonly failed: Promise<unknown>;
    /** Resolves when the thread can be reused. */
    readonly free?: Promise<void> | undefined;
}

/*
 * Pools of threads by key. They belong to the process, not to one engine, so that an engine per test finds warm threads too.
 * Idle pools are destroyed after some time; if there are too many pools, the least recently used one is destroyed first.
 */

const MAX_POOLS = 8;
const MAX_THREADS_PER_POOL = 1024;
/** Milliseconds that unused threads and pools are kept. */
const IDLE_MILLIS = 30_000;

/** The properties that make two threads interchangeable. */
export interface PoolKey {
    workerUrl: string;
    memoryMbytes: number;
    tasks: PrewarmTasks;
    spares: number;
}

/** The thread interface common to Tinypool and Piscina. */
export interface PoolThread {
    once(event: 'exit', listener: () => void): unknown;
    ref?: () => void;
    unref?: () => void;
    terminate(): Promise<unknown>;
}

/** The pool interface common to Tinypool and Piscina. */
interface Threads {
    readonly threads: readonly PoolThread[];
    on(event: 'error', listener: (error: unknown) => void): unknown;
}

/** A pool of a library, with the state needed to cache it. */
export interface Pool<Owner extends Threads = Threads> {
    readonly key: string;
    readonly owner: Owner;
    /** Functions that fail the runs whose threads have not started them. */
    readonly starting: Set<(error: unknown) => void>;
    readonly destroy: () => void;
    /** Number of threads that execute a run. */
    busyThreads: number;
    idleTimer?: NodeJS.Timeout;
}

/** Pools by key, least recently used first. */
const pools = new Map<string, Pool>();

/** Creates the options common to both libraries. */
export function createPoolOptions({ workerUrl, memoryMbytes, tasks, spares }: PoolKey) {
    disableLoopUnrolling();
    return {
        filename: workerUrl,
        minThreads: spares,
        maxThreads: MAX_THREADS_PER_POOL,
        idleTimeout: IDLE_MILLIS,
        env: SPARE_ENV,
        // Do not inherit the host's flags; some, such as `--input-type`, even break a thread.
        execArgv: [],
        workerData: tasks,
        resourceLimits: createResourceLimits(memoryMbytes),
    };
}

/** Returns the pool with a key, or creates it. */
export function getOrCreatePool<Owner extends Threads>(
    key: string,
    create: () => Owner,
    destroy: (owner: Owner) => void,
): Pool<Owner> {
    const pool = (pools.get(key) as Pool<Owner> | undefined) ?? createPool(key, create(), destroy);
    pools.delete(key);
    pools.set(key, pool);
    return pool;
}

function createPool<Owner extends Threads>(key: string, owner: Owner, destroy: (owner: Owner) => void): Pool<Owner> {
    if (pools.size >= MAX_POOLS) closePool([...pools.values()].find(({ busyThreads }) => busyThreads === 0));
    const pool: Pool<Owner> = { key, owner, starting: new Set(), busyThreads: 0, destroy: () => destroy(owner) };
    // If a thread fails to start, the library leaves its run in the queue forever.
    owner.on('error', (error) => {
        for (const fail of pool.starting) fail(error);
    });
    startIdleTimer(pool);
    return pool;
}

function startIdleTimer(pool: Pool): void {
    if (pool.busyThreads > 0) return;
    clearTimeout(pool.idleTimer);
    pool.idleTimer = setTimeout(() => closePool(pool), IDLE_MILLIS).unref();
}

function closePool(pool: Pool | undefined): void {
    if (pool === undefined) return;
    clearTimeout(pool.idleTimer);
    pools.delete(pool.key);
    pool.destroy();
}

/**
 * Acquires a thread of a pool. The pool is kept until the thread is released.
 *
 * @param run - Runs the assignment in a thread. Settles when the thread is free. The signal terminates the thread.
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
        pool.busyThreads -= 1;
        startIdleTimer(pool);
        resolveFree();
    };
    pool.busyThreads += 1;
    clearTimeout(pool.idleTimer);
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

/** A thread that its pool is terminating. */
export interface TerminatedThread {
    readonly thread: PoolThread;
    /** Makes the pool treat the thread as ended, and lets the process exit before it. */
    abandon(): void;
}

/**
 * Finds the thread that a pool terminates during `change`: pools list their threads, but not which task runs in which.
 *
 * A pool keeps the process alive until the thread has ended, which a stuck one never does. `abandon` releases it.
 */
export function findTerminatedThread(
    change: () => void,
    { threads }: Pick<Threads, 'threads'>,
): TerminatedThread | undefined {
    let settle: () => void = () => {};
    const abandoned = new Promise<void>((resolve) => {
        settle = resolve;
    });
    let found: PoolThread | undefined;
    for (const thread of threads) {
        thread.terminate = () => {
            found = thread;
            return Promise.race([Object.getPrototypeOf(thread).terminate.call(thread), abandoned]);
        };
    }
    change();
    for (const thread of threads) Reflect.deleteProperty(thread, 'terminate');
    if (found === undefined) return undefined;
    const thread = found;
    return {
        thread,
        abandon() {
            // The pool calls both again when it closes its ports.
            thread.ref = () => {};
            thread.terminate = () => Promise.resolve();
            settle();
            thread.unref?.();
        },
    };
}

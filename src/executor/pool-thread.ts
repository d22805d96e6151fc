/** A thread as pools name it. */
export interface PoolThread {
    once(event: 'exit', listener: () => void): unknown;
    ref?: () => void;
    unref?: () => void;
    terminate(): Promise<unknown>;
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
export function threadTerminatedBy(
    change: () => void,
    pool: { readonly threads: readonly PoolThread[] },
): TerminatedThread | undefined {
    let settle: () => void = () => {};
    const givenUp = new Promise<void>((resolve) => {
        settle = resolve;
    });
    let found: PoolThread | undefined;
    const { threads } = pool;
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

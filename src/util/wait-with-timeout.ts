import type { Clock } from './clock.js';

/** Limits of a wait. */
export interface WaitOptions {
    clock: Clock;
    /** Maximum wait in milliseconds of the engine's time. Default: unlimited. */
    waitMillis?: number;
    /** Cancels the wait, which rejects with the reason. */
    signal?: AbortSignal;
}

/**
 * The pending waits for each promise. A reaction registered by `then` cannot be removed, so waits for a run of several weeks would
 * accumulate; each promise gets one reaction, and its waits are listed here.
 */
const waitsByPromise = new WeakMap<Promise<unknown>, Set<() => void>>();

/** Waits for a promise. Returns its value, or undefined if it does not settle in time. */
export async function waitWithTimeout<Value>(
    promise: Promise<Value>,
    { clock, waitMillis, signal }: WaitOptions,
): Promise<Value | undefined> {
    if (waitMillis === undefined && signal === undefined) return promise;
    signal?.throwIfAborted();
    const waits = getWaits(promise);
    let cleanUp = (): void => {};
    const outcome = new Promise<Promise<Value> | undefined>((resolve, reject) => {
        const cancelTimer = waitMillis === undefined ? undefined : clock.after(waitMillis, () => resolve(undefined));
        const onAbort = (): void => reject(signal?.reason as Error);
        const onSettled = (): void => resolve(promise);
        signal?.addEventListener('abort', onAbort, { once: true });
        waits.add(onSettled);
        cleanUp = () => {
            cancelTimer?.();
            signal?.removeEventListener('abort', onAbort);
            waits.delete(onSettled);
        };
    });
    try {
        return await outcome;
    } finally {
        cleanUp();
    }
}

function getWaits(promise: Promise<unknown>): Set<() => void> {
    const existing = waitsByPromise.get(promise);
    if (existing) return existing;
    const waits = new Set<() => void>();
    const notify = (): void => {
        for (const onSettled of waits) onSettled();
    };
    promise.then(notify, notify);
    waitsByPromise.set(promise, waits);
    return waits;
}

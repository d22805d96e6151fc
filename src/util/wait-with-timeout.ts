import type { Clock } from './clock.js';

/** How long the end of a run or a build is waited for. */
export interface WaitOptions {
    clock: Clock;
    /** Milliseconds of the engine's time. Default: as long as it takes. */
    waitMillis?: number;
    /** Ends the waiting, which then rejects with the reason. */
    signal?: AbortSignal;
}

/** Who waits for a promise. A promise itself never lets go of whoever has asked for it, and a run may go on for weeks. */
const waiting = new WeakMap<Promise<unknown>, Set<() => void>>();

/** The job at its end, or undefined if that does not come in time. */
export async function waitWithTimeout<Job>(
    finished: Promise<Job>,
    { clock, waitMillis, signal }: WaitOptions,
): Promise<Job | undefined> {
    if (waitMillis === undefined && signal === undefined) return finished;
    signal?.throwIfAborted();
    const waiters = waitersFor(finished);
    let stop = (): void => {};
    const given = new Promise<Promise<Job> | undefined>((resolve, reject) => {
        const cancel = waitMillis === undefined ? undefined : clock.after(waitMillis, () => resolve(undefined));
        const giveUp = (): void => reject(signal?.reason as Error);
        const end = (): void => resolve(finished);
        signal?.addEventListener('abort', giveUp, { once: true });
        waiters.add(end);
        stop = () => {
            cancel?.();
            signal?.removeEventListener('abort', giveUp);
            waiters.delete(end);
        };
    });
    try {
        return await given;
    } finally {
        stop();
    }
}

function waitersFor(finished: Promise<unknown>): Set<() => void> {
    const known = waiting.get(finished);
    if (known) return known;
    const waiters = new Set<() => void>();
    const tell = (): void => {
        for (const end of waiters) end();
    };
    finished.then(tell, tell);
    waiting.set(finished, waiters);
    return waiters;
}

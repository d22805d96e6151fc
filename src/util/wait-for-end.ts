import type { Clock } from './clock.js';

/** How long the end of a run or a build is waited for. */
export interface EndWaiting {
    clock: Clock;
    /** Milliseconds of the engine's time. Default: as long as it takes. */
    waitMillis?: number;
    /** Ends the waiting, which then rejects with the reason. */
    signal?: AbortSignal;
}

/** The job at its end, or undefined if that does not come in time. */
export async function waitForEnd<Job>(
    finished: Promise<Job>,
    { clock, waitMillis, signal }: EndWaiting,
): Promise<Job | undefined> {
    if (waitMillis === undefined && signal === undefined) return finished;
    let stop = (): void => {};
    const given = new Promise<undefined>((resolve, reject) => {
        const cancel = waitMillis === undefined ? undefined : clock.after(waitMillis, () => resolve(undefined));
        const giveUp = (): void => reject(signal?.reason as Error);
        signal?.addEventListener('abort', giveUp, { once: true });
        stop = () => {
            cancel?.();
            signal?.removeEventListener('abort', giveUp);
        };
    });
    try {
        return await Promise.race([finished, given]);
    } finally {
        stop();
    }
}

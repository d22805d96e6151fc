import { clearTimeout, setTimeout } from 'node:timers';

/** Cancels a timer; calling it again does nothing. */
export type CancelTimer = () => void;

/**
 * All time inside the engine: timeouts, grace, lock expiry, backoff, retention. One clock belongs to one engine; tests
 * hand in a `ManualClock`.
 */
export interface Clock {
    /** Milliseconds since the epoch. */
    now(): number;
    /**
     * Calls `fire` once, `millis` from now. A timer never keeps the process alive.
     *
     * Where `fire` returns a promise, a clock that is moved by hand waits for it before it goes on, so that what is set off at a
     * time is done at that time. It must not reject, nor wait for a later time.
     */
    after(millis: number, fire: () => unknown): CancelTimer;
    /**
     * Told of work that is under way in real time, such as a run that a schedule has started or a webhook that is being
     * delivered. A clock that is moved by hand waits for it before it goes on, though not for ever; others need not listen.
     *
     * @param work - Settles with the work.
     */
    hold?(work: Promise<unknown>): void;
}

const MAX_TIMEOUT_MILLIS = 2 ** 31 - 1;
const realNow: () => number = Date.now.bind(Date);

/** The machine's own clock. It keeps real time even where a test has replaced the global timers. */
export const systemClock: Clock = {
    now: realNow,
    after(millis, fire) {
        let timer: NodeJS.Timeout;
        const arm = (left: number): void => {
            const step = Math.min(left, MAX_TIMEOUT_MILLIS);
            timer = setTimeout(() => void (left > step ? arm(left - step) : fire()), step).unref();
        };
        arm(Math.max(0, millis));
        return () => clearTimeout(timer);
    },
};

/** Settles as a promise does, or resolves to undefined if that takes longer than a number of milliseconds in real time. */
export function within<T>(millis: number, work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
        const cancel = systemClock.after(millis, () => resolve(undefined));
        work.finally(cancel).then(resolve, reject);
    });
}

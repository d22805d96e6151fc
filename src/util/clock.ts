import { clearTimeout, setTimeout } from 'node:timers';

/** Cancels a timer. Later calls do nothing. */
export type CancelTimer = () => void;

/**
 * Time of an engine: timeouts, grace periods, expiry of locks, backoff, retention. For tests, use a `ManualClock`.
 */
export interface Clock {
    /** Returns the current time, in milliseconds since the epoch. */
    now(): number;
    /**
     * Calls `fire` once, `millis` from now. A timer does not keep the process alive.
     *
     * If `fire` returns a promise, a manual clock waits for it before it advances further, so that the work happens at the
     * timer's time. The promise must neither reject nor wait for a later time.
     *
     * @returns A function that cancels the timer.
     */
    after(millis: number, fire: () => unknown): CancelTimer;
    /**
     * Announces work in real time, such as a run of a schedule or a webhook delivery. A manual clock waits for it, up to a
     * limit, before it advances further. Other clocks need not implement it.
     *
     * @param work - Settles when the work ends.
     */
    hold?(work: Promise<unknown>): void;
}

const MAX_TIMEOUT_MILLIS = 2 ** 31 - 1;
const realNow: () => number = Date.now.bind(Date);

/** The system clock. It keeps real time even if a test has replaced the global timers. */
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

/** Returns the end of something that started at a time: now, but no earlier than the start, since a clock can be set back. */
export function endTime(startedAt: Date, nowMillis: number): Date {
    return new Date(Math.max(startedAt.getTime(), nowMillis));
}

/** Settles like `work`, or resolves to undefined after `millis` of real time. */
export function within<T>(millis: number, work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
        const cancel = systemClock.after(millis, () => resolve(undefined));
        work.finally(cancel).then(resolve, reject);
    });
}

import { setTimeout as delay } from 'node:timers/promises';

export interface WaitUntilOptions {
    /** Milliseconds before the wait fails. Default: 5000. */
    timeoutMillis?: number;
    /** Milliseconds between checks. Default: 5. */
    intervalMillis?: number;
}

/**
 * Waits until the condition returns something other than false, null or undefined, and returns that. Use it for events in another
 * thread or process, which have no promise. To wait for time of the engine, use a manual clock.
 *
 * @param what - Description for the error message, such as "the run to be RUNNING".
 */
export async function waitUntil<T>(
    what: string,
    condition: () => T | Promise<T>,
    { timeoutMillis = 5000, intervalMillis = 5 }: WaitUntilOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
    const deadline = performance.now() + timeoutMillis;
    for (;;) {
        const result = await condition();
        if (result !== false && result !== null && result !== undefined) {
            return result as NonNullable<Exclude<T, false>>;
        }
        if (performance.now() > deadline) throw new Error(`Timed out after ${timeoutMillis} ms waiting for ${what}.`);
        await delay(intervalMillis);
    }
}

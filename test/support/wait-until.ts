import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait, and how often to look; both in milliseconds. */
export interface WaitUntilOptions {
    /** Default: 5000. */
    timeoutMillis?: number;
    /** Default: 5. */
    intervalMillis?: number;
}

/**
 * Waits until the condition gives something other than false, null or undefined, and returns that. For what happens in
 * another thread or process, where no promise can be awaited; time of the engine itself is moved by a manual clock.
 *
 * @param what - What is awaited, for the message of the failure: "the run to be RUNNING".
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
        if (performance.now() > deadline) throw new Error(`Waited ${timeoutMillis} ms for ${what}, in vain.`);
        await delay(intervalMillis);
    }
}

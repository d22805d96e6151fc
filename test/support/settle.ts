import { setImmediate } from 'node:timers/promises';
import type { ManualClock } from '../../src/testing/manual-clock.js';

/** Number of event-loop turns before the clock is advanced. */
const TURNS = 20;

/** Waits for a promise, and advances the clock if it does not settle without that. */
export async function settle<Result>(clock: ManualClock, promise: Promise<Result>): Promise<Result> {
    let isSettled = false;
    const observed = promise.finally(() => {
        isSettled = true;
    });
    observed.catch(() => {});
    for (let turns = 0; !isSettled; turns++) {
        await setImmediate();
        if (turns > TURNS) await clock.advance('10s');
    }
    return observed;
}

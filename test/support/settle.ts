import { setImmediate } from 'node:timers/promises';
import type { ManualClock } from '../../src/testing/manual-clock.js';

/** Turns of the event loop in which something may come to its end without the time going on. */
const TURNS = 20;

/** Waits for something that itself may wait for the time to go on. */
export async function settle<Result>(clock: ManualClock, work: Promise<Result>): Promise<Result> {
    let isSettled = false;
    const noted = work.finally(() => {
        isSettled = true;
    });
    noted.catch(() => {});
    for (let turns = 0; !isSettled; turns++) {
        await setImmediate();
        if (turns > TURNS) await clock.advance('10s');
    }
    return noted;
}

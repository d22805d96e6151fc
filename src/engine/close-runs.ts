import { systemClock } from '../util/clock.js';
import type { RunService } from '../lifecycle/run-service.js';

/** How long the end of all runs may take. */
export interface CloseLimits {
    force: boolean;
    abortGraceSecs: number;
    terminateTimeoutSecs: number;
}

/** What is left to an execution, after its thread was given up, to be written down. */
const MARGIN_MILLIS = 1_000;

/**
 * Ends all live runs. It goes by real time, whatever clock the engine has: closing must come to an end also in a test
 * whose clock stands still.
 */
export async function closeRuns(runs: RunService, limits: CloseLimits): Promise<void> {
    const ids = runs.liveIds();
    const allEnded = Promise.all(ids.map((id) => runs.waitForFinish(id)));
    const abortAll = (gracefully: boolean): Promise<unknown> =>
        Promise.all(ids.map((id) => runs.abort(id, gracefully)));
    if (!limits.force) {
        await abortAll(true);
        if (await settlesWithin(allEnded, limits.abortGraceSecs * 1000)) return;
    }
    await abortAll(false);
    await settlesWithin(allEnded, limits.terminateTimeoutSecs * 1000 + MARGIN_MILLIS);
}

function settlesWithin(work: Promise<unknown>, millis: number): Promise<boolean> {
    return new Promise((resolve) => {
        const cancel = systemClock.after(millis, () => resolve(false));
        void work.then(() => {
            cancel();
            resolve(true);
        });
    });
}

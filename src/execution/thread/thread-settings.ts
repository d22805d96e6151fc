import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/** Young generation of a thread, apart from its limit. */
const YOUNG_GENERATION_MBYTES = 16;
/**
 * How far V8's own limit lies above that of the run. Where V8 comes to its limit it may end the whole process, so there has
 * to be room for what a thread allocates until it is looked at, which takes long on a machine that has too much to do; and
 * for a table that grows, which is there twice for a moment. No Map grows beyond half a gigabyte.
 */
const MARGIN_FACTOR = 3;
const LEAST_MARGIN_MBYTES = 2048;
const MOST_MARGIN_MBYTES = 4096;

/** What of a run's environment is the same for all; some modules look at it when they are imported. */
export const SPARE_ENV = { NODE_ENV: 'production', APIFY_IS_AT_HOME: '1' };

/** The megabytes of heap at which V8 itself ends the thread of a run that may use so many, or else the process. */
export function hardLimitMbytes(memoryMbytes: number): number {
    const margin = Math.max(memoryMbytes * MARGIN_FACTOR, LEAST_MARGIN_MBYTES);
    return memoryMbytes + Math.min(margin, MOST_MARGIN_MBYTES);
}

/** V8's own limits for a thread that may use so much memory. */
export function resourceLimitsOf(memoryMbytes: number): ResourceLimits {
    return {
        maxOldGenerationSizeMb: hardLimitMbytes(memoryMbytes),
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MBYTES,
    };
}

/** The first V8 that unrolls loops as described below: that of Node 24. */
const FIRST_MAJOR = 13;

let isDone = false;

/**
 * Makes code interruptible in each of its loops, for a look at its memory or for its end. From Node 24 on, V8 leaves the check out of
 * an endless loop around a short one, as in `for (;;) list.push(new Array(1000).fill(1))`, unless it unrolls no loops at all.
 */
export function disableLoopUnrolling(): void {
    if (isDone) return;
    isDone = true;
    // An older V8 complains of a flag that it does not know.
    if (Number.parseInt(process.versions.v8, 10) >= FIRST_MAJOR) setFlagsFromString('--no-turboshaft-loop-unrolling');
}

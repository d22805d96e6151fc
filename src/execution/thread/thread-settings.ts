import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/** Size of the young generation, in addition to the memory limit. */
const YOUNG_GENERATION_MBYTES = 16;
/**
 * Distance between the memory limit of the run and V8's own limit. At its limit, V8 may end the whole process, so there must be
 * room for allocations until the next probe, which can take long on a busy machine, and for a growing hash table, which briefly
 * exists twice. A Map does not grow beyond half a gigabyte.
 */
const MARGIN_FACTOR = 3;
const MIN_MARGIN_MBYTES = 2048;
const MAX_MARGIN_MBYTES = 4096;

/** Environment variables common to all runs. Some modules read them during import. */
export const SPARE_ENV = { NODE_ENV: 'production', APIFY_IS_AT_HOME: '1' };

/** Returns V8's heap limit in megabytes, at which V8 ends the thread or even the process, for a run with this memory limit. */
export function hardLimitMbytes(memoryMbytes: number): number {
    const margin = Math.max(memoryMbytes * MARGIN_FACTOR, MIN_MARGIN_MBYTES);
    return memoryMbytes + Math.min(margin, MAX_MARGIN_MBYTES);
}

/** Returns V8's limits for a thread with this memory limit. */
export function createResourceLimits(memoryMbytes: number): ResourceLimits {
    return {
        maxOldGenerationSizeMb: hardLimitMbytes(memoryMbytes),
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MBYTES,
    };
}

/** The first version of V8 that unrolls such loops, that of Node 24. */
const FIRST_MAJOR = 13;

let isDisabled = false;

/**
 * Makes every loop interruptible, for probes and for stopping the thread. Since Node 24, V8 omits the interrupt check in an
 * endless loop around a short one, as in `for (;;) list.push(new Array(1000).fill(1))`, unless loop unrolling is disabled.
 */
export function disableLoopUnrolling(): void {
    if (isDisabled) return;
    isDisabled = true;
    // Older versions of V8 print a warning for an unknown flag.
    if (Number.parseInt(process.versions.v8, 10) >= FIRST_MAJOR) setFlagsFromString('--no-turboshaft-loop-unrolling');
}

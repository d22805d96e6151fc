import type { ResourceLimits } from 'node:worker_threads';

/** Young generation of a thread; what remains of its memory is for the old one. */
const YOUNG_GENERATION_MBYTES = 16;

/** What of a run's environment is the same for all; some modules look at it when they are imported. */
export const SPARE_ENV = { NODE_ENV: 'production', APIFY_IS_AT_HOME: '1' };

/** V8's own limits for a thread that may use so much memory. */
export function resourceLimitsOf(memoryMbytes: number): ResourceLimits {
    return {
        maxOldGenerationSizeMb: Math.max(memoryMbytes - YOUNG_GENERATION_MBYTES, YOUNG_GENERATION_MBYTES),
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MBYTES,
    };
}

import { setTimeout } from 'node:timers/promises';
import { isEngineError } from '../errors/engine-error.js';
import { MAX_RETRIES, REPEATED_CODES, type RetrySettings } from '../protocol/retries.js';
import type { Caller } from './link.js';

/**
 * A caller that repeats what is refused as the platform's client does: up to eight times, after a time that doubles and is
 * up to twice as long by chance. Time is the Actor's own. Source: the options of `async-retry` that `apify-client` uses.
 */
export function repeatingCaller(caller: Caller, { minDelayBetweenRetriesMillis }: RetrySettings): Caller {
    return {
        async call(steps) {
            for (let retries = 0; ; retries += 1) {
                try {
                    return await caller.call(steps);
                } catch (error) {
                    const isWorthIt = isEngineError(error) && REPEATED_CODES.has(error.code);
                    if (!isWorthIt || retries === MAX_RETRIES) throw error;
                    await setTimeout((1 + Math.random()) * minDelayBetweenRetriesMillis * 2 ** retries);
                }
            }
        },
    };
}

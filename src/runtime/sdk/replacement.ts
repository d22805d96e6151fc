import { setTimeout } from 'node:timers';

/** How long an Actor waits for being replaced. */
export interface ReplacementOptions {
    /** Milliseconds. Default: the variable `APIFY_METAMORPH_AFTER_SLEEP_MILLIS`, else 300,000. */
    customAfterSleepMillis?: number;
}

const DEFAULT_MILLIS = 300_000;

/** Waits while the engine ends this Actor, so that nothing that comes after in its code is done twice. */
export async function sleepUntilReplaced(
    env: Readonly<Record<string, string | undefined>>,
    { customAfterSleepMillis }: ReplacementOptions,
): Promise<void> {
    const millis = customAfterSleepMillis ?? (Number(env.APIFY_METAMORPH_AFTER_SLEEP_MILLIS) || DEFAULT_MILLIS);
    await new Promise((resolve) => setTimeout(resolve, millis));
}

const FIRST_DELAY_MILLIS = 60_000;

/** How often a request is tried again after the first attempt has failed. */
const MAX_RETRIES = 11;

/**
 * How long to wait before the next attempt, in milliseconds; undefined when there is none left. One minute after the first
 * attempt, then twice as long each time: the eleventh retry comes 34 hours after the first attempt.
 *
 * Source: "Response management" in the platform's docs of webhook actions.
 *
 * @param attempts - How many attempts have failed, 1 or more.
 */
export function retryDelayMillis(attempts: number): number | undefined {
    return attempts > MAX_RETRIES ? undefined : FIRST_DELAY_MILLIS * 2 ** (attempts - 1);
}

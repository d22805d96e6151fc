const MAX_RESTARTS = 3;
const INTERVAL_MILLIS = 60_000;

/**
 * Says whether a run that is to be restarted on error may be: at most three times in a minute, so that an Actor which fails
 * at once does not do so for ever.
 *
 * Source: `ACTOR_RESTART_ON_ERROR` in the platform's shared constants.
 */
export class Restarts {
    #times: number[] = [];

    /** Notes one more restart, if there may be one at this time, in milliseconds; tells whether there may. */
    take(nowMillis: number): boolean {
        this.#times = this.#times.filter((time) => nowMillis - time < INTERVAL_MILLIS);
        if (this.#times.length >= MAX_RESTARTS) return false;
        this.#times.push(nowMillis);
        return true;
    }
}

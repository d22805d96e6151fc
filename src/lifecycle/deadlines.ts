import type { CancelTimer, Clock } from '../util/clock.js';

/** The warning comes this long before the deadline, or after nine tenths of a shorter timeout. */
const WARNING_LEAD_MILLIS = 10_000;
const WARNING_SHARE = 0.1;

const MAX_RESTARTS = 3;
const RESTART_INTERVAL_MILLIS = 60_000;

/** What a run is told of its time. */
export interface DeadlineListener {
    /** The deadline is near. */
    warn(millisLeft: number): void;
    pass(): void;
    graceOver(): void;
}

/** The timers of one run, on the engine's clock: warning, deadline, and the grace after a call to stop. */
export class Deadlines {
    readonly #clock: Clock;
    readonly #listener: DeadlineListener;
    #timers: CancelTimer[] = [];
    #timeoutAt: Date | undefined;

    constructor(clock: Clock, listener: DeadlineListener) {
        this.#clock = clock;
        this.#listener = listener;
    }

    /** The deadline; undefined if there is none. */
    get timeoutAt(): Date | undefined {
        return this.#timeoutAt;
    }

    /** Starts the time of a run; a timeout of 0 is none. */
    armTimeout(timeoutSecs: number): void {
        this.disarm();
        if (timeoutSecs === 0) return;
        const millis = timeoutSecs * 1000;
        this.#timeoutAt = new Date(this.#clock.now() + millis);
        const lead = Math.min(WARNING_LEAD_MILLIS, millis * WARNING_SHARE);
        this.#timers = [
            this.#clock.after(millis - lead, () => this.#listener.warn(lead)),
            this.#clock.after(millis, () => this.#listener.pass()),
        ];
    }

    /** From now on only the grace counts. */
    armGrace(graceSecs: number): void {
        this.disarm();
        this.#timers = [this.#clock.after(graceSecs * 1000, () => this.#listener.graceOver())];
    }

    disarm(): void {
        for (const cancel of this.#timers) cancel();
        this.#timers = [];
    }
}

/**
 * Limits restarts on error to three in a minute, so that an Actor which fails at once does not restart for ever.
 *
 * Source: `ACTOR_RESTART_ON_ERROR` in the platform's shared constants.
 */
export class RestartLimiter {
    #times: number[] = [];

    /** Counts one more restart, if there may be one at this time, in milliseconds; returns whether there may. */
    tryAcquire(nowMillis: number): boolean {
        this.#times = this.#times.filter((time) => nowMillis - time < RESTART_INTERVAL_MILLIS);
        if (this.#times.length >= MAX_RESTARTS) return false;
        this.#times.push(nowMillis);
        return true;
    }
}

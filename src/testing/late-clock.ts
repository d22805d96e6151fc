import { systemClock, type CancelTimer, type Clock } from '../util/clock.js';

/**
 * A clock that goes by itself until another takes its place. What was set before that fires by the machine's time.
 */
export class LateClock implements Clock {
    #clock: Clock = systemClock;

    replaceBy(clock: Clock): void {
        this.#clock = clock;
    }

    now(): number {
        return this.#clock.now();
    }

    after(millis: number, fire: () => unknown): CancelTimer {
        return this.#clock.after(millis, fire);
    }

    hold(work: Promise<unknown>): void {
        this.#clock.hold?.(work);
    }
}

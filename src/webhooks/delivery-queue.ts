import { AsyncResource } from 'node:async_hooks';
import { systemClock, type CancelTimer, type Clock } from '../util/clock.js';

/** So many requests are on their way at once; others wait for them. */
const MAX_AT_ONCE = 400;
/** And so many to one receiver: one that does not answer is not to hold up the others. */
const MAX_TO_ONE = 50;

/**
 * Makes one attempt to deliver. Never rejects.
 *
 * @returns After how many milliseconds the next one is due; undefined if there is to be none.
 */
export type DeliveryAttempt = (id: string, signal: AbortSignal) => Promise<number | undefined>;

/** What goes to one receiver. */
interface Lane {
    /** Those that wait. */
    readonly due: string[];
    underWay: number;
}

/**
 * When which dispatch is tried: at once, and as often again as the attempts ask for. The time until the next attempt runs
 * from the end of the last one, by the engine's clock.
 */
export class DeliveryQueue {
    readonly #clock: Clock;
    readonly #attempt: DeliveryAttempt;
    readonly #lanes = new Map<string, Lane>();
    readonly #underWay = new Map<string, { controller: AbortController; ended: Promise<void> }>();
    readonly #timers = new Map<string, CancelTimer>();
    // An event may come from the midst of an Actor's own code, to which what is sent because of it must not seem to belong.
    readonly #scope = new AsyncResource('greenroom.webhooks');
    #isOpen = false;

    constructor(clock: Clock, attempt: DeliveryAttempt) {
        this.#clock = clock;
        this.#attempt = attempt;
    }

    /** Begins; before that, and once it is closed, nothing can be added. */
    open(): void {
        this.#isOpen = true;
    }

    /** Has a dispatch to a receiver, as its origin, tried after some time, or at once. */
    add(id: string, receiver: string, delayMillis = 0): void {
        if (!this.#isOpen) return;
        if (delayMillis > 0) {
            const cancel = this.#clock.after(delayMillis, () => {
                this.#timers.delete(id);
                this.add(id, receiver);
            });
            this.#timers.set(id, cancel);
            return;
        }
        const lane = this.#lanes.get(receiver) ?? { due: [], underWay: 0 };
        this.#lanes.set(receiver, lane);
        lane.due.push(id);
        this.#fill();
    }

    /** Whether an attempt is being made at this moment. */
    isUnderWay(id: string): boolean {
        return this.#underWay.has(id);
    }

    /** Gives a dispatch up. */
    remove(id: string): void {
        this.#timers.get(id)?.();
        this.#timers.delete(id);
        for (const { due } of this.#lanes.values()) {
            const place = due.indexOf(id);
            if (place !== -1) due.splice(place, 1);
        }
        this.#underWay.get(id)?.controller.abort(new Error('The webhook was deleted.'));
    }

    /**
     * Lets what is due be tried once more, and gives up what has not ended after some time. That time is real, whatever clock
     * the engine has: closing must come to an end also in a test whose clock stands still.
     */
    async close(graceMillis: number): Promise<void> {
        this.#isOpen = false;
        for (const cancel of this.#timers.values()) cancel();
        this.#timers.clear();
        const giveUp = (): void => {
            for (const { due } of this.#lanes.values()) due.length = 0;
            for (const { controller } of this.#underWay.values()) controller.abort(new Error('The engine was closed.'));
        };
        if (graceMillis === 0) giveUp();
        const cancel = graceMillis === 0 ? undefined : systemClock.after(graceMillis, giveUp);
        while (this.#underWay.size > 0) await Promise.all(Array.from(this.#underWay.values(), ({ ended }) => ended));
        cancel?.();
    }

    /** One of each receiver in turn. */
    #fill(): void {
        for (const [receiver, lane] of this.#lanes) {
            if (lane.underWay === MAX_TO_ONE || this.#underWay.size === MAX_AT_ONCE) continue;
            const id = lane.due.shift();
            if (id === undefined) {
                if (lane.underWay === 0) this.#lanes.delete(receiver);
                continue;
            }
            // Behind the others, where this comes by again.
            this.#lanes.delete(receiver);
            this.#lanes.set(receiver, lane);
            this.#begin(id, receiver, lane);
        }
    }

    #begin(id: string, receiver: string, lane: Lane): void {
        const controller = new AbortController();
        lane.underWay += 1;
        const ended = this.#scope.runInAsyncScope(() => this.#try(id, receiver, lane, controller.signal));
        this.#underWay.set(id, { controller, ended });
        this.#clock.hold?.(ended);
    }

    async #try(id: string, receiver: string, lane: Lane, signal: AbortSignal): Promise<void> {
        const delayMillis = await this.#attempt(id, signal);
        this.#underWay.delete(id);
        lane.underWay -= 1;
        if (delayMillis !== undefined && !signal.aborted) this.add(id, receiver, delayMillis);
        this.#fill();
    }
}

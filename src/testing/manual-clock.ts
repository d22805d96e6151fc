import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { CancelTimer, Clock } from '../util/clock.js';

const UNIT_MILLIS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

interface Timer {
    dueAt: number;
    fire: () => unknown;
}

/** How a {@link ManualClock} waits. */
export interface ManualClockOptions {
    /**
     * How many milliseconds of real time a run or a delivery may take before the clock goes on without it, which is once for
     * each, and at the same time for all that are under way. Default: 5000.
     */
    patienceMillis?: number;
}

const DEFAULT_PATIENCE_MILLIS = 5_000;

/**
 * A clock that stands still until a test moves it. Only the engine's time is moved; what Actors do takes real time.
 *
 * By the clock, that real time is none. Before it fires the next timer it waits for what the timers so far have set off: runs
 * that schedules and webhooks have started, and webhooks that are being delivered. So a week of an hourly schedule is 168
 * runs that have ended, and no tick of an exclusive schedule is skipped because a thread was slow. What waits for the clock
 * itself, such as a run that only ends by its timeout, cannot end meanwhile: after `patienceMillis` the clock goes on without it, for good.
 *
 * Runs that the test itself has started are not waited for, so that an hour's timeout takes no time: await their end, if it
 * is to come first.
 *
 * @example
 * const clock = new ManualClock();
 * const engine = await createEngine({ clock });
 * const run = await engine.start('sleeper', {}, { timeout: 3600 });
 * await clock.advance('1h');
 */
export class ManualClock implements Clock {
    #now: number;
    readonly #timers = new Set<Timer>();
    readonly #held = new Set<Promise<void>>();
    readonly #patienceMillis: number;

    /**
     * @param start - The time to begin with. Default: now.
     * @throws RangeError for a patience that is no time.
     */
    constructor(
        start: Date | number = Date.now(),
        { patienceMillis = DEFAULT_PATIENCE_MILLIS }: ManualClockOptions = {},
    ) {
        if (!Number.isFinite(patienceMillis) || patienceMillis < 0) {
            throw new RangeError(`\`patienceMillis\` is ${patienceMillis}, but must be milliseconds, 0 or more.`);
        }
        this.#now = Number(start);
        this.#patienceMillis = patienceMillis;
    }

    now(): number {
        return this.#now;
    }

    after(millis: number, fire: () => unknown): CancelTimer {
        const timer: Timer = { dueAt: this.#now + Math.max(0, millis), fire };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
    }

    hold(work: Promise<unknown>): void {
        const held: Promise<void> = work.catch(() => {}).then(() => void this.#held.delete(held));
        this.#held.add(held);
    }

    /** How many timers wait for their time. */
    get pendingTimers(): number {
        return this.#timers.size;
    }

    /**
     * Moves the time and fires what comes due on the way, each at its own time, in order. What the timers set off has ended
     * before the time goes on, and when this returns; see {@link ManualClock} for what is waited for.
     *
     * @param duration - Milliseconds, or a text such as `'90s'`, `'1h'`, `'7d'`, `'1w'`, `'1h 30m'`.
     */
    async advance(duration: number | string): Promise<void> {
        const end = this.#now + toMillis(duration);
        await this.#workToEnd();
        for (let next = this.#nextDue(end); next; next = this.#nextDue(end)) {
            this.#timers.delete(next);
            this.#now = Math.max(this.#now, next.dueAt);
            await next.fire();
            await this.#workToEnd();
        }
        this.#now = end;
        await settle();
    }

    /** What ends may set off more, such as a webhook that tells of a run. */
    async #workToEnd(): Promise<void> {
        await settle();
        while (this.#held.size > 0) {
            await this.#waitFor([...this.#held]);
            await settle();
        }
    }

    async #waitFor(held: readonly Promise<void>[]): Promise<void> {
        let timer: NodeJS.Timeout | undefined;
        const patience = new Promise<void>((resolve) => {
            timer = setTimeout(resolve, this.#patienceMillis);
        });
        await Promise.race([Promise.all(held), patience]);
        clearTimeout(timer);
        for (const work of held) this.#held.delete(work);
    }

    /** Timers due at the same time fire in the order they were set. */
    #nextDue(end: number): Timer | undefined {
        let next: Timer | undefined;
        for (const timer of this.#timers) {
            if (timer.dueAt <= end && (next === undefined || timer.dueAt < next.dueAt)) next = timer;
        }
        return next;
    }
}

function toMillis(duration: number | string): number {
    if (typeof duration === 'number') {
        if (Number.isFinite(duration) && duration >= 0) return duration;
        throw new RangeError(`\`${duration}\` is no duration. Give milliseconds, 0 or more, or a text such as '1h'.`);
    }
    const parts = duration.trim().split(/\s+/);
    return parts.reduce((sum, part) => sum + partMillis(part, duration), 0);
}

function partMillis(part: string, whole: string): number {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(part);
    if (match === null) {
        throw new RangeError(
            `'${whole}' is no duration. Write numbers with a unit, such as '500ms', '90s' or '1h 30m'.`,
        );
    }
    return Number(match[1]) * UNIT_MILLIS[match[2] as keyof typeof UNIT_MILLIS];
}

/** Lets promise chains in the engine run: a turn of the event loop lets all of their steps through. */
function settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}

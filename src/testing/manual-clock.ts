import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { CancelTimer, Clock } from '../util/clock.js';

const UNIT_MILLIS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

interface Timer {
    dueAt: number;
    fire: () => unknown;
}

/** Options of a {@link ManualClock}. */
export interface ManualClockOptions {
    /**
     * Milliseconds of real time that the clock waits for a run or delivery before it advances without it. The clock waits
     * once for each, concurrently. Default: 5000.
     */
    patienceMillis?: number;
}

const DEFAULT_PATIENCE_MILLIS = 5_000;

/**
 * A clock that stands still until a test advances it. It controls the engine's time; the code of Actors takes real time.
 *
 * Work in real time takes no time by the clock: before it fires the next timer, it waits for the work that earlier timers
 * have started: runs of schedules and webhooks, and webhook deliveries. A week of an hourly schedule is therefore 168 finished
 * runs, and an exclusive schedule skips no run because of a slow thread. Work that itself waits for the clock, such as a run
 * that ends only by its timeout, cannot finish meanwhile: after `patienceMillis` the clock advances without it, permanently.
 *
 * The clock does not wait for runs that the test has started, so that an hour's timeout takes no time. To let such a run
 * finish first, await its end before advancing.
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
    readonly #pendingWork = new Set<Promise<void>>();
    readonly #patienceMillis: number;

    /**
     * Creates a clock.
     *
     * @param start - Initial time. Default: now.
     * @throws RangeError if `patienceMillis` is not a number of 0 or more.
     */
    constructor(
        start: Date | number = Date.now(),
        { patienceMillis = DEFAULT_PATIENCE_MILLIS }: ManualClockOptions = {},
    ) {
        if (!Number.isFinite(patienceMillis) || patienceMillis < 0) {
            throw new RangeError(
                `\`patienceMillis\` is ${patienceMillis}, but must be a number of milliseconds, 0 or more.`,
            );
        }
        this.#now = Number(start);
        this.#patienceMillis = patienceMillis;
    }

    /** Returns the current time, in milliseconds since the epoch. */
    now(): number {
        return this.#now;
    }

    /** Calls `fire` once the clock has advanced by `millis`. Returns a function that cancels it. */
    after(millis: number, fire: () => unknown): CancelTimer {
        const timer: Timer = { dueAt: this.#now + Math.max(0, millis), fire };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
    }

    /** Makes {@link ManualClock.advance} wait for the work. Called by the engine. */
    hold(work: Promise<unknown>): void {
        const pending: Promise<void> = work.catch(() => {}).then(() => void this.#pendingWork.delete(pending));
        this.#pendingWork.add(pending);
    }

    /** Number of pending timers. */
    get pendingTimers(): number {
        return this.#timers.size;
    }

    /**
     * Advances the time and fires the due timers in order, each at its own time. Waits for the work that each timer starts
     * before it advances further and before it returns; see {@link ManualClock}.
     *
     * @param duration - Milliseconds, or a string such as `'90s'`, `'1h'`, `'7d'`, `'1w'`, `'1h 30m'`.
     * @throws RangeError for an invalid duration.
     */
    async advance(duration: number | string): Promise<void> {
        const end = this.#now + toMillis(duration);
        await this.#finishWork();
        for (let next = this.#nextDue(end); next; next = this.#nextDue(end)) {
            this.#timers.delete(next);
            this.#now = Math.max(this.#now, next.dueAt);
            await next.fire();
            await this.#finishWork();
        }
        this.#now = end;
        await settle();
    }

    /** Repeats, because finished work may start more, such as a webhook of a run. */
    async #finishWork(): Promise<void> {
        await settle();
        while (this.#pendingWork.size > 0) {
            await this.#waitFor([...this.#pendingWork]);
            await settle();
        }
    }

    async #waitFor(work: readonly Promise<void>[]): Promise<void> {
        let timer: NodeJS.Timeout | undefined;
        const patience = new Promise<void>((resolve) => {
            timer = setTimeout(resolve, this.#patienceMillis);
        });
        await Promise.race([Promise.all(work), patience]);
        clearTimeout(timer);
        for (const pending of work) this.#pendingWork.delete(pending);
    }

    /** Timers that are due at the same time fire in the order in which they were set. */
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
        throw invalidDuration(duration);
    }
    if (typeof duration !== 'string') throw invalidDuration(duration);
    const parts = duration.trim().split(/\s+/);
    return parts.reduce((sum, part) => sum + partMillis(part, duration), 0);
}

function invalidDuration(duration: unknown): RangeError {
    const remedy = "Pass milliseconds, 0 or more, or a string such as '1h'.";
    return new RangeError(`${String(duration)} is not a valid duration. ${remedy}`);
}

function partMillis(part: string, whole: string): number {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(part);
    if (match === null) {
        throw new RangeError(
            `'${whole}' is not a valid duration. Use numbers with units, such as '500ms', '90s' or '1h 30m'.`,
        );
    }
    return Number(match[1]) * UNIT_MILLIS[match[2] as keyof typeof UNIT_MILLIS];
}

/** Waits for one turn of the event loop, in which all pending promise chains of the engine run. */
function settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}

import { setImmediate } from 'node:timers';
import type { CancelTimer, Clock } from '../util/clock.js';

const UNIT_MILLIS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

interface Timer {
    dueAt: number;
    /** Timers due at the same time fire in the order they were set. */
    order: number;
    fire: () => unknown;
}

/**
 * A clock that stands still until a test moves it. Only the engine's time is moved; what Actors do takes real time.
 *
 * @example
 * const clock = new ManualClock();
 * const engine = await createEngine({ clock });
 * const run = await engine.start('sleeper', {}, { timeout: 3600 });
 * await clock.advance('1h');
 */
export class ManualClock implements Clock {
    #now: number;
    #order = 0;
    readonly #timers = new Set<Timer>();

    /** @param start - The time to begin with. Default: now. */
    constructor(start: Date | number = Date.now()) {
        this.#now = Number(start);
    }

    now(): number {
        return this.#now;
    }

    after(millis: number, fire: () => unknown): CancelTimer {
        const timer: Timer = { dueAt: this.#now + Math.max(0, millis), order: this.#order++, fire };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
    }

    /** How many timers wait for their time. */
    get pendingTimers(): number {
        return this.#timers.size;
    }

    /**
     * Moves the time and fires what comes due on the way, each at its own time, in order. What the timers set off in the
     * engine has been taken in when this returns, as far as it needs no thread. What a schedule starts has been started before
     * the time goes on.
     *
     * @param duration - Milliseconds, or a text such as `'90s'`, `'1h'`, `'7d'`, `'1h 30m'`.
     */
    async advance(duration: number | string): Promise<void> {
        const end = this.#now + toMillis(duration);
        for (let next = this.#nextDue(end); next; next = this.#nextDue(end)) {
            this.#timers.delete(next);
            this.#now = Math.max(this.#now, next.dueAt);
            await next.fire();
            await settle();
        }
        this.#now = end;
        await settle();
    }

    #nextDue(end: number): Timer | undefined {
        let next: Timer | undefined;
        for (const timer of this.#timers) {
            if (timer.dueAt > end) continue;
            const isSooner = next === undefined || timer.dueAt < next.dueAt;
            if (isSooner || (timer.dueAt === next?.dueAt && timer.order < next.order)) next = timer;
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
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(part);
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

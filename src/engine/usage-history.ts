import { UsageSeries, type UsageSample } from '../util/usage-series.js';
import type { ResourceUsage } from '../protocol/messages.js';

/** Told each new sample of a run. */
export type UsageListener = (sample: UsageSample) => void;

interface Life {
    readonly series: UsageSeries;
    /** What the executions before the present one took. */
    before: number;
    /** What was told last of the present execution. */
    last: Pick<ResourceUsage, 'elapsedMillis' | 'cpuMicros'>;
    readonly listeners: Set<UsageListener>;
}

/** The last ones only: whoever looks at the use of a run does it soon. */
const MOST_RUNS = 1_000;
/** Processor time is counted too coarsely for less. */
const SHORTEST_MILLIS = 500;

const NOTHING = { elapsedMillis: 0, cpuMicros: 0 };

/**
 * What the last 1,000 runs used over time, also of those that have ended, for as long as the engine lives. It is in memory
 * only: some hundred bytes for a run of a second, some ten kilobytes at most for one of days.
 */
export class UsageHistory {
    /** Least recently told of first. */
    readonly #lives = new Map<string, Life>();
    readonly #mostRuns: number;

    constructor(mostRuns = MOST_RUNS) {
        this.#mostRuns = mostRuns;
    }

    /** Takes in what a run says of its use. */
    tell(runId: string, usage: ResourceUsage): void {
        const life = this.#lifeOf(runId);
        // Another execution counts from nothing again.
        if (usage.elapsedMillis < life.last.elapsedMillis) {
            life.before += life.last.elapsedMillis;
            life.last = NOTHING;
        }
        const millis = usage.elapsedMillis - life.last.elapsedMillis;
        // The first one counts however short it is: a run may have no other.
        if (millis < SHORTEST_MILLIS && life.last !== NOTHING) return;
        const sample: UsageSample = {
            millis: life.before + usage.elapsedMillis,
            memoryBytes: usage.memoryBytes,
            cpuPercent: millis === 0 ? 0 : Math.max((usage.cpuMicros - life.last.cpuMicros) / millis / 10, 0),
        };
        life.last = { elapsedMillis: usage.elapsedMillis, cpuMicros: usage.cpuMicros };
        life.series.add(sample);
        for (const listener of life.listeners) listener(sample);
    }

    /** What a run used so far, oldest first; empty if nothing is known of it, or nothing any more. */
    of(runId: string): UsageSample[] {
        return this.#lives.get(runId)?.series.points() ?? [];
    }

    /** Hears each sample of a run from now on. Returns what ends that. */
    listen(runId: string, listener: UsageListener): () => void {
        const life = this.#lifeOf(runId);
        life.listeners.add(listener);
        return () => void life.listeners.delete(listener);
    }

    #lifeOf(runId: string): Life {
        const known = this.#lives.get(runId);
        if (known !== undefined) {
            this.#lives.delete(runId);
            this.#lives.set(runId, known);
            return known;
        }
        const life: Life = { series: new UsageSeries(), before: 0, last: NOTHING, listeners: new Set() };
        this.#lives.set(runId, life);
        if (this.#lives.size > this.#mostRuns) this.#forgetOldest();
        return life;
    }

    #forgetOldest(): void {
        for (const [runId, { listeners }] of this.#lives) {
            // Somebody looks at it.
            if (listeners.size > 0) continue;
            this.#lives.delete(runId);
            return;
        }
    }
}

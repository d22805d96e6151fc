import { DownsampledSeries, type UsageSample } from '../../util/collections/downsampled-series.js';
import type { ResourceUsage } from '../../protocol/messages.js';

/** Maximum number of runs whose usage is kept; the least recently updated one is removed first. */
const MAX_RUNS = 500;
/** Minimum time between samples: CPU time is too coarse for shorter intervals. */
const MIN_INTERVAL_MILLIS = 500;
const MICROS_PER_PERCENT = 10;

/** The counters of the latest sample, from which the next one is calculated. */
type Counters = Pick<ResourceUsage, 'elapsedMillis' | 'cpuMicros'>;

const ZERO_COUNTERS: Counters = { elapsedMillis: 0, cpuMicros: 0 };

interface RunHistory {
    readonly series: DownsampledSeries;
    /** A first sample below the minimum interval. It is kept for runs that finish before the next one. */
    early: UsageSample | undefined;
    last: Counters;
}

/** The resource usage of runs over time, for plots. Memory is bounded, both by the number of runs and for each run. */
export class UsageHistory {
    readonly #runs = new Map<string, RunHistory>();
    readonly #maxRuns: number;

    /** @param maxRuns - Default: 500. */
    constructor(maxRuns = MAX_RUNS) {
        this.#maxRuns = maxRuns;
    }

    /** Adds the usage of a run. Returns the new sample, or undefined if it is too soon after the last one. */
    add(runId: string, usage: ResourceUsage, nowMillis: number): UsageSample | undefined {
        const history = this.#getHistory(runId);
        // The counters of a restarted run begin at zero again.
        if (usage.elapsedMillis < history.last.elapsedMillis) history.last = ZERO_COUNTERS;
        const { last } = history;
        const millis = usage.elapsedMillis - last.elapsedMillis;
        const isEarly = millis < MIN_INTERVAL_MILLIS;
        if (millis <= 0 || (isEarly && !history.series.isEmpty)) return undefined;
        const percent = Math.max((usage.cpuMicros - last.cpuMicros) / millis / MICROS_PER_PERCENT, 0);
        const sample: UsageSample = [nowMillis, usage.memoryBytes, Math.round(percent * 10) / 10];
        if (isEarly) {
            history.early = sample;
        } else {
            history.last = { elapsedMillis: usage.elapsedMillis, cpuMicros: usage.cpuMicros };
            history.series.add(sample);
        }
        return sample;
    }

    /** Returns the samples of a run, oldest first. */
    samples(runId: string): readonly UsageSample[] {
        const { series, early } = this.#runs.get(runId) ?? {};
        if (series === undefined) return [];
        return series.isEmpty && early !== undefined ? [early] : series.points();
    }

    #getHistory(runId: string): RunHistory {
        const existing = this.#runs.get(runId);
        // Move it to the end: a map iterates in insertion order, and the first one is removed below.
        this.#runs.delete(runId);
        const history = existing ?? { series: new DownsampledSeries(), early: undefined, last: ZERO_COUNTERS };
        this.#runs.set(runId, history);
        if (this.#runs.size > this.#maxRuns) this.#runs.delete(this.#runs.keys().next().value!);
        return history;
    }
}

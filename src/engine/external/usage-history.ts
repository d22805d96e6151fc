import { DownsampledSeries, type UsageSample } from '../../util/collections/downsampled-series.js';
import type { ResourceUsage } from '../../protocol/messages.js';

/** Of so many runs it is kept; those go first of which nothing has been heard for longest. */
const MOST_RUNS = 500;
/** Processor time is counted too coarsely for less. */
const SHORTEST_MILLIS = 500;
const MICROS_PER_PERCENT = 10;

/** What was told last of an execution, from which the next figures are counted. */
type Told = Pick<ResourceUsage, 'elapsedMillis' | 'cpuMicros'>;

const NOTHING_TOLD: Told = { elapsedMillis: 0, cpuMicros: 0 };

interface RunHistory {
    readonly series: DownsampledSeries;
    /** The first sample, if it came too soon to say much: a run that is over by then has no other. */
    early: UsageSample | undefined;
    last: Told;
}

/** What runs have used over time, as a plot wants it: bounded in memory however many runs there are and however long they go on. */
export class UsageHistory {
    readonly #runs = new Map<string, RunHistory>();
    readonly #mostRuns: number;

    /** @param mostRuns - Default: 500. */
    constructor(mostRuns = MOST_RUNS) {
        this.#mostRuns = mostRuns;
    }

    /** Takes in what a run uses. Returns the sample, unless it is too soon after the last to be one. */
    add(runId: string, usage: ResourceUsage, nowMillis: number): UsageSample | undefined {
        const history = this.#historyOf(runId);
        // A run that was started anew counts from nothing again.
        if (usage.elapsedMillis < history.last.elapsedMillis) history.last = NOTHING_TOLD;
        const { last } = history;
        const millis = usage.elapsedMillis - last.elapsedMillis;
        const isEarly = millis < SHORTEST_MILLIS;
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

    /** What is known of a run, oldest first. */
    samples(runId: string): readonly UsageSample[] {
        const { series, early } = this.#runs.get(runId) ?? {};
        if (series === undefined) return [];
        return series.isEmpty && early !== undefined ? [early] : series.points();
    }

    #historyOf(runId: string): RunHistory {
        const known = this.#runs.get(runId);
        // Put to the end again: a map begins with what was put in first.
        this.#runs.delete(runId);
        const history = known ?? { series: new DownsampledSeries(), early: undefined, last: NOTHING_TOLD };
        this.#runs.set(runId, history);
        if (this.#runs.size > this.#mostRuns) this.#runs.delete(this.#runs.keys().next().value!);
        return history;
    }
}

import type { ResourceUsage } from '../protocol/messages.js';
import type { UsageSample } from '../protocol/console.js';

/** More than a plot has points; from then on each second sample goes, and the next are taken half as often. */
const MOST_SAMPLES = 600;
/** Of so many runs the samples are kept; those go first of which nothing has been heard for longest. */
const MOST_RUNS = 500;
const MICROS_PER_PERCENT = 10;

interface RunHistory {
    samples: UsageSample[];
    /** A sample is kept when so much time has passed since the last. */
    leastMillis: number;
    last: Pick<ResourceUsage, 'elapsedMillis' | 'cpuMicros'>;
}

/** What runs have used over time, as a plot wants it: bounded in memory however many runs there are and however long they go on. */
export class UsageHistory {
    readonly #runs = new Map<string, RunHistory>();

    /** Takes in what a run uses. Returns the sample, unless it is too soon after the last to be kept. */
    add(runId: string, usage: ResourceUsage, nowMillis: number): UsageSample | undefined {
        const history = this.#historyOf(runId);
        const { samples, leastMillis } = history;
        // A run that was started anew counts from nothing again.
        const since =
            usage.elapsedMillis < history.last.elapsedMillis ? { elapsedMillis: 0, cpuMicros: 0 } : history.last;
        const millis = usage.elapsedMillis - since.elapsedMillis;
        const lastAt = samples.at(-1)?.[0] ?? -Infinity;
        if (millis <= 0 || nowMillis - lastAt < leastMillis) return undefined;
        const percent = (usage.cpuMicros - since.cpuMicros) / millis / MICROS_PER_PERCENT;
        const sample: UsageSample = [nowMillis, usage.memoryBytes, Math.max(0, Math.round(percent * 10) / 10)];
        history.last = usage;
        samples.push(sample);
        if (samples.length > MOST_SAMPLES) thin(history);
        return sample;
    }

    /** All samples of a run, oldest first. */
    of(runId: string): readonly UsageSample[] {
        return this.#runs.get(runId)?.samples ?? [];
    }

    #historyOf(runId: string): RunHistory {
        const known = this.#runs.get(runId);
        // Put to the end again: a map begins with what was put in first.
        this.#runs.delete(runId);
        const history = known ?? { samples: [], leastMillis: 0, last: { elapsedMillis: 0, cpuMicros: 0 } };
        this.#runs.set(runId, history);
        if (this.#runs.size > MOST_RUNS) this.#runs.delete(this.#runs.keys().next().value!);
        return history;
    }
}

function thin(history: RunHistory): void {
    history.samples = history.samples.filter((_, index) => index % 2 === 0);
    const [first, last] = [history.samples[0]!, history.samples.at(-1)!];
    history.leastMillis = ((last[0] - first[0]) / history.samples.length) * 0.9;
}

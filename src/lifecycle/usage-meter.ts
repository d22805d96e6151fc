import type { ExecutionUsage } from '../executor/executor.js';
import type { RunStats } from '../model/run.js';

/** Turns what an execution says of its use into the figures of the record. */
export class UsageMeter {
    #samples = 0;
    #last: { atMillis: number; cpuMicros: number } | undefined;
    #cpuSum = 0;
    #cpuSamples = 0;

    /** Adds a sample taken at this time, in milliseconds. */
    add(stats: RunStats, usage: ExecutionUsage, atMillis: number): void {
        this.#samples += 1;
        stats.memCurrentBytes = usage.memoryBytes;
        stats.memMaxBytes = Math.max(stats.memMaxBytes, usage.memoryBytes);
        stats.memoryUsageBytes = stats.memMaxBytes;
        stats.memAvgBytes += (usage.memoryBytes - stats.memAvgBytes) / this.#samples;
        const last = this.#last;
        this.#last = { atMillis, cpuMicros: usage.cpuMicros };
        // A thread that takes the place of another counts from nothing again.
        if (last === undefined || atMillis <= last.atMillis || usage.cpuMicros < last.cpuMicros) return;
        const percent = (usage.cpuMicros - last.cpuMicros) / (atMillis - last.atMillis) / 10;
        stats.cpuCurrentUsage = percent;
        stats.cpuMaxUsage = Math.max(stats.cpuMaxUsage, percent);
        this.#cpuSum += percent;
        this.#cpuSamples += 1;
        stats.cpuAvgUsage = this.#cpuSum / this.#cpuSamples;
    }
}

import type { RunStats } from '../../model/api/run.js';
import type { ResourceUsage } from '../../protocol/messages.js';

/** Minimum window for an average of CPU usage: CPU time is counted too coarsely for shorter ones. */
const WINDOW_MILLIS = 500;

const NO_USAGE: ResourceUsage = { elapsedMillis: 0, memoryBytes: 0, cpuMicros: 0, netRxBytes: 0, netTxBytes: 0 };

/**
 * Converts the resource usage reported by the executions of a run into the stats of its record. Averages are over the
 * execution time; percentages are of one core.
 */
export class UsageMeter {
    readonly #stats: RunStats;
    /** Totals of the executions that have ended. */
    #millis: number;
    #byteMillis: number;
    #cpuMicros: number;
    #netRxBytes: number;
    #netTxBytes: number;
    /** The last report of the current execution. */
    #last = NO_USAGE;
    #windowStart = NO_USAGE;
    #hasEnded = false;

    /** @param stats - The stats to update: those of a new run, or the previous ones of a resurrected run. */
    constructor(stats: RunStats) {
        this.#stats = stats;
        // A run that was never measured counts from its resurrection.
        this.#millis = stats.memAvgBytes === 0 ? 0 : stats.durationMillis;
        this.#byteMillis = stats.memAvgBytes * this.#millis;
        this.#cpuMicros = stats.cpuAvgUsage * this.#millis * 10;
        this.#netRxBytes = stats.netRxBytes;
        this.#netTxBytes = stats.netTxBytes;
    }

    /** Starts a new execution, whose reports start at zero. */
    begin(): void {
        this.#millis += this.#last.elapsedMillis;
        this.#cpuMicros += this.#last.cpuMicros;
        this.#netRxBytes += this.#last.netRxBytes;
        this.#netTxBytes += this.#last.netTxBytes;
        this.#last = NO_USAGE;
        this.#windowStart = NO_USAGE;
    }

    /** Adds a report of the current execution. */
    add(usage: ResourceUsage): void {
        if (this.#hasEnded) return;
        const stats = this.#stats;
        const last = this.#last;
        this.#last = usage;
        const millis = this.#millis + usage.elapsedMillis;
        // Usage before the first measurement is unknown; assume the same.
        const bytesBefore = last === NO_USAGE ? usage.memoryBytes : last.memoryBytes;
        this.#byteMillis += ((bytesBefore + usage.memoryBytes) / 2) * (usage.elapsedMillis - last.elapsedMillis);
        stats.memCurrentBytes = usage.memoryBytes;
        stats.memMaxBytes = Math.max(stats.memMaxBytes, usage.memoryBytes);
        stats.memoryUsageBytes = stats.memMaxBytes;
        stats.memAvgBytes = millis === 0 ? usage.memoryBytes : Math.round(this.#byteMillis / millis);
        stats.netRxBytes = this.#netRxBytes + usage.netRxBytes;
        stats.netTxBytes = this.#netTxBytes + usage.netTxBytes;
        if (millis > 0) stats.cpuAvgUsage = toPercent(this.#cpuMicros + usage.cpuMicros, millis);
        this.#updateWindow(usage);
    }

    /** Ends the measurement. Later reports are ignored. */
    end(): void {
        this.#hasEnded = true;
        const stats = this.#stats;
        stats.memCurrentBytes = 0;
        stats.cpuCurrentUsage = 0;
        // For runs shorter than one window.
        stats.cpuMaxUsage = Math.max(stats.cpuMaxUsage, stats.cpuAvgUsage);
    }

    #updateWindow(usage: ResourceUsage): void {
        const { elapsedMillis, cpuMicros } = this.#windowStart;
        const millis = usage.elapsedMillis - elapsedMillis;
        if (millis < WINDOW_MILLIS) return;
        this.#windowStart = usage;
        this.#stats.cpuCurrentUsage = toPercent(usage.cpuMicros - cpuMicros, millis);
        this.#stats.cpuMaxUsage = Math.max(this.#stats.cpuMaxUsage, this.#stats.cpuCurrentUsage);
    }
}

function toPercent(cpuMicros: number, millis: number): number {
    return cpuMicros / millis / 10;
}

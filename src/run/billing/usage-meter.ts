import type { RunStats } from '../../model/api/run.js';
import type { ResourceUsage } from '../../protocol/messages.js';

/** What an average of the processor's use is taken over at least: it is counted too coarsely for less. */
const WINDOW_MILLIS = 500;

const NO_USAGE: ResourceUsage = { elapsedMillis: 0, memoryBytes: 0, cpuMicros: 0, netRxBytes: 0, netTxBytes: 0 };

/**
 * Turns what the executions of a run say of their use into the figures of its record. Averages are over the time in which
 * something ran; percentages are of one processor.
 */
export class UsageMeter {
    readonly #stats: RunStats;
    /** What executions that have ended have used, in all. */
    #millis: number;
    #byteMillis: number;
    #cpuMicros: number;
    #netRxBytes: number;
    #netTxBytes: number;
    /** What the present execution has used. */
    #last = NO_USAGE;
    #windowStart = NO_USAGE;
    #hasEnded = false;

    /** @param stats - The figures of a new run, or those with which a resurrected one goes on. */
    constructor(stats: RunStats) {
        this.#stats = stats;
        // A run of which nothing has been measured counts from its resurrection.
        this.#millis = stats.memAvgBytes === 0 ? 0 : stats.durationMillis;
        this.#byteMillis = stats.memAvgBytes * this.#millis;
        this.#cpuMicros = stats.cpuAvgUsage * this.#millis * 10;
        this.#netRxBytes = stats.netRxBytes;
        this.#netTxBytes = stats.netTxBytes;
    }

    /** Another execution begins, which counts from nothing again. */
    begin(): void {
        this.#millis += this.#last.elapsedMillis;
        this.#cpuMicros += this.#last.cpuMicros;
        this.#netRxBytes += this.#last.netRxBytes;
        this.#netTxBytes += this.#last.netTxBytes;
        this.#last = NO_USAGE;
        this.#windowStart = NO_USAGE;
    }

    /** Takes in what the present execution uses. */
    add(usage: ResourceUsage): void {
        if (this.#hasEnded) return;
        const stats = this.#stats;
        const last = this.#last;
        this.#last = usage;
        const millis = this.#millis + usage.elapsedMillis;
        // Of what came before the first look nothing else is known.
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

    /** Nothing runs any more, or nobody cares. */
    end(): void {
        this.#hasEnded = true;
        const stats = this.#stats;
        stats.memCurrentBytes = 0;
        stats.cpuCurrentUsage = 0;
        // A run that was too short for anything else.
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

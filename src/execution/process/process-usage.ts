import { readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
import { readProcStat } from '../../util/system.js';
import type { ResourceUsage } from '../../protocol/messages.js';

const POLL_MILLIS = 50;
const POLLS_PER_REPORT = 20;
/** Linux reports the CPU time of processes in hundredths of a second, regardless of the kernel's tick rate. */
const MICROS_PER_TICK = 10_000;

/** Real time, even if a test replaces the global clock. */
const now = performance.now.bind(performance);

export interface ProcessUsageListener {
    limitBytes: number;
    onUsage(usage: ResourceUsage): void;
    /** Called once, when the process exceeds its memory limit. */
    onExceeded(): void;
}

/** Usage of a process that can be measured from outside. */
type MeasuredUsage = Pick<ResourceUsage, 'memoryBytes' | 'cpuMicros'>;

/**
 * Measures the resource usage of a process from outside, so that it works while the process is busy. Linux only; elsewhere
 * it uses the reports of the process itself, which cannot report while it is busy.
 */
export class ProcessUsage {
    static readonly isMeasurable = process.platform === 'linux';
    readonly #pid: number;
    readonly #listener: ProcessUsageListener;
    readonly #startedAt = now();
    readonly #baseline: MeasuredUsage;
    readonly #timer: NodeJS.Timeout;
    #measured: MeasuredUsage;
    #reported: ResourceUsage | undefined;
    #peakBytes = 0;
    #polls = 0;

    constructor(pid: number, listener: ProcessUsageListener) {
        this.#pid = pid;
        this.#listener = listener;
        // Usage before the run started does not count.
        this.#baseline = readUsage(pid) ?? { memoryBytes: 0, cpuMicros: 0 };
        this.#measured = this.#baseline;
        this.#timer = setInterval(() => this.#poll(), POLL_MILLIS).unref();
        if (!ProcessUsage.isMeasurable) this.stop();
    }

    stop(): void {
        clearInterval(this.#timer);
    }

    /** Handles a report of the process. If usage is measured from outside, only the network figures of the report count. */
    handleReport(reported: ResourceUsage): void {
        this.#reported = reported;
        this.#measure();
        this.#report();
    }

    /**
     * Stops measuring, and reports the final usage.
     *
     * @param knownBytes - Memory that was used for certain, even if it was not measured.
     * @returns The peak memory in bytes.
     */
    finish(knownBytes: number): number {
        this.stop();
        this.#peakBytes = Math.max(this.#peakBytes, knownBytes);
        // Includes measurements since the last report.
        this.#measured = { ...this.#measured, memoryBytes: this.#peakBytes };
        this.#report();
        return this.#peakBytes;
    }

    #poll(): void {
        this.#measure();
        const isExceeded = this.#measured.memoryBytes > this.#listener.limitBytes;
        if (isExceeded || this.#polls % POLLS_PER_REPORT === 0) this.#report();
        this.#polls += 1;
        if (!isExceeded) return;
        this.stop();
        this.#listener.onExceeded();
    }

    #measure(): void {
        if (ProcessUsage.isMeasurable) this.#measured = readUsage(this.#pid) ?? this.#measured;
        else if (this.#reported !== undefined) this.#measured = this.#reported;
        this.#peakBytes = Math.max(this.#peakBytes, this.#measured.memoryBytes);
    }

    #report(): void {
        this.#listener.onUsage({
            elapsedMillis: now() - this.#startedAt,
            memoryBytes: this.#measured.memoryBytes,
            cpuMicros: this.#measured.cpuMicros - this.#baseline.cpuMicros,
            netRxBytes: this.#reported?.netRxBytes ?? 0,
            netTxBytes: this.#reported?.netTxBytes ?? 0,
        });
    }
}

/**
 * Reads the usage of a process; undefined if it has exited. Memory is its anonymous memory, without mapped files, which the
 * kernel can reclaim and containers do not count.
 */
function readUsage(pid: number): MeasuredUsage | undefined {
    try {
        const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
        const stat = readProcStat(String(pid));
        if (kilobytes === undefined || stat === undefined) return undefined;
        const ticks = Number(stat[11]) + Number(stat[12]);
        return { memoryBytes: Number(kilobytes) * 1024, cpuMicros: ticks * MICROS_PER_TICK };
    } catch {
        return undefined;
    }
}

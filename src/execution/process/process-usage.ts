import { readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
import { procStat } from '../../util/system.js';
import type { ResourceUsage } from '../../protocol/messages.js';

const POLL_MILLIS = 50;
const POLLS_PER_REPORT = 20;
/** Linux counts the processor time of a process in hundredths of a second, whatever its kernel really does. */
const MICROS_PER_TICK = 10_000;

/** Real time, also where a test has put a false clock in place of the global one. */
const now = performance.now.bind(performance);

export interface ProcessUsageListener {
    limitBytes: number;
    report(usage: ResourceUsage): void;
    /** Called once, when more memory is used than may be. */
    exceed(): void;
}

/** What can be seen of a process from outside. */
type Seen = Pick<ResourceUsage, 'memoryBytes' | 'cpuMicros'>;

/**
 * Watches what a process uses, from outside: it is seen whatever the process is busy with. Only Linux tells; elsewhere
 * what the process says of itself has to do, which it cannot while it is busy.
 */
export class ProcessUsage {
    static readonly isSeen = process.platform === 'linux';
    readonly #pid: number;
    readonly #listener: ProcessUsageListener;
    readonly #startedAt = now();
    readonly #before: Seen;
    readonly #timer: NodeJS.Timeout;
    #seen: Seen;
    #told: ResourceUsage | undefined;
    #peakBytes = 0;
    #polls = 0;

    constructor(pid: number, listener: ProcessUsageListener) {
        this.#pid = pid;
        this.#listener = listener;
        // What it has taken to get ready is not the run's.
        this.#before = readUsage(pid) ?? { memoryBytes: 0, cpuMicros: 0 };
        this.#seen = this.#before;
        this.#timer = setInterval(() => this.#poll(), POLL_MILLIS).unref();
        if (!ProcessUsage.isSeen) this.stop();
    }

    stop(): void {
        clearInterval(this.#timer);
    }

    /** Takes in what the process says of itself; where it is seen from outside, only what cannot be seen counts. */
    tell(told: ResourceUsage): void {
        this.#told = told;
        this.#see();
        this.#report();
    }

    /**
     * Ends the watch.
     *
     * @param knownBytes - What is known to have been used, whether it was seen or not.
     * @returns The most memory that was used.
     */
    conclude(knownBytes: number): number {
        this.stop();
        this.#peakBytes = Math.max(this.#peakBytes, knownBytes);
        // Also what was seen since the last report.
        this.#seen = { ...this.#seen, memoryBytes: this.#peakBytes };
        this.#report();
        return this.#peakBytes;
    }

    #poll(): void {
        this.#see();
        const isExceeded = this.#seen.memoryBytes > this.#listener.limitBytes;
        if (isExceeded || this.#polls % POLLS_PER_REPORT === 0) this.#report();
        this.#polls += 1;
        if (!isExceeded) return;
        this.stop();
        this.#listener.exceed();
    }

    #see(): void {
        if (ProcessUsage.isSeen) this.#seen = readUsage(this.#pid) ?? this.#seen;
        else if (this.#told !== undefined) this.#seen = this.#told;
        this.#peakBytes = Math.max(this.#peakBytes, this.#seen.memoryBytes);
    }

    #report(): void {
        this.#listener.report({
            elapsedMillis: now() - this.#startedAt,
            memoryBytes: this.#seen.memoryBytes,
            cpuMicros: this.#seen.cpuMicros - this.#before.cpuMicros,
            netRxBytes: this.#told?.netRxBytes ?? 0,
            netTxBytes: this.#told?.netTxBytes ?? 0,
        });
    }
}

/**
 * What a process has used by now; undefined for one that is gone. Its memory is what it has for itself: without the files
 * that it has mapped, which the kernel can take back, and which count for no container.
 */
function readUsage(pid: number): Seen | undefined {
    try {
        const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
        const stat = procStat(String(pid));
        if (kilobytes === undefined || stat === undefined) return undefined;
        const ticks = Number(stat[11]) + Number(stat[12]);
        return { memoryBytes: Number(kilobytes) * 1024, cpuMicros: ticks * MICROS_PER_TICK };
    } catch {
        return undefined;
    }
}

import { performance } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import type { Reporter } from './link.js';

const INTERVAL_MILLIS = 1_000;

/** Tells the host what this thread uses, every second and when asked. */
export class Usage {
    readonly #reporter: Reporter;
    readonly #start = performance.eventLoopUtilization();

    constructor(reporter: Reporter) {
        this.#reporter = reporter;
        setInterval(() => this.report(), INTERVAL_MILLIS).unref();
    }

    report(): void {
        const { heapUsed, external } = process.memoryUsage();
        // `external` counts the memory of ArrayBuffers already.
        this.#reporter.post({
            type: 'usage',
            heapBytes: heapUsed,
            externalBytes: external,
            cpuMicros: this.#cpuMicros(),
        });
    }

    #cpuMicros(): number {
        const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
        if (threadCpuUsage !== undefined) {
            const { user, system } = threadCpuUsage.call(process);
            return user + system;
        }
        // Before Node 23.9 nothing counts the CPU time of one thread; the time that its loop was busy comes near it.
        return Math.round(performance.eventLoopUtilization(this.#start).active * 1_000);
    }
}

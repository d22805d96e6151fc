import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { machineLoad } from './machine-load.js';
import type { SystemEvent } from '../protocol/messages.js';
import type { Reporter } from './link.js';

const INTERVAL_MILLIS = 1_000;
/** From here on Crawlee itself calls a processor overloaded. */
const OVERLOADED_SHARE = 0.95;

type SystemInfo = Extract<SystemEvent, { name: 'systemInfo' }>;

/** Tells what this thread uses: the host, every second and when asked, and the Actor, every second. */
export class Usage {
    readonly #reporter: Reporter;
    readonly #start = performance.eventLoopUtilization();
    readonly #timer: NodeJS.Timeout;
    #last = { atMillis: performance.now(), cpuMicros: 0 };

    /** @param tell - Called every second with what the Actor is to know. */
    constructor(reporter: Reporter, tell: (info: SystemInfo) => void) {
        this.#reporter = reporter;
        const load = machineLoad();
        const tick = (): void => {
            this.report();
            tell(this.#systemInfo(load() > OVERLOADED_SHARE));
        };
        this.#timer = setInterval(tick, INTERVAL_MILLIS).unref();
    }

    /** Tells nobody any more. */
    stop(): void {
        clearInterval(this.#timer);
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

    #systemInfo(isCpuOverloaded: boolean): SystemInfo {
        const { heapUsed, external } = process.memoryUsage();
        const now = { atMillis: performance.now(), cpuMicros: this.#cpuMicros() };
        const percent = (now.cpuMicros - this.#last.cpuMicros) / (now.atMillis - this.#last.atMillis) / 10;
        this.#last = now;
        return {
            name: 'systemInfo',
            memCurrentBytes: heapUsed + external,
            cpuCurrentUsage: Math.min(Math.max(percent, 0), 100),
            isCpuOverloaded,
            createdAt: new Date().toISOString(),
        };
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

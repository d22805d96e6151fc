import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { machineLoad } from './machine-load.js';
import { Memory } from './memory.js';
import { OUT_OF_MEMORY_EXIT_CODE, type SystemEvent } from '../protocol/messages.js';
import type { Reporter } from './link.js';

const INTERVAL_MILLIS = 1_000;
/** From here on Crawlee itself calls a processor overloaded. */
const OVERLOADED_SHARE = 0.95;
/** Hardly anything allocates faster than this. */
const FASTEST_BYTES_PER_MILLI = 1_000_000;
/** How soon and how late the next look is to be. */
const SOONEST_MILLIS = 10;
const LATEST_MILLIS = 1_000;

type SystemInfo = Extract<SystemEvent, { name: 'systemInfo' }>;

/** Who wants to know what a run uses. */
export interface UsageListener {
    /** Bytes that the run may use; absent where the host sees to it. */
    limitBytes?: number;
    /** Called every second, if the thread is not too busy, with what the Actor is to know. */
    tell(info: SystemInfo): void;
    /** Ends the run at once. */
    end(exitCode: number): void;
}

/** Sees to what this thread uses for its run, and tells the host: every second, when asked, and at the end. */
export class Usage {
    readonly #reporter: Reporter;
    readonly #listener: UsageListener;
    readonly #memory: Memory;
    readonly #start = performance.eventLoopUtilization();
    readonly #timer: NodeJS.Timeout;
    #last = { atMillis: performance.now(), cpuMicros: 0 };
    #reportedAt = -Infinity;

    constructor(reporter: Reporter, listener: UsageListener) {
        this.#reporter = reporter;
        this.#listener = listener;
        this.#memory = new Memory(listener.limitBytes ?? Infinity);
        const load = machineLoad();
        const tick = (): void => {
            const used = this.#measure();
            this.#report(used);
            listener.tell(this.#systemInfo(used, load() > OVERLOADED_SHARE));
        };
        this.#timer = setInterval(tick, INTERVAL_MILLIS).unref();
    }

    /** Tells nobody any more. */
    stop(): void {
        clearInterval(this.#timer);
    }

    /** Tells the host what is used now. */
    report(): void {
        this.#report(this.#memory.measure());
    }

    /**
     * Looks whether the run keeps to its limit, and ends it if not. It is called in the midst of whatever the Actor does.
     *
     * @returns Milliseconds within which the limit cannot be reached from here.
     */
    look(): number {
        const used = this.#measure();
        if (performance.now() - this.#reportedAt >= INTERVAL_MILLIS) this.#report(used);
        const wait = this.#memory.left(used) / FASTEST_BYTES_PER_MILLI;
        return Math.min(Math.max(wait, SOONEST_MILLIS), LATEST_MILLIS);
    }

    #measure(): number {
        const used = this.#memory.measure();
        if (this.#memory.left(used) < 0) {
            this.#memory.lift();
            this.#reporter.post({ type: 'out-of-memory', usedBytes: used });
            this.#listener.end(OUT_OF_MEMORY_EXIT_CODE);
        }
        return used;
    }

    #report(memoryBytes: number): void {
        this.#reportedAt = performance.now();
        this.#reporter.post({ type: 'usage', memoryBytes, cpuMicros: this.#cpuMicros() });
    }

    #systemInfo(memCurrentBytes: number, isCpuOverloaded: boolean): SystemInfo {
        const now = { atMillis: performance.now(), cpuMicros: this.#cpuMicros() };
        const percent = (now.cpuMicros - this.#last.cpuMicros) / (now.atMillis - this.#last.atMillis) / 10;
        this.#last = now;
        return {
            name: 'systemInfo',
            memCurrentBytes,
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

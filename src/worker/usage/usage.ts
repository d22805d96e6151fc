import { clearInterval, setInterval } from 'node:timers';
import { measureCpuTime } from './cpu-time.js';
import { cpuLoad } from '../../util/system.js';
import { isSafeToTerminate } from './usage-probe.js';
import { byteCounters } from '../network/byte-counters.js';
import { OUT_OF_MEMORY_EXIT_CODE, type ResourceUsage } from '../../protocol/messages.js';
import {
    NO_REPORTED_USAGE,
    createSystemInfo,
    type SystemInfo,
    type ReportedUsage,
} from '../../protocol/system-info.js';
import type { MessageSink } from '../channel/host-connection.js';

const INTERVAL_MILLIS = 1_000;
/** Hardly anything allocates faster than this. */
const MAX_BYTES_PER_MILLI = 1_000_000;
/** How soon and how late the next look is to be. */
const MIN_PROBE_MILLIS = 10;
const MAX_PROBE_MILLIS = 1_000;

/** Before an Actor can put something else in its place. */
const now = performance.now.bind(performance);

/** Who wants to know what a run uses. */
export interface UsageListener {
    /** Bytes that the run may use; absent where the host sees to it. */
    limitBytes?: number;
    /** Called every second, if the thread is not too busy, with what the Actor is to know. */
    onSystemInfo(info: SystemInfo): void;
    terminate(exitCode: number): void;
}

/** Sees to what this thread uses for its run, and tells the host: every second, when asked, and at the end. */
export class UsageReporter {
    readonly #reporter: MessageSink;
    readonly #listener: UsageListener;
    readonly #memory: Memory;
    readonly #startedAt = now();
    readonly #cpuMicros = measureCpuTime();
    readonly #initialBytes = byteCounters();
    readonly #timer: NodeJS.Timeout;
    #previous: ReportedUsage = NO_REPORTED_USAGE;
    #reportedAt = -Infinity;
    #isReporting = false;

    constructor(sink: MessageSink, listener: UsageListener) {
        this.#reporter = sink;
        this.#listener = listener;
        this.#memory = new Memory(listener.limitBytes ?? Infinity);
        const load = cpuLoad();
        const tick = (): void => {
            const memoryBytes = this.#memory.measure();
            if (this.#isOverLimit(memoryBytes)) this.#endOutOfMemory(memoryBytes);
            const usage = this.#report(memoryBytes);
            listener.onSystemInfo(createSystemInfo(usage, this.#previous, load()));
            this.#previous = usage;
        };
        this.#timer = setInterval(tick, INTERVAL_MILLIS).unref();
    }

    stop(): void {
        clearInterval(this.#timer);
    }

    report(): void {
        this.#report(this.#memory.measure());
    }

    /**
     * Looks whether the run keeps to its limit, and ends it if not. It is called in the midst of whatever this thread does,
     * which may be a report.
     *
     * @returns Milliseconds within which the limit cannot be reached from here.
     */
    probe(): number {
        const memoryBytes = this.#memory.measure();
        if (this.#isOverLimit(memoryBytes)) return this.#endOutOfMemory(memoryBytes);
        if (!this.#isReporting && now() - this.#reportedAt >= INTERVAL_MILLIS) this.#report(memoryBytes);
        const wait = this.#memory.remaining(memoryBytes) / MAX_BYTES_PER_MILLI;
        return Math.min(Math.max(wait, MIN_PROBE_MILLIS), MAX_PROBE_MILLIS);
    }

    #isOverLimit(usedBytes: number): boolean {
        return this.#memory.remaining(usedBytes) < 0 && isSafeToTerminate();
    }

    /** As with any end in the midst of a look, nothing may be called after it; see there. */
    #endOutOfMemory(usedBytes: number): number {
        this.#memory.removeLimit();
        this.#reporter.post({ type: 'out-of-memory', usedBytes });
        this.#listener.terminate(OUT_OF_MEMORY_EXIT_CODE);
        return MIN_PROBE_MILLIS;
    }

    #report(memoryBytes: number): ResourceUsage {
        this.#isReporting = true;
        this.#reportedAt = now();
        const { rxBytes, txBytes } = byteCounters();
        const usage: ResourceUsage = {
            elapsedMillis: this.#reportedAt - this.#startedAt,
            memoryBytes,
            cpuMicros: this.#cpuMicros(),
            netRxBytes: rxBytes - this.#initialBytes.rxBytes,
            netTxBytes: txBytes - this.#initialBytes.txBytes,
        };
        this.#reporter.post({ type: 'usage', usage });
        this.#isReporting = false;
        return usage;
    }
}

/*
 * A thread uses what its own instance of V8 counts: the heap, and the memory of ArrayBuffers. V8 collects garbage only near its own
 * limit, which is far above that of the run. So it is made to collect here; only what is alive counts as too much.
 */

type CollectGarbage = () => void;

/** From this share of the limit on, what is dead is collected before anything is said of it. */
const COLLECT_FROM_SHARE = 0.75;
/** So much more than was alive has to be in use until it is worth to collect again. */
const COLLECT_AGAIN_GROWTH = 1.5;

/** Before an Actor can put something else in its place. */
const { memoryUsage } = process;
let collectGarbage: CollectGarbage | undefined;

/** The memory of this thread, while one run has it. */
class Memory {
    #limitBytes: number;
    #collectAtBytes: number;

    constructor(limitBytes: number) {
        this.#limitBytes = limitBytes;
        this.#collectAtBytes = limitBytes * COLLECT_FROM_SHARE;
    }

    /** Returns how many bytes are left when `usedBytes` are in use. */
    remaining(usedBytes: number): number {
        return this.#limitBytes - usedBytes;
    }

    /** Bytes in use. May collect, which takes milliseconds, and seconds for gigabytes. */
    measure(): number {
        let used = bytesInUse();
        if (used <= this.#collectAtBytes) return used;
        used = collect();
        // Buffers that the first collection finds dead are freed while it goes on, or by the second.
        if (used > this.#limitBytes) used = collect();
        const worthwhile = Math.max(used * COLLECT_AGAIN_GROWTH, this.#limitBytes * COLLECT_FROM_SHARE);
        this.#collectAtBytes = Math.min(worthwhile, this.#limitBytes);
        return used;
    }

    /** For what is left to do at the end of a run. */
    removeLimit(): void {
        this.#limitBytes = Infinity;
        this.#collectAtBytes = Infinity;
    }
}

function bytesInUse(): number {
    try {
        const { heapUsed, external } = memoryUsage();
        // `external` counts the memory of ArrayBuffers already.
        return heapUsed + external;
    } catch {
        // It asks the system, too, by a file that cannot be opened where too many are open. V8 itself says the same.
        const statistics = process.getBuiltinModule('node:v8').getHeapStatistics();
        return statistics.used_heap_size + statistics.external_memory;
    }
}

function collect(): number {
    collectGarbage ??= createCollectGarbage();
    collectGarbage();
    return bytesInUse();
}

/** V8 hands out the function to contexts that are made while its flag is set; the Actor's own context has none. */
function createCollectGarbage(): CollectGarbage {
    const { setFlagsFromString } = process.getBuiltinModule('node:v8');
    setFlagsFromString('--expose-gc');
    try {
        return process.getBuiltinModule('node:vm').runInNewContext('gc') as CollectGarbage;
    } finally {
        setFlagsFromString('--no-expose-gc');
    }
}

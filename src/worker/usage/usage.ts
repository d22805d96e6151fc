import { clearInterval, setInterval } from 'node:timers';
import { isMainThread } from 'node:worker_threads';
import { measureCpuTime } from './cpu-time.js';
import { createCpuLoadSampler } from '../../util/system.js';
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
/** Upper bounds for the rates of allocation, and of the growth of a single array. */
const MAX_BYTES_PER_MILLI = 1_000_000;
const MAX_ARRAY_BYTES_PER_MILLI = 4_000_000;
/** Minimum and maximum delay until the next probe. */
const MIN_PROBE_MILLIS = 10;
const MAX_PROBE_MILLIS = 1_000;

/** Saved before an Actor can replace it. */
const now = performance.now.bind(performance);

/** Receiver of a run's usage. */
export interface UsageListener {
    /** Memory limit in bytes; absent if the host enforces it. */
    limitBytes?: number;
    /** Called every second, unless the thread is too busy, with the usage for the Actor. */
    onSystemInfo(info: SystemInfo): void;
    /** Ends the thread when the limit is exceeded. */
    terminate(exitCode: number): void;
}

/**
 * Reports what this thread uses for its run to the host: every second, on probes, and at the end. Enforces the memory
 * limit.
 */
export class UsageReporter {
    readonly #sink: MessageSink;
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
        this.#sink = sink;
        this.#listener = listener;
        this.#memory = new Memory(listener.limitBytes ?? Infinity);
        const load = createCpuLoadSampler();
        const tick = (): void => {
            const memoryBytes = this.#memory.measure();
            if (this.#isOverLimit(memoryBytes)) this.#endOutOfMemory(memoryBytes);
            const usage = this.#report(memoryBytes);
            listener.onSystemInfo(createSystemInfo(usage, this.#previous, load()));
            this.#previous = usage;
        };
        this.#timer = setInterval(tick, INTERVAL_MILLIS).unref();
    }

    /** Stops the periodic reports. */
    stop(): void {
        clearInterval(this.#timer);
    }

    /** Reports the current usage. */
    report(): void {
        this.#report(this.#memory.measure());
    }

    /**
     * Checks the memory limit and ends the run if it is exceeded. Called by a probe, which may interrupt anything, even
     * a report.
     *
     * @returns Milliseconds within which the limit cannot be reached.
     */
    probe(): number {
        const memoryBytes = this.#memory.measure();
        if (this.#isOverLimit(memoryBytes)) return this.#endOutOfMemory(memoryBytes);
        if (!this.#isReporting && now() - this.#reportedAt >= INTERVAL_MILLIS) this.#report(memoryBytes);
        const wait = Math.min(
            this.#memory.remaining(memoryBytes) / MAX_BYTES_PER_MILLI,
            this.#memory.remainingForLargeObjects(memoryBytes) / MAX_ARRAY_BYTES_PER_MILLI,
        );
        return Math.min(Math.max(wait, MIN_PROBE_MILLIS), MAX_PROBE_MILLIS);
    }

    #isOverLimit(usedBytes: number): boolean {
        const isOver = this.#memory.remaining(usedBytes) < 0 || this.#memory.remainingForLargeObjects(usedBytes) < 0;
        return isOver && isSafeToTerminate();
    }

    /** Ends the run. As after any termination in a probe, no function may be called afterwards; see {@link ProbeListener}. */
    #endOutOfMemory(usedBytes: number): number {
        const isWithinLimit = this.#memory.remaining(usedBytes) >= 0;
        this.#memory.removeLimit();
        this.#sink.post({ type: 'out-of-memory', usedBytes, ...(isWithinLimit && { exceeded: 'large-objects' }) });
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
        this.#sink.post({ type: 'usage', usage });
        this.#isReporting = false;
        return usage;
    }
}

/*
 * A thread's memory is what its V8 isolate counts: the heap and ArrayBuffers. V8 collects garbage only near its own
 * limit, far above that of the run, so garbage is collected explicitly here; only live memory counts against the limit.
 */

type CollectGarbage = () => void;

/** Share of the limit above which garbage is collected before the memory is compared with it. */
const COLLECT_FROM_SHARE = 0.75;
/** Factor by which memory must grow after a collection before the next one. */
const COLLECT_AGAIN_GROWTH = 1.5;

/**
 * Limit for all large objects of a thread together. V8 ends the whole process if a single array or hash table of 800 MB or
 * more has to grow.
 */
const LARGE_OBJECTS_BYTES = 768 * 2 ** 20;
/** The first version of V8 in which `push` to such an array throws an error instead, that of Node 22. */
const FIRST_THROWING_MAJOR = 12;
/** From that version on, runs with more memory than this have no such limit, since Actors may need more. */
const MAX_LIMITED_BYTES = 1024 * 2 ** 20;

/** Saved before an Actor can replace it. */
const { memoryUsage, getBuiltinModule } = process;
let collectGarbage: CollectGarbage | undefined;

/** Memory of this thread during one run. */
class Memory {
    #limitBytes: number;
    #largeLimitBytes: number;
    #collectAtBytes: number;

    constructor(limitBytes: number) {
        this.#limitBytes = limitBytes;
        this.#collectAtBytes = limitBytes * COLLECT_FROM_SHARE;
        const isLimited =
            limitBytes <= MAX_LIMITED_BYTES || Number.parseInt(process.versions.v8, 10) < FIRST_THROWING_MAJOR;
        this.#largeLimitBytes = isLimited && !isMainThread ? LARGE_OBJECTS_BYTES : Infinity;
    }

    /** Returns the bytes left if `usedBytes` are in use. */
    remaining(usedBytes: number): number {
        return this.#limitBytes - usedBytes;
    }

    /** Returns the bytes left for large objects if `usedBytes` are in use by all. */
    remainingForLargeObjects(usedBytes: number): number {
        const isFar = usedBytes <= this.#largeLimitBytes / 2;
        return this.#largeLimitBytes - (isFar ? usedBytes : largeObjectBytes());
    }

    /** Returns the bytes in use. May collect garbage, which takes milliseconds, or seconds for gigabytes. */
    measure(): number {
        let used = bytesInUse();
        if (used <= this.#collectAtBytes && this.remainingForLargeObjects(used) >= 0) return used;
        used = collect();
        // Buffers that the first collection finds dead are freed during it or by the second one.
        if (used > this.#limitBytes) used = collect();
        const worthwhile = Math.max(used * COLLECT_AGAIN_GROWTH, this.#limitBytes * COLLECT_FROM_SHARE);
        this.#collectAtBytes = Math.min(worthwhile, this.#limitBytes);
        return used;
    }

    /** Removes the limit for the final steps of a run. */
    removeLimit(): void {
        this.#limitBytes = Infinity;
        this.#largeLimitBytes = Infinity;
        this.#collectAtBytes = Infinity;
    }
}

function bytesInUse(): number {
    try {
        const { heapUsed, external } = memoryUsage();
        // `external` includes the memory of ArrayBuffers.
        return heapUsed + external;
    } catch {
        // `process.memoryUsage` also reads a system file, which fails if too many files are open. V8 reports the same figures.
        const statistics = getBuiltinModule('node:v8').getHeapStatistics();
        return statistics.used_heap_size + statistics.external_memory;
    }
}

const LARGE_OBJECT_SPACES: ReadonlySet<string> = new Set(['large_object_space', 'new_large_object_space']);

/** Returns the size of the objects that have pages of their own, such as long arrays and strings. */
function largeObjectBytes(): number {
    let bytes = 0;
    const { getHeapSpaceStatistics } = getBuiltinModule('node:v8');
    for (const { space_name: name, space_used_size: used } of getHeapSpaceStatistics()) {
        if (LARGE_OBJECT_SPACES.has(name)) bytes += used;
    }
    return bytes;
}

function collect(): number {
    collectGarbage ??= createCollectGarbage();
    collectGarbage();
    return bytesInUse();
}

/** V8 exposes `gc` in contexts that are created while the flag is set, so the Actor's own context does not get `gc`. */
function createCollectGarbage(): CollectGarbage {
    const { setFlagsFromString } = getBuiltinModule('node:v8');
    setFlagsFromString('--expose-gc');
    try {
        return getBuiltinModule('node:vm').runInNewContext('gc') as CollectGarbage;
    } finally {
        setFlagsFromString('--no-expose-gc');
    }
}

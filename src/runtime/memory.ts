/*
 * What a thread uses is what its own instance of V8 counts: the heap, and what hangs on it outside, above all the memory of
 * ArrayBuffers and so of Buffers. The code of Node, the stacks, and what native code takes for itself belong to the process.
 *
 * V8 leaves what is dead where it is until its own limit comes near, which is far above that of the run: see the settings
 * of threads. So it is made to collect here, once much of what may be used is in use; only what is alive counts as too much.
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
export class Memory {
    #limitBytes: number;
    #collectAtBytes: number;

    constructor(limitBytes: number) {
        this.#limitBytes = limitBytes;
        this.#collectAtBytes = limitBytes * COLLECT_FROM_SHARE;
    }

    /** Bytes that may still be taken, if so many are in use. */
    left(usedBytes: number): number {
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
    lift(): void {
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
    collectGarbage ??= makeCollectGarbage();
    collectGarbage();
    return bytesInUse();
}

/** V8 hands out the function to contexts that are made while its flag is set; the Actor's own context has none. */
function makeCollectGarbage(): CollectGarbage {
    const { setFlagsFromString } = process.getBuiltinModule('node:v8');
    setFlagsFromString('--expose-gc');
    try {
        return process.getBuiltinModule('node:vm').runInNewContext('gc') as CollectGarbage;
    } finally {
        setFlagsFromString('--no-expose-gc');
    }
}

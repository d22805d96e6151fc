/** Limits on the runs that execute at the same time. */
export interface AdmissionLimits {
    maxConcurrentRuns: number;
    maxTotalMemoryMbytes: number;
}

interface QueuedRun {
    runId: string;
    memoryMbytes: number;
    admit: () => void;
}

/**
 * Admits runs within the limits, first in, first out. Smaller runs do not overtake a run that waits for memory: otherwise a
 * large run could wait forever.
 */
export class Admission {
    readonly #limits: AdmissionLimits;
    readonly #queue = new Map<string, QueuedRun>();
    readonly #admitted = new Map<string, number>();
    #memoryMbytes = 0;
    #isClosed = false;

    constructor(limits: AdmissionLimits) {
        this.#limits = limits;
    }

    /** Queues a run. Calls `admit` once there is room, possibly immediately. */
    enqueue(runId: string, memoryMbytes: number, admit: () => void): void {
        this.#queue.set(runId, { runId, memoryMbytes, admit });
        this.#admitNext();
    }

    /** Removes a run from the queue, or frees the capacity it uses. */
    release(runId: string): void {
        this.#queue.delete(runId);
        const memoryMbytes = this.#admitted.get(runId);
        if (memoryMbytes !== undefined) {
            this.#admitted.delete(runId);
            this.#memoryMbytes -= memoryMbytes;
        }
        this.#admitNext();
    }

    /** Clears the queue and admits no more runs. */
    close(): void {
        this.#isClosed = true;
        this.#queue.clear();
    }

    #admitNext(): void {
        for (const next of this.#queue.values()) {
            if (this.#isClosed || !this.#hasRoomFor(next)) return;
            this.#queue.delete(next.runId);
            this.#admitted.set(next.runId, next.memoryMbytes);
            this.#memoryMbytes += next.memoryMbytes;
            next.admit();
        }
    }

    #hasRoomFor(next: QueuedRun): boolean {
        return (
            this.#admitted.size < this.#limits.maxConcurrentRuns &&
            this.#memoryMbytes + next.memoryMbytes <= this.#limits.maxTotalMemoryMbytes
        );
    }
}

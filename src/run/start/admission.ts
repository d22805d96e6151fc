/** How much may run at once. */
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
 * Lets runs in, first in, first out, as long as there is room. A run that has to wait keeps those behind it waiting too,
 * also smaller ones: otherwise a big run could wait for ever.
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

    /** Calls `admit` once there is room, maybe at once. */
    enqueue(runId: string, memoryMbytes: number, admit: () => void): void {
        this.#queue.set(runId, { runId, memoryMbytes, admit });
        this.#admitNext();
    }

    /** Gives up the place of a run, whether it is inside or still waiting. */
    release(runId: string): void {
        this.#queue.delete(runId);
        const memoryMbytes = this.#admitted.get(runId);
        if (memoryMbytes !== undefined) {
            this.#admitted.delete(runId);
            this.#memoryMbytes -= memoryMbytes;
        }
        this.#admitNext();
    }

    /** Lets nobody in any more. */
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

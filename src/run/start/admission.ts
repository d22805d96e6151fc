/** How much may run at once. */
export interface AdmissionLimits {
    maxConcurrentRuns: number;
    maxTotalMemoryMbytes: number;
}

interface Waiting {
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
    readonly #waiting = new Map<string, Waiting>();
    readonly #inside = new Map<string, number>();
    #memoryMbytes = 0;
    #closed = false;

    constructor(limits: AdmissionLimits) {
        this.#limits = limits;
    }

    /** Calls `admit` once there is room, maybe at once. */
    enqueue(runId: string, memoryMbytes: number, admit: () => void): void {
        this.#waiting.set(runId, { runId, memoryMbytes, admit });
        this.#letIn();
    }

    /** Gives up the place of a run, whether it is inside or still waiting. */
    release(runId: string): void {
        this.#waiting.delete(runId);
        const memoryMbytes = this.#inside.get(runId);
        if (memoryMbytes !== undefined) {
            this.#inside.delete(runId);
            this.#memoryMbytes -= memoryMbytes;
        }
        this.#letIn();
    }

    /** Lets nobody in any more. */
    close(): void {
        this.#closed = true;
        this.#waiting.clear();
    }

    #letIn(): void {
        for (const next of this.#waiting.values()) {
            if (this.#closed || !this.#hasRoomFor(next)) return;
            this.#waiting.delete(next.runId);
            this.#inside.set(next.runId, next.memoryMbytes);
            this.#memoryMbytes += next.memoryMbytes;
            next.admit();
        }
    }

    #hasRoomFor(next: Waiting): boolean {
        return (
            this.#inside.size < this.#limits.maxConcurrentRuns &&
            this.#memoryMbytes + next.memoryMbytes <= this.#limits.maxTotalMemoryMbytes
        );
    }
}

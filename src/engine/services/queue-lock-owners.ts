/** What is needed of a request queue: to end the locks of one of its clients. */
interface Queue {
    readonly id: string;
    unlockAll(clientKey: string): unknown;
}

/**
 * Knows which clients of which runs have worked on which queues, so that the locks of a run whose Actor is gone can be
 * ended at once. On the platform a lock belongs to its run as well as to its client.
 */
export class QueueLockOwners {
    readonly #queues: { find(idOrName: string): Queue | undefined };
    /** By run: queues, and the keys of their clients. */
    readonly #clients = new Map<string, Map<string, Set<string>>>();

    constructor(queues: { find(idOrName: string): Queue | undefined }) {
        this.#queues = queues;
    }

    add(runId: string, queueId: string, clientKey: string): void {
        const queues = this.#clients.get(runId) ?? new Map<string, Set<string>>();
        const keys = queues.get(queueId) ?? new Set<string>();
        this.#clients.set(runId, queues.set(queueId, keys.add(clientKey)));
    }

    /** The keys of the clients of a run that have worked on a queue, under whichever of its names. */
    clientKeys(runId: string, queueId: string): string[] {
        const queues = [...(this.#clients.get(runId) ?? [])];
        return queues.flatMap(([name, keys]) => (this.#queues.find(name)?.id === queueId ? [...keys] : []));
    }

    /** Ends all locks that the Actor of a run holds, and forgets its clients. */
    release(runId: string): void {
        for (const [queueId, clientKeys] of this.#clients.get(runId) ?? []) {
            for (const clientKey of clientKeys) void this.#unlock(queueId, clientKey);
        }
        this.#clients.delete(runId);
    }

    async #unlock(queueId: string, clientKey: string): Promise<void> {
        try {
            await this.#queues.find(queueId)?.unlockAll(clientKey);
        } catch {
            // A lock that cannot be ended here ends by the clock, as it does for everyone.
        }
    }
}

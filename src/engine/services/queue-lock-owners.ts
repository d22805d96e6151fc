/** The methods of a request queue that {@link QueueLockOwners} uses. */
interface Queue {
    readonly id: string;
    unlockAll(clientKey: string): unknown;
}

/**
 * Records which clients of a run have used which queues, so that the locks of a run are released as soon as its Actor has exited.
 * On the platform, a lock belongs to its run as well as to its client.
 */
export class QueueLockOwners {
    readonly #queues: { find(idOrName: string): Queue | undefined };
    /** Client keys by run id and queue id or name. */
    readonly #clients = new Map<string, Map<string, Set<string>>>();

    constructor(queues: { find(idOrName: string): Queue | undefined }) {
        this.#queues = queues;
    }

    add(runId: string, queueId: string, clientKey: string): void {
        const queues = this.#clients.get(runId) ?? new Map<string, Set<string>>();
        const keys = queues.get(queueId) ?? new Set<string>();
        this.#clients.set(runId, queues.set(queueId, keys.add(clientKey)));
    }

    /** Returns the keys of the clients of a run that have used a queue, by its id or any of its names. */
    clientKeys(runId: string, queueId: string): string[] {
        const queues = [...(this.#clients.get(runId) ?? [])];
        return queues.flatMap(([name, keys]) => (this.#queues.find(name)?.id === queueId ? [...keys] : []));
    }

    /** Releases all locks that the Actor of a run holds. */
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
            // The lock expires by the clock, as any other lock.
        }
    }
}

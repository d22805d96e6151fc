import type { RequestQueueClient } from '../../../model/client/storage.js';

/** Seconds for which a fetched request stays locked without being handled. */
export const LOCK_SECS = 180;

const FETCH_LIMIT = 25;
/** The head is refilled while it still contains a request, so that callers do not wait. */
const REFILL_AT = 1;

/** The requests of a queue that this run has locked and not yet returned, in order. */
export class RequestQueueHead {
    /** True if the queue had locked requests when it was last read. */
    queueHasLocked = false;
    readonly #client: RequestQueueClient;
    readonly #forefront = new Set<string>();
    #ids: string[] = [];
    #filling: Promise<void> | undefined;
    #hasNewForefront = false;
    #paused = false;

    constructor(client: RequestQueueClient) {
        this.#client = client;
    }

    /** Number of locked requests that are not returned yet. */
    get size(): number {
        return this.#ids.length;
    }

    /** Marks a request to be returned before those that are already locked. */
    addForefront(requestId: string): void {
        this.#forefront.add(requestId);
        this.#hasNewForefront = true;
    }

    /** Removes the first request and returns its id. */
    shift(): string | undefined {
        const id = this.#ids.shift();
        if (id !== undefined) this.#forefront.delete(id);
        return id;
    }

    /** Removes a request. */
    remove(id: string): void {
        this.#ids = this.#ids.filter((other) => other !== id);
    }

    /** Locks more requests if there are too few. */
    async fill(): Promise<void> {
        if (this.#paused || (this.size > REFILL_AT && !this.#hasNewForefront)) return;
        this.#filling ??= this.#load().finally(() => {
            this.#filling = undefined;
        });
        await this.#filling;
    }

    /** Releases all locks and acquires no more: the run is about to end or to migrate. */
    async release(): Promise<void> {
        this.#paused = true;
        const ids = this.#ids;
        this.#ids = [];
        await Promise.all(ids.map((id) => this.unlock(id)));
    }

    /** Releases one lock. A lock that has expired is not an error. */
    async unlock(id: string, forefront = false): Promise<void> {
        await this.#client.deleteRequestLock(id, { forefront }).catch(() => {});
    }

    async #load(): Promise<void> {
        const isForefrontRefill = this.#hasNewForefront;
        this.#hasNewForefront = false;
        const head = await this.#client.listAndLockHead({ limit: FETCH_LIMIT, lockSecs: LOCK_SECS });
        this.queueHasLocked = head.queueHasLockedRequests;
        const fresh = head.items.map(({ id }) => id).filter((id) => !this.#ids.includes(id));
        this.#ids = [
            ...fresh.filter((id) => this.#forefront.has(id)),
            ...this.#ids,
            ...fresh.filter((id) => !this.#forefront.has(id)),
        ];
        const surplus = this.#ids.splice(isForefrontRefill ? FETCH_LIMIT : FETCH_LIMIT + REFILL_AT);
        if (this.#paused) return this.release();
        await Promise.all(surplus.map((id) => this.unlock(id)));
    }
}

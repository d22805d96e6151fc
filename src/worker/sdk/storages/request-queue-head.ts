import type { RequestQueueClient } from '../../../model/client/storage.js';

/** How long a request stays this Actor's own without being handled. */
export const LOCK_SECS = 180;

const FETCH_LIMIT = 25;
/** The head is filled while there is still something in it, so that nobody has to wait for it. */
const REFILL_AT = 1;

/** The requests of a queue that this run has locked and not handed out yet, in their order. */
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

    get size(): number {
        return this.#ids.length;
    }

    /** Notes a request that has to be handed out before those that are locked already. */
    addForefront(requestId: string): void {
        this.#forefront.add(requestId);
        this.#hasNewForefront = true;
    }

    /** The next request's id, which is the caller's from now on. */
    shift(): string | undefined {
        const id = this.#ids.shift();
        if (id !== undefined) this.#forefront.delete(id);
        return id;
    }

    remove(id: string): void {
        this.#ids = this.#ids.filter((other) => other !== id);
    }

    async fill(): Promise<void> {
        if (this.#paused || (this.size > REFILL_AT && !this.#hasNewForefront)) return;
        this.#filling ??= this.#load().finally(() => {
            this.#filling = undefined;
        });
        await this.#filling;
    }

    /** Gives all locks back and takes no more: the run is about to end or to move. */
    async release(): Promise<void> {
        this.#paused = true;
        const ids = this.#ids;
        this.#ids = [];
        await Promise.all(ids.map((id) => this.unlock(id)));
    }

    /** Gives one lock back. That it is held no longer is no failure. */
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

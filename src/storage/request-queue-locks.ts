/** A lock on a request. Locks live in memory only: those of a dead process must not outlive it, but they are in snapshots. */
export interface RequestLock {
    readonly clientKey: string;
    /** Milliseconds since the epoch. */
    expiresAt: number;
    /** To which end of the queue the request returns when the lock ends. */
    forefront: boolean;
    /** Where the heap of locks has it. */
    slot: number;
}

/** Something that can be locked. */
export interface Lockable {
    readonly place: number;
    lock: RequestLock | undefined;
}

/** All locks of a queue: a binary heap by the time at which they end, so that ending them costs nothing until it is due. */
export class RequestQueueLocks<T extends Lockable> {
    readonly #heap: T[] = [];

    get size(): number {
        return this.#heap.length;
    }

    /** All that are locked, in no particular order. */
    all(): Iterable<T> {
        return this.#heap;
    }

    lock(one: T, clientKey: string, expiresAt: number, forefront: boolean): void {
        one.lock = { clientKey, expiresAt, forefront, slot: this.#heap.length };
        this.#heap.push(one);
        this.#rise(this.#heap.length - 1);
    }

    unlock(one: T): void {
        const slot = one.lock?.slot;
        if (slot === undefined) return;
        one.lock = undefined;
        const last = this.#heap.pop();
        if (last === undefined || last === one) return;
        this.#put(slot, last);
        this.#rise(slot);
        this.#sink(last.lock?.slot ?? slot);
    }

    /** The one whose lock ended first, if any has ended; it is still in the table. */
    firstEnded(now: number): T | undefined {
        const first = this.#heap[0];
        return first?.lock && first.lock.expiresAt <= now ? first : undefined;
    }

    /** All that a client has locked, in the order in which they return. */
    heldBy(clientKey: string): T[] {
        return this.#heap.filter((one) => one.lock?.clientKey === clientKey).toSorted(compare);
    }

    #rise(from: number): void {
        let slot = from;
        while (slot > 0) {
            const parent = (slot - 1) >>> 1;
            if (compare(this.#heap[slot]!, this.#heap[parent]!) >= 0) return;
            this.#swap(slot, parent);
            slot = parent;
        }
    }

    #sink(from: number): void {
        let slot = from;
        for (;;) {
            let least = slot;
            for (const child of [2 * slot + 1, 2 * slot + 2]) {
                if (child < this.#heap.length && compare(this.#heap[child]!, this.#heap[least]!) < 0) least = child;
            }
            if (least === slot) return;
            this.#swap(slot, least);
            slot = least;
        }
    }

    #swap(a: number, b: number): void {
        const one = this.#heap[a]!;
        this.#put(a, this.#heap[b]!);
        this.#put(b, one);
    }

    #put(slot: number, one: T): void {
        this.#heap[slot] = one;
        if (one.lock) one.lock.slot = slot;
    }
}

/**
 * By end of lock. Those that end at once return one after the other and keep their order: at the back the first comes
 * first, at the front the last.
 */
function compare(a: Lockable, b: Lockable): number {
    const [lockA, lockB] = [a.lock!, b.lock!];
    if (lockA.expiresAt !== lockB.expiresAt) return lockA.expiresAt - lockB.expiresAt;
    if (lockA.forefront !== lockB.forefront) return lockA.forefront ? -1 : 1;
    return lockA.forefront ? b.place - a.place : a.place - b.place;
}

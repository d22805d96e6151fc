/*
 * What the threads that watch have in common, in memory that they share: who is being watched, and when the one whose
 * task it is will look next.
 */

/** Memory that is handed from one thread to the other; see {@link WatchTable}. */
export type SharedWatchTable = SharedArrayBuffer;

const DUE_BYTES = BigInt64Array.BYTES_PER_ELEMENT;
/** More than these are not written down. */
const PLACES = 256;
const NOBODY = 0;
const NEVER = 2n ** 62n;

/** The threads that are watched, and whether that is being done. */
export class WatchTable {
    readonly shared: SharedWatchTable;
    readonly #dueMillis: BigInt64Array;
    readonly #threadIds: Int32Array;

    /** @param shared - That of the other thread's table; without it, a new one is made. */
    constructor(shared?: SharedWatchTable) {
        this.shared = shared ?? new SharedArrayBuffer(DUE_BYTES + PLACES * Int32Array.BYTES_PER_ELEMENT);
        this.#dueMillis = new BigInt64Array(this.shared, 0, 1);
        this.#threadIds = new Int32Array(this.shared, DUE_BYTES, PLACES);
        if (shared === undefined) this.promise();
    }

    /** Writes a thread down, and returns what strikes it out. */
    add(threadId: number): () => void {
        const place = this.#threadIds.findIndex((_, index) => Atomics.load(this.#threadIds, index) === NOBODY);
        if (place === -1) return () => {};
        Atomics.store(this.#threadIds, place, threadId);
        return () => Atomics.store(this.#threadIds, place, NOBODY);
    }

    threadIds(): number[] {
        return Array.from(this.#threadIds).filter((threadId) => threadId !== NOBODY);
    }

    /** Says when the next look will be, in milliseconds from now; without any, that none is due. */
    promise(inMillis?: number): void {
        const due = inMillis === undefined ? NEVER : uptimeMillis() + BigInt(Math.ceil(inMillis));
        Atomics.store(this.#dueMillis, 0, due);
    }

    /** By how many milliseconds the next look is late; negative if it is not. */
    latenessMillis(): number {
        return Number(uptimeMillis() - Atomics.load(this.#dueMillis, 0));
    }
}

/** Real time, also where a test has put a false clock in its place. */
const { hrtime } = process;

/** The same in all threads, as opposed to `performance.now()`. */
function uptimeMillis(): bigint {
    return hrtime.bigint() / 1_000_000n;
}

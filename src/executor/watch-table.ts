/*
 * What the host tells whoever watches its threads, in memory that both share: the host can write it down, and the other one
 * can read it, whatever either of them is busy with.
 */

/** Memory that is handed from one thread to the other; see {@link WatchTable}. */
export type SharedWatchTable = SharedArrayBuffer;

/** A thread at one of its runs: one that is used again comes with another turn. */
export interface ThreadTurn {
    readonly threadId: number;
    readonly turn: number;
}

/** More than these are not written down; no process has so many threads. */
const PLACES = 4_096;
const NOBODY = 0;

/** The threads that are watched, and whether they may be. */
export class WatchTable {
    readonly shared: SharedWatchTable;
    readonly #isAllowed: Int32Array;
    /** No place from here on has been used yet, and none needs to be read. */
    readonly #usedPlaces: Int32Array;
    readonly #threadIds: Int32Array;
    readonly #turns: Int32Array;

    /** @param shared - That of the other thread's table; without it, a new one is made. */
    constructor(shared?: SharedWatchTable) {
        this.shared = shared ?? new SharedArrayBuffer((2 + 2 * PLACES) * Int32Array.BYTES_PER_ELEMENT);
        this.#isAllowed = new Int32Array(this.shared, 0, 1);
        this.#usedPlaces = new Int32Array(this.shared, Int32Array.BYTES_PER_ELEMENT, 1);
        this.#threadIds = new Int32Array(this.shared, 2 * Int32Array.BYTES_PER_ELEMENT, PLACES);
        this.#turns = new Int32Array(this.shared, (2 + PLACES) * Int32Array.BYTES_PER_ELEMENT, PLACES);
    }

    /** Writes a thread down, and returns what strikes it out. */
    add(threadId: number): () => void {
        const place = this.#threadIds.findIndex((_, index) => Atomics.load(this.#threadIds, index) === NOBODY);
        if (place === -1) return () => {};
        Atomics.add(this.#turns, place, 1);
        Atomics.store(this.#threadIds, place, threadId);
        // Only the host writes.
        if (place >= Atomics.load(this.#usedPlaces, 0)) Atomics.store(this.#usedPlaces, 0, place + 1);
        let isThere = true;
        return () => {
            if (isThere) Atomics.store(this.#threadIds, place, NOBODY);
            isThere = false;
        };
    }

    threads(): ThreadTurn[] {
        const threads: ThreadTurn[] = [];
        const used = Atomics.load(this.#usedPlaces, 0);
        for (let place = 0; place < used; place++) {
            const threadId = Atomics.load(this.#threadIds, place);
            if (threadId !== NOBODY) threads.push({ threadId, turn: Atomics.load(this.#turns, place) });
        }
        return threads;
    }

    /** Whether the threads may be looked into: somebody who debugs the process is to have them alone. */
    get isAllowed(): boolean {
        return Atomics.load(this.#isAllowed, 0) === 1;
    }

    set isAllowed(isAllowed: boolean) {
        Atomics.store(this.#isAllowed, 0, isAllowed ? 1 : 0);
    }
}

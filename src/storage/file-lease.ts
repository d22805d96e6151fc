import { CONTROL_BYTES, LeaseState, STATE_WORD, type ItemLease } from '../protocol/item-lease.js';

/** A thread that writes is done within microseconds; one that is not has been killed in the middle. */
const LONGEST_WRITE_MILLIS = 1_000;

/** A file that is lent to another thread to append lines to. The two sides never write at the same time. */
export class FileLease {
    readonly #path: string;
    readonly #control = new SharedArrayBuffer(CONTROL_BYTES);
    readonly #words = new Int32Array(this.#control);

    constructor(path: string) {
        this.#path = path;
    }

    lend(): ItemLease {
        return { type: 'file', path: this.#path, control: this.#control };
    }

    /** Does something while the other thread does not write. */
    whileNobodyWrites<Result>(work: () => Result): Result {
        const before = this.#enter();
        try {
            return work();
        } finally {
            Atomics.store(this.#words, STATE_WORD, before);
            Atomics.notify(this.#words, STATE_WORD);
        }
    }

    /** Tells the other thread to go back to asking, after what it is writing now. */
    end(): void {
        this.#enter();
        Atomics.store(this.#words, STATE_WORD, LeaseState.ended);
        Atomics.notify(this.#words, STATE_WORD);
    }

    /** Takes the pen and returns the state to go back to. */
    #enter(): number {
        const { free, writing, ended } = LeaseState;
        for (;;) {
            const state = Atomics.compareExchange(this.#words, STATE_WORD, free, writing);
            if (state === free) return free;
            if (state === ended) return ended;
            // Whoever still holds the pen after that long will never put it down.
            if (Atomics.wait(this.#words, STATE_WORD, writing, LONGEST_WRITE_MILLIS) === 'timed-out') return ended;
        }
    }
}

import {
    COMMITTED_WORD,
    CONTROL_BYTES,
    GrantState,
    STATE_WORD,
    type DirectWriteGrant,
} from '../../protocol/direct-write.js';

const INITIAL_BYTES = 64 * 1024;
const MAX_BYTES = 1024 * 1024;
/** Timeout of a write, which takes microseconds. A thread that takes longer was killed in the middle. */
const MAX_WRITE_MILLIS = 1_000;

/**
 * Memory that another thread may write lines to. Only that thread writes lines and sets the number of committed bytes. This side
 * reads the committed bytes, and resets the memory only while that thread waits for an answer.
 */
export class DirectMemoryWrites {
    #lines = new SharedArrayBuffer(INITIAL_BYTES);
    #control = new SharedArrayBuffer(CONTROL_BYTES);
    #ingested = 0;

    /** Resets and grants the memory, larger than before and with at least the given capacity. All lines must have been ingested. */
    grant(byteCount: number): DirectWriteGrant {
        const words = new Int32Array(this.#control);
        let bytes = this.#lines.byteLength;
        if (this.#ingested > 0) {
            Atomics.store(words, COMMITTED_WORD, 0);
            this.#ingested = 0;
            bytes = Math.max(bytes, Math.min(MAX_BYTES, bytes * 4));
        }
        // Only as large as the one line: ingesting much at once blocks the host, and a request costs little compared to such a line.
        bytes = Math.max(bytes, byteCount);
        if (bytes > this.#lines.byteLength) this.#lines = new SharedArrayBuffer(bytes);
        return { type: 'memory', lines: this.#lines, control: this.#control };
    }

    /** Returns the whole lines that were committed since the last call. The caller must copy them before anything else happens. */
    takeLines(): Buffer {
        const committed = Atomics.load(new Int32Array(this.#control), COMMITTED_WORD);
        const bytes = Buffer.from(this.#lines, this.#ingested, committed - this.#ingested);
        this.#ingested = committed;
        return bytes;
    }

    /** Ends the grant: the other thread must request a new one. */
    end(): void {
        Atomics.store(new Int32Array(this.#control), STATE_WORD, GrantState.ended);
    }
}

/** A file that another thread may append lines to. The two sides never write at the same time. */
export class DirectFileWrites {
    readonly #path: string;
    readonly #control = new SharedArrayBuffer(CONTROL_BYTES);
    readonly #words = new Int32Array(this.#control);

    constructor(path: string) {
        this.#path = path;
    }

    grant(): DirectWriteGrant {
        return { type: 'file', path: this.#path, control: this.#control };
    }

    /** Runs a function while the other thread does not write. */
    runExclusive(work: () => void): void {
        const previousState = this.#lock();
        try {
            work();
        } finally {
            this.#unlock(previousState);
        }
    }

    /** Ends the grant after the current write: the other thread must request a new one. */
    end(): void {
        this.#lock();
        this.#unlock(GrantState.ended);
    }

    /** Locks the file against the other thread. Returns the state to restore. */
    #lock(): number {
        const { free, writing, ended } = GrantState;
        for (;;) {
            const state = Atomics.compareExchange(this.#words, STATE_WORD, free, writing);
            if (state === free) return free;
            if (state === ended) return ended;
            // A writer that still holds the lock has died.
            if (Atomics.wait(this.#words, STATE_WORD, writing, MAX_WRITE_MILLIS) === 'timed-out') return ended;
        }
    }

    #unlock(state: number): void {
        Atomics.store(this.#words, STATE_WORD, state);
        Atomics.notify(this.#words, STATE_WORD);
    }
}

import {
    COMMITTED_WORD,
    CONTROL_BYTES,
    GrantState,
    STATE_WORD,
    type DirectWriteGrant,
} from '../../protocol/direct-write.js';

const INITIAL_BYTES = 64 * 1024;
const MAX_BYTES = 1024 * 1024;
/** A thread that writes is done within microseconds; one that is not has been killed in the middle. */
const MAX_WRITE_MILLIS = 1_000;

/**
 * Memory that another thread may write lines into. Only that thread writes lines and says how many bytes of
 * them are whole; this side reads up to there, and starts again only while that thread waits for its answer.
 */
export class DirectMemoryWrites {
    #lines = new SharedArrayBuffer(INITIAL_BYTES);
    #control = new SharedArrayBuffer(CONTROL_BYTES);
    #taken = 0;

    /** Grants the memory, empty again, larger than before and with room for so many bytes. All of it must have been taken. */
    grant(byteCount: number): DirectWriteGrant {
        const words = new Int32Array(this.#control);
        let bytes = this.#lines.byteLength;
        if (this.#taken > 0) {
            Atomics.store(words, COMMITTED_WORD, 0);
            this.#taken = 0;
            bytes = Math.max(bytes, Math.min(MAX_BYTES, bytes * 4));
        }
        // No more than the one line: taking much at once holds up the host, and a question costs nothing beside so large a line.
        bytes = Math.max(bytes, byteCount);
        if (bytes > this.#lines.byteLength) this.#lines = new SharedArrayBuffer(bytes);
        return { type: 'memory', lines: this.#lines, control: this.#control };
    }

    /** Whole lines that have come since the last time, to be copied before anything else happens. */
    takeLines(): Buffer {
        const committed = Atomics.load(new Int32Array(this.#control), COMMITTED_WORD);
        const bytes = Buffer.from(this.#lines, this.#taken, committed - this.#taken);
        this.#taken = committed;
        return bytes;
    }

    /** Makes the other thread ask again. */
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

    /** Does something while the other thread does not write. */
    runExclusive(work: () => void): void {
        const before = this.#lock();
        try {
            work();
        } finally {
            this.#unlock(before);
        }
    }

    /** Makes the other thread ask again, after what it is writing now. */
    end(): void {
        this.#lock();
        this.#unlock(GrantState.ended);
    }

    /** Returns the state to go back to. */
    #lock(): number {
        const { free, writing, ended } = GrantState;
        for (;;) {
            const state = Atomics.compareExchange(this.#words, STATE_WORD, free, writing);
            if (state === free) return free;
            if (state === ended) return ended;
            // A writer that still holds the lock after that long has died.
            if (Atomics.wait(this.#words, STATE_WORD, writing, MAX_WRITE_MILLIS) === 'timed-out') return ended;
        }
    }

    #unlock(state: number): void {
        Atomics.store(this.#words, STATE_WORD, state);
        Atomics.notify(this.#words, STATE_WORD);
    }
}

import { COMMITTED_WORD, CONTROL_BYTES, LeaseState, STATE_WORD, type ItemLease } from '../protocol/item-lease.js';

const FIRST_BYTES = 64 * 1024;
const MOST_BYTES = 1024 * 1024;

/**
 * Memory that is lent to another thread to write lines into. Only that thread writes lines and says how many bytes of
 * them are whole; this side reads up to there, and begins anew only while that thread waits for its answer.
 */
export class SharedLines {
    #lines = new SharedArrayBuffer(FIRST_BYTES);
    #control = new SharedArrayBuffer(CONTROL_BYTES);
    #taken = 0;

    /** The memory, empty again, larger than before and with room for so many bytes. All of it must have been taken. */
    lend(byteCount: number): ItemLease {
        const words = new Int32Array(this.#control);
        let bytes = this.#lines.byteLength;
        if (this.#taken > 0) {
            Atomics.store(words, COMMITTED_WORD, 0);
            this.#taken = 0;
            bytes = Math.max(bytes, Math.min(MOST_BYTES, bytes * 4));
        }
        // No more than the one line: to take in much at once holds up the host, and a question costs nothing beside so large a line.
        bytes = Math.max(bytes, byteCount);
        if (bytes > this.#lines.byteLength) this.#lines = new SharedArrayBuffer(bytes);
        return { type: 'memory', lines: this.#lines, control: this.#control };
    }

    /** Whole lines that have come since the last time, to be copied before anything else happens. */
    take(): Buffer {
        const committed = Atomics.load(new Int32Array(this.#control), COMMITTED_WORD);
        const bytes = Buffer.from(this.#lines, this.#taken, committed - this.#taken);
        this.#taken = committed;
        return bytes;
    }

    /** Tells the other thread to go back to asking. */
    end(): void {
        Atomics.store(new Int32Array(this.#control), STATE_WORD, LeaseState.ended);
    }
}

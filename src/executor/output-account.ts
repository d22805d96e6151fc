import { outputCost } from '../protocol/flow.js';

/** Less than any output could make up for. */
const FOR_EVER = -(2 ** 31);

/** What of a thread's output is under way, shared with the thread, which waits while it is too much. */
export class OutputAccount {
    readonly shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    readonly #words = new Int32Array(this.shared);

    settle(text: string): void {
        Atomics.sub(this.#words, 0, outputCost(text));
        Atomics.notify(this.#words, 0);
    }

    /** Nobody deals with output any more: the thread is not to wait for it. */
    close(): void {
        Atomics.store(this.#words, 0, FOR_EVER);
        Atomics.notify(this.#words, 0);
    }
}

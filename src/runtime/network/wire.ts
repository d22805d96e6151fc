import type { Duplex } from 'node:stream';

/**
 * One direction of a connection within this thread. What is sent arrives on the next tick, so that neither side ever
 * runs inside a call of the other.
 */
export class Wire {
    readonly #receiver: Duplex;
    #release: (() => void) | undefined;

    constructor(receiver: Duplex) {
        this.#receiver = receiver;
    }

    /**
     * @param bytes - Not touched by the sender any more.
     * @param done - Called when the receiver has room for more; also if nobody is there to receive, as with TCP, where
     *     the sender learns of that from what it reads.
     */
    send(bytes: Buffer, done: () => void): void {
        process.nextTick(() => {
            if (this.#receiver.destroyed || this.#receiver.push(bytes)) done();
            else this.#release = done;
        });
    }

    /** Tells the receiver that nothing more comes. */
    end(done?: () => void): void {
        process.nextTick(() => {
            if (!this.#receiver.destroyed) this.#receiver.push(null);
            done?.();
        });
    }

    /** Lets the sender go on, because the receiver has read what it had or will not read at all. */
    drain(): void {
        const release = this.#release;
        this.#release = undefined;
        release?.();
    }
}

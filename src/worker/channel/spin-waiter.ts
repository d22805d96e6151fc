import { receiveFromPort } from './open-handles.js';
import type { MessagePort } from 'node:worker_threads';

/** Longer than the host needs for a small response, even if it writes a file first. */
const SPIN_MILLIS = 0.2;
/** Number of consecutive spins without a response after which spins become rarer. */
const MAX_MISSES = 8;
const MAX_SKIPS = 64;
/** An Actor that only makes calls must still see its timers fire. */
const YIELD_INTERVAL_MILLIS = 5;

/**
 * Polls a port for a response before the thread goes to sleep: waking up takes longer than most responses. On a busy
 * machine, where polling takes the processor from the host, it polls ever more rarely. See
 * `docs/decisions/polling-for-answers.md`.
 */
export class SpinWaiter {
    readonly #port: MessagePort;
    readonly #receive: (message: unknown) => void;
    #yieldedAt = performance.now();
    #skips = 0;
    #misses = 0;

    constructor(port: MessagePort, receive: (message: unknown) => void) {
        this.#port = port;
        this.#receive = receive;
    }

    /** Receives messages for a short time, until `isAwaited` returns false. */
    spin(isAwaited: () => boolean): void {
        if (this.#skips > 0) {
            this.#skips -= 1;
            return;
        }
        const start = performance.now();
        if (start - this.#yieldedAt > YIELD_INTERVAL_MILLIS) {
            this.#yieldedAt = start;
            return;
        }
        do this.receiveOne();
        while (isAwaited() && performance.now() - start < SPIN_MILLIS);
        this.#misses = isAwaited() ? this.#misses + 1 : 0;
        const excess = this.#misses - MAX_MISSES;
        if (excess > 0) this.#skips = Math.min(MAX_SKIPS, 2 ** excess);
    }

    /** Receives one message if one has arrived; returns false if not. */
    receiveOne(): boolean {
        const received = receiveFromPort(this.#port);
        if (received === undefined) return false;
        this.#receive(received.message);
        return true;
    }
}

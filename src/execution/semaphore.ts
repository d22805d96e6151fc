import { clearTimeout, setTimeout } from 'node:timers';

/**
 * A semaphore with a maximum wait, first in, first out. After the maximum wait, the next one is admitted beyond the capacity:
 * holders may depend on those that wait, which would otherwise be a deadlock.
 */
export class Semaphore {
    readonly #capacity: number;
    readonly #maxWaitMillis: number;
    readonly #waiting: (() => void)[] = [];
    #acquired = 0;
    #timer: NodeJS.Timeout | undefined;

    constructor(capacity: number, maxWaitMillis: number) {
        this.#capacity = capacity;
        this.#maxWaitMillis = maxWaitMillis;
    }

    /**
     * Calls `admit` when a slot is free, possibly immediately.
     *
     * @returns A function that releases the slot, or stops waiting. Only the first call counts.
     */
    acquire(admit: () => void): () => void {
        let isAdmitted = false;
        let isReleased = false;
        const enter = (): void => {
            isAdmitted = true;
            this.#acquired += 1;
            admit();
        };
        if (this.#acquired < this.#capacity) {
            enter();
        } else {
            this.#waiting.push(enter);
            this.#startTimeout();
        }
        return () => {
            if (isReleased) return;
            isReleased = true;
            if (isAdmitted) this.#acquired -= 1;
            else this.#waiting.splice(this.#waiting.indexOf(enter), 1);
            if (this.#acquired < this.#capacity) this.#admitNext();
        };
    }

    #admitNext(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#waiting.shift()?.();
        this.#startTimeout();
    }

    /** Starts the timer after which the next one is admitted even without a free slot. */
    #startTimeout(): void {
        if (this.#waiting.length === 0) return;
        this.#timer ??= setTimeout(() => this.#admitNext(), this.#maxWaitMillis);
    }
}

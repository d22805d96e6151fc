import { clearTimeout, setTimeout } from 'node:timers';

/**
 * Lets so many in at once, first in, first out; but nobody waits for longer than a moment. Those inside may wait for those
 * outside, so that to keep them out for good could last for ever.
 */
export class Semaphore {
    readonly #places: number;
    readonly #patienceMillis: number;
    readonly #waiting: (() => void)[] = [];
    #inside = 0;
    #timer: NodeJS.Timeout | undefined;

    constructor(places: number, patienceMillis: number) {
        this.#places = places;
        this.#patienceMillis = patienceMillis;
    }

    /**
     * Calls `admit` when it is its turn, maybe at once.
     *
     * @returns To be called by who is done, or waits no more; only the first call counts.
     */
    enter(admit: () => void): () => void {
        let isInside = false;
        let hasLeft = false;
        const come = (): void => {
            isInside = true;
            this.#inside += 1;
            admit();
        };
        if (this.#inside < this.#places) {
            come();
        } else {
            this.#waiting.push(come);
            this.#hurry();
        }
        return () => {
            if (hasLeft) return;
            hasLeft = true;
            if (isInside) this.#inside -= 1;
            else this.#waiting.splice(this.#waiting.indexOf(come), 1);
            if (this.#inside < this.#places) this.#letNextIn();
        };
    }

    #letNextIn(): void {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#waiting.shift()?.();
        this.#hurry();
    }

    /** Starts the time after which the next one comes in, whether there is a place or not. */
    #hurry(): void {
        if (this.#waiting.length === 0) return;
        this.#timer ??= setTimeout(() => this.#letNextIn(), this.#patienceMillis);
    }
}

/** A compiler takes a processor of its own, and hundreds of megabytes. */
const MAX_AT_ONCE = 4;

/** Lets a few builds run at once; the others wait, first come, first served. */
export class BuildTurns {
    readonly #waiting = new Set<() => void>();
    #running = 0;

    /**
     * Does the work once there is room for it.
     *
     * @param signal - Ends the waiting: the work is then done at once, and expected to see that it has nothing to do.
     */
    async take(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
        if (!(await this.#enter(signal))) return work();
        try {
            await work();
        } finally {
            const [next] = this.#waiting;
            // Whoever is next takes over the place.
            if (next) next();
            else this.#running -= 1;
        }
    }

    /** Whether there was room before the signal came. */
    async #enter(signal: AbortSignal): Promise<boolean> {
        if (this.#running < MAX_AT_ONCE) {
            this.#running += 1;
            return true;
        }
        return new Promise((resolve) => {
            const settle = (hasRoom: boolean): void => {
                this.#waiting.delete(enter);
                signal.removeEventListener('abort', giveUp);
                resolve(hasRoom);
            };
            const enter = (): void => settle(true);
            const giveUp = (): void => settle(false);
            this.#waiting.add(enter);
            signal.addEventListener('abort', giveUp, { once: true });
        });
    }
}

/** Runs work one after another for each key, in the order in which it was handed in. */
export class KeyedMutex {
    readonly #last = new Map<string, Promise<void>>();

    get size(): number {
        return this.#last.size;
    }

    /** Whether work for a key has not ended. */
    has(key: string): boolean {
        return this.#last.size > 0 && this.#last.has(key);
    }

    /** Runs work once all earlier work for its key has ended, well or not. */
    run(key: string, work: () => void | Promise<void>): Promise<void> {
        const done = (this.#last.get(key) ?? Promise.resolve()).then(work, work);
        const forget = (): void => {
            if (this.#last.get(key) === done) this.#last.delete(key);
        };
        this.#last.set(key, done);
        done.then(forget, forget);
        return done;
    }

    /** Settles when no work is left. */
    async idle(): Promise<void> {
        while (this.#last.size > 0) await Promise.allSettled(this.#last.values());
    }
}

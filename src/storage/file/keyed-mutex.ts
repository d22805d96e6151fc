/** Runs work one after another for each key, in the order of the calls. */
export class KeyedMutex {
    readonly #last = new Map<string, Promise<void>>();

    get size(): number {
        return this.#last.size;
    }

    /** Returns true if work for a key is running or waiting. */
    has(key: string): boolean {
        return this.#last.size > 0 && this.#last.has(key);
    }

    /** Runs work after all earlier work for its key has settled. */
    run(key: string, work: () => void | Promise<void>): Promise<void> {
        const done = (this.#last.get(key) ?? Promise.resolve()).then(work, work);
        const cleanUp = (): void => {
            if (this.#last.get(key) === done) this.#last.delete(key);
        };
        this.#last.set(key, done);
        done.then(cleanUp, cleanUp);
        return done;
    }

    /** Resolves when no work is left. */
    async idle(): Promise<void> {
        while (this.#last.size > 0) await Promise.allSettled(this.#last.values());
    }
}

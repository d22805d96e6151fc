import type { Retention } from '../lifecycle/retention.js';

/** Deletes what is old, if that is wanted, after as many days as are wanted by now. */
export class RetentionSwitch {
    readonly #make: (days: number) => Retention;
    #days: number | undefined;
    #retention: Retention | undefined;
    #stopping: Promise<unknown> = Promise.resolve();

    constructor(make: (days: number) => Retention) {
        this.#make = make;
    }

    /** Undefined if nothing is ever deleted. */
    get days(): number | undefined {
        return this.#days;
    }

    /** From now on, things are deleted when they are so old; undefined is never. */
    set(days: number | undefined): void {
        if (days === this.#days) return;
        this.#end();
        this.#days = days;
        this.#retention = days === undefined ? undefined : this.#make(days);
        this.#retention?.start();
    }

    /** Ends it; settles when nothing is being deleted any more. */
    async stop(): Promise<void> {
        this.#end();
        await this.#stopping;
    }

    #end(): void {
        this.#stopping = Promise.all([this.#stopping, this.#retention?.stop()]);
        this.#retention = undefined;
    }
}

import { AsyncLocalStorage } from 'node:async_hooks';

/** The work of listeners that has not settled. A listener that waits for the others does not wait for itself. */
export class ListenerTracker {
    readonly #pending = new Map<object, Promise<unknown>>();
    /** Made when the first listener is called, since its mere use makes every `await` a little slower. */
    #current: AsyncLocalStorage<object> | undefined;

    /** Calls a listener, and returns what it returns. */
    track<T>(listener: () => T): T {
        this.#current ??= new AsyncLocalStorage();
        const call = {};
        const work = this.#current.run(call, listener);
        this.#pending.set(call, Promise.resolve(work));
        void Promise.allSettled([work]).then(() => this.#pending.delete(call));
        return work;
    }

    /** Settles when the work under way has settled, except for that of the listener that calls this. Never rejects. */
    async waitForOthers(): Promise<void> {
        const own = this.#current?.getStore();
        const others = [...this.#pending].filter(([call]) => call !== own);
        await Promise.allSettled(others.map(([, work]) => work));
    }
}

import { AsyncLocalStorage } from 'node:async_hooks';

/** Tracks calls of asynchronous listeners. A listener that waits for the others does not wait for itself. */
export class ListenerTracker {
    readonly #pending = new Map<object, Promise<unknown>>();
    /** Created when the first listener is called, since an `AsyncLocalStorage` in use slows down every `await`. */
    #current: AsyncLocalStorage<object> | undefined;

    /** Calls a listener and returns its result. */
    track<T>(listener: () => T): T {
        this.#current ??= new AsyncLocalStorage();
        const call = {};
        const work = this.#current.run(call, listener);
        this.#pending.set(call, Promise.resolve(work));
        void Promise.allSettled([work]).then(() => this.#pending.delete(call));
        return work;
    }

    /** Settles when all current calls have settled, except for the caller's own. Never rejects. */
    async waitForOthers(): Promise<void> {
        const own = this.#current?.getStore();
        const others = [...this.#pending].filter(([call]) => call !== own);
        await Promise.allSettled(others.map(([, work]) => work));
    }
}

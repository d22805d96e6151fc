import { AsyncLocalStorage } from 'node:async_hooks';
import type { EventListener, EventManager } from './packages.js';

/**
 * Knows which listeners are still at work on a migration. The SDK calls each of them a second time and then asks for its
 * reboot; but Crawlee's waits for the pages under way only the first time, so that they would be cut short, and done twice.
 */
export class MigrationWatch {
    readonly #current = new AsyncLocalStorage<object>();
    readonly #pending = new Map<object, Promise<unknown>>();
    readonly #watched = new WeakMap<EventListener, EventListener>();

    /** Watches the listeners of all managers of a class. */
    serve(managers: EventManager): void {
        const { on, off } = managers;
        const watched = (listener: EventListener): EventListener => this.#watch(listener);
        const known = (listener: EventListener): EventListener => this.#watched.get(listener) ?? listener;
        managers.on = function (this: EventManager, event, listener) {
            on.call(this, event, event === 'migrating' ? watched(listener) : listener);
        };
        managers.off = function (this: EventManager, event, listener) {
            off.call(this, event, event === 'migrating' && listener ? known(listener) : listener);
        };
    }

    /** Settles when all listeners have done their work, save the one that asks: it would wait for itself. */
    async othersAreDone(): Promise<void> {
        const asking = this.#current.getStore();
        const others = [...this.#pending].filter(([call]) => call !== asking);
        await Promise.allSettled(others.map(([, work]) => work));
    }

    #watch(listener: EventListener): EventListener {
        const watched =
            this.#watched.get(listener) ??
            ((...args) => {
                const call = {};
                const work = this.#current.run(call, () => listener(...args));
                this.#pending.set(call, Promise.resolve(work));
                void Promise.allSettled([work]).then(() => this.#pending.delete(call));
                return work;
            });
        this.#watched.set(listener, watched);
        return watched;
    }
}

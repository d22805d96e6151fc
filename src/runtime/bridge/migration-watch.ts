import { ListenerWork } from '../listener-work.js';
import type { EventListener, EventManager } from './packages.js';

/**
 * Knows which listeners are still at work on a migration. The SDK calls each of them a second time and then asks for its
 * reboot; but Crawlee's waits for the pages under way only the first time, so that they would be cut short, and done twice.
 */
export class MigrationWatch {
    readonly #work = new ListenerWork();
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
        await this.#work.othersSettled();
    }

    #watch(listener: EventListener): EventListener {
        const watched = this.#watched.get(listener) ?? ((...args) => this.#work.start(() => listener(...args)));
        this.#watched.set(listener, watched);
        return watched;
    }
}

import { setImmediate } from 'node:timers';
import type { SystemEvent } from '../../protocol/messages.js';
import type { EventManager, UtilitiesPackage } from './packages.js';

/** Forwards system events to event managers, as the platform's websocket would. */
export class SystemEventForwarder {
    /** True once a manager has been initialized. */
    wasInitialized = false;
    readonly #managers = new Set<EventManager>();
    readonly #betterClearInterval: UtilitiesPackage['betterClearInterval'] | undefined;
    #isAborting = false;

    constructor(utilities?: UtilitiesPackage) {
        this.#betterClearInterval = utilities?.betterClearInterval;
    }

    /** Patches a class so that each manager receives events from its `init` to its `close`. */
    patch(managers: EventManager): void {
        const { init, close } = managers;
        const opened = (manager: EventManager): void => this.#open(manager);
        const closed = (manager: EventManager): boolean => this.#managers.delete(manager);
        managers.init = async function (this: EventManager) {
            await init.call(this);
            opened(this);
        };
        managers.close = async function (this: EventManager) {
            closed(this);
            await close.call(this);
        };
    }

    /** Forgets all managers and past events. */
    reset(): void {
        this.#managers.clear();
        this.#isAborting = false;
        this.wasInitialized = false;
    }

    /** Forwards an event to all initialized managers. */
    forward(event: SystemEvent): void {
        if (event.name === 'aborting') this.#isAborting = true;
        for (const manager of this.#managers) this.#emit(manager, event);
    }

    #open(manager: EventManager): void {
        if (this.#managers.has(manager)) return;
        this.#managers.add(manager);
        this.wasInitialized = true;
        // A manager that is initialized after the event must receive it too.
        if (this.#isAborting) setImmediate(() => manager.emit('aborting'));
    }

    #emit(manager: EventManager, { name, ...data }: SystemEvent): void {
        manager.emit(name, ...(name === 'aborting' ? [] : [data]));
        if ('isCpuOverloaded' in data) manager.emit('cpuInfo', { isCpuOverloaded: data.isCpuOverloaded });
        if (name !== 'migrating') return;
        // The receiver of the websocket does the same: the state is saved once, and no longer at intervals.
        this.#betterClearInterval?.(manager.intervals?.persistState);
        manager.emit('persistState', { isMigrating: true });
    }
}

import { setImmediate } from 'node:timers';
import type { SystemEvent } from '../../protocol/messages.js';
import type { EventManager, UtilitiesPackage } from './packages.js';

/** Passes system events on to event managers, as the platform's websocket would. */
export class SystemEventForwarder {
    /** True once a manager has been opened. */
    wasInitialized = false;
    readonly #managers = new Set<EventManager>();
    readonly #betterClearInterval: UtilitiesPackage['betterClearInterval'] | undefined;
    #isAborting = false;

    constructor(utilities?: UtilitiesPackage) {
        this.#betterClearInterval = utilities?.betterClearInterval;
    }

    /** Makes every manager of a class hear the events from its `init` to its `close`. */
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

    /** Forgets who has been opened, and what has been told. */
    reset(): void {
        this.#managers.clear();
        this.#isAborting = false;
        this.wasInitialized = false;
    }

    forward(event: SystemEvent): void {
        if (event.name === 'aborting') this.#isAborting = true;
        for (const manager of this.#managers) this.#emit(manager, event);
    }

    #open(manager: EventManager): void {
        if (this.#managers.has(manager)) return;
        this.#managers.add(manager);
        this.wasInitialized = true;
        // Who was not listening yet when the run was told to end has to hear of it all the same.
        if (this.#isAborting) setImmediate(() => manager.emit('aborting'));
    }

    #emit(manager: EventManager, { name, ...data }: SystemEvent): void {
        manager.emit(name, ...(name === 'aborting' ? [] : [data]));
        if ('isCpuOverloaded' in data) manager.emit('cpuInfo', { isCpuOverloaded: data.isCpuOverloaded });
        if (name !== 'migrating') return;
        // The websocket's receiver does the same: it saves the state once, and no longer at intervals.
        this.#betterClearInterval?.(manager.intervals?.persistState);
        manager.emit('persistState', { isMigrating: true });
    }
}

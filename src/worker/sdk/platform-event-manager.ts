import { currentContext } from './context.js';
import type { ActorEventListener, ActorEvents } from './events.js';

/**
 * The events of the run. All instances share them; the engine emits them, so that there is no connection to open or
 * close. Source: the class `PlatformEventManager` of the platform's SDK.
 */
export class PlatformEventManager {
    /** The configuration that the manager was created with. */
    readonly config: object | undefined;

    /** @param config - Has no effect on the events. */
    constructor(config?: object) {
        this.config = config;
    }

    /** Does nothing. In the platform's SDK, opens the connection to the platform. */
    async init(): Promise<void> {}

    /** Emits `persistState` and settles when its listeners have finished. Further events are still emitted. */
    async close(): Promise<void> {
        await currentContext().events.emit('persistState', { isMigrating: false });
    }

    /** True once the Actor has called `Actor.init()`. */
    isInitialized(): boolean {
        return currentContext().session.isInitialized;
    }

    /** Adds a listener. */
    on<Name extends keyof ActorEvents>(event: Name, listener: ActorEventListener<Name>): void {
        currentContext().events.on(event, listener);
    }

    /** Removes one listener of an event; without a listener, all of them. */
    off<Name extends keyof ActorEvents>(event: Name, listener?: ActorEventListener<Name>): void {
        currentContext().events.off(event, listener);
    }

    /** Calls the listeners of an event in this run, as the engine does. */
    emit<Name extends keyof ActorEvents>(event: Name, ...args: ActorEvents[Name][]): void {
        void currentContext().events.emit(event, args[0] as ActorEvents[Name]);
    }

    /** Returns the listeners that the Actor has added. */
    listeners<Name extends keyof ActorEvents>(event: Name): ActorEventListener<Name>[] {
        return currentContext().events.actorListeners(event);
    }

    /** Returns the number of listeners that the Actor has added. */
    listenerCount(event: keyof ActorEvents): number {
        return this.listeners(event).length;
    }

    /** Settles when all current listener calls have settled. */
    async waitForAllListenersToComplete(): Promise<void> {
        await currentContext().events.settled();
    }
}

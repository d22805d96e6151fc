import { ListenerTracker } from './listener-work.js';
import type { ExitOptions } from './session.js';

/** What comes with each event that an Actor can listen to. */
export interface ActorEvents {
    aborting: undefined;
    migrating: { timeRemainingSecs?: number } | undefined;
    persistState: { isMigrating: boolean };
    systemInfo: { memCurrentBytes: number; cpuCurrentUsage: number; isCpuOverloaded: boolean; createdAt: string };
    cpuInfo: { isCpuOverloaded: boolean };
    exit: ExitOptions;
}

/** A listener for one event. A promise that it returns is waited for where the run waits for its listeners. */
export type ActorEventListener<Name extends keyof ActorEvents> = (data: ActorEvents[Name]) => unknown;

type Listener = (data: never) => unknown;

/** The events of one run, with listeners that may be asynchronous. */
export class ActorEventManager {
    readonly #listeners = new Map<string, Listener[]>();
    readonly #internal = new WeakSet<Listener>();
    readonly #work = new ListenerTracker();
    #isAborting = false;

    on<Name extends keyof ActorEvents>(name: Name, listener: ActorEventListener<Name>): void {
        this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
        // Whoever comes too late to be told that the run is to end must still be told.
        if (name === 'aborting' && this.#isAborting)
            void this.#work.track(() => callListener(listener as ActorEventListener<'aborting'>, undefined));
    }

    /** Takes one listener away, or all of the event. */
    off<Name extends keyof ActorEvents>(name: Name, listener?: ActorEventListener<Name>): void {
        const index = listener === undefined ? -1 : (this.#listeners.get(name)?.indexOf(listener) ?? -1);
        if (listener === undefined) this.#listeners.delete(name);
        else if (index !== -1) this.#listeners.set(name, this.#listeners.get(name)!.toSpliced(index, 1));
    }

    /** Calls the listeners of an event; settles when all that they started has settled. Never rejects. */
    async emit<Name extends keyof ActorEvents>(name: Name, data: ActorEvents[Name]): Promise<void> {
        if (name === 'aborting') this.#isAborting = true;
        const listeners = this.#listeners.get(name) ?? [];
        const calls = listeners.map((listener) =>
            this.#work.track(() => callListener(listener as ActorEventListener<Name>, data)),
        );
        await Promise.all(calls);
    }

    /** As {@link ActorEventManager.on}, for what the SDK itself has to do. */
    onInternal<Name extends keyof ActorEvents>(name: Name, listener: ActorEventListener<Name>): void {
        this.#internal.add(listener);
        this.on(name, listener);
    }

    /** Whether the Actor itself listens to an event. */
    hasActorListener(name: keyof ActorEvents): boolean {
        return (this.#listeners.get(name) ?? []).some((listener) => !this.#internal.has(listener));
    }

    /**
     * Settles when the listeners that are at work now have settled, but for the one that this is called from: it would
     * wait for itself. Never rejects.
     */
    async settled(): Promise<void> {
        await this.#work.waitForOthers();
    }
}

async function callListener<Data>(listener: (data: Data) => unknown, data: Data): Promise<void> {
    try {
        await listener(data);
    } catch (error) {
        // As in any program, a listener that fails is an uncaught error; whoever waits for listeners is not to blame.
        queueMicrotask(() => {
            throw error;
        });
    }
}

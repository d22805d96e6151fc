import { ListenerTracker } from './listener-work.js';
import { didYouMean, invalid } from '../../util/check.js';
import { log } from './logging/log.js';

/** Options of `Actor.exit()` and `Actor.fail()`. */
export interface ExitOptions {
    /** Final status message of the run. Default: the current one stays. */
    statusMessage?: string;
    /** Exit code, 0 to 255. Default: 0; 1 for `Actor.fail()`. */
    exitCode?: number;
    /** Maximum number of seconds to wait for listeners. Default: 30. */
    timeoutSecs?: number;
    /** If false, does everything except ending the run. Default: true. */
    exit?: boolean;
}

/** Events that an Actor can listen to, with their data. Source: "System events" of the platform's docs. */
export interface ActorEvents {
    /** The run must end: by its timeout or by a graceful abort. */
    aborting: undefined;
    /** The run moves to another server: it is about to be restarted. */
    migrating: { timeRemainingSecs?: number } | undefined;
    /** The Actor should save its state. Emitted every 60 seconds, before a migration and at the end of the run. */
    persistState: { isMigrating: boolean };
    /** Resource usage, every second: memory in bytes, processor usage in percent. */
    systemInfo: { memCurrentBytes: number; cpuCurrentUsage: number; isCpuOverloaded: boolean; createdAt: string };
    /** Processor load, together with `systemInfo`. */
    cpuInfo: { isCpuOverloaded: boolean };
    /** The Actor is about to exit. */
    exit: ExitOptions;
}

const EVENTS: Readonly<Record<keyof ActorEvents, true>> = {
    aborting: true,
    migrating: true,
    persistState: true,
    systemInfo: true,
    cpuInfo: true,
    exit: true,
};

/** Logs a warning about an event that the platform does not emit. As with the platform's SDK, the Actor may emit its own. */
export function warnOfUnknownEvent(name: unknown): void {
    if (Object.hasOwn(EVENTS, String(name))) return;
    const names = Object.keys(EVENTS);
    const hint = didYouMean(String(name), names);
    log.warning(`The platform emits no event \`${String(name)}\`.${hint} Its events: ${names.join(', ')}.`);
}

/** A listener for one event. The run waits for a returned promise wherever it waits for its listeners. */
export type ActorEventListener<Name extends keyof ActorEvents> = (data: ActorEvents[Name]) => unknown;

type Listener = (data: never) => unknown;

/** The events of one run. Listeners may be asynchronous. */
export class ActorEventManager {
    readonly #listeners = new Map<string, Listener[]>();
    readonly #internal = new WeakSet<Listener>();
    readonly #work = new ListenerTracker();
    #isAborting = false;

    /** Adds a listener. */
    on<Name extends keyof ActorEvents>(name: Name, listener: ActorEventListener<Name>): void {
        if (typeof listener !== 'function') throw invalid('listener', listener, 'a function');
        this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
        // A listener that is added after the event must still be called.
        if (name === 'aborting' && this.#isAborting)
            void this.#work.track(() => callListener(listener as ActorEventListener<'aborting'>, undefined));
    }

    /** Removes one listener of an event; without a listener, all of them. */
    off<Name extends keyof ActorEvents>(name: Name, listener?: ActorEventListener<Name>): void {
        const index = listener === undefined ? -1 : (this.#listeners.get(name)?.indexOf(listener) ?? -1);
        if (listener === undefined) this.#listeners.delete(name);
        else if (index !== -1) this.#listeners.set(name, this.#listeners.get(name)!.toSpliced(index, 1));
    }

    /** Calls the listeners of an event; settles when the promises that they returned have settled. Never rejects. */
    async emit<Name extends keyof ActorEvents>(name: Name, data: ActorEvents[Name]): Promise<void> {
        if (name === 'aborting') this.#isAborting = true;
        const listeners = this.#listeners.get(name) ?? [];
        const calls = listeners.map((listener) =>
            this.#work.track(() => callListener(listener as ActorEventListener<Name>, data)),
        );
        await Promise.all(calls);
    }

    /** Adds a listener of the SDK itself, otherwise like {@link ActorEventManager.on}. */
    onInternal<Name extends keyof ActorEvents>(name: Name, listener: ActorEventListener<Name>): void {
        this.#internal.add(listener);
        this.on(name, listener);
    }

    /** Returns the listeners that the Actor itself has added. */
    actorListeners<Name extends keyof ActorEvents>(name: Name): ActorEventListener<Name>[] {
        const listeners = this.#listeners.get(name) ?? [];
        return listeners.filter((listener) => !this.#internal.has(listener)) as ActorEventListener<Name>[];
    }

    /**
     * Settles when the current listener calls have settled, except for the one that calls this method. Never rejects.
     */
    async settled(): Promise<void> {
        await this.#work.waitForOthers();
    }
}

async function callListener<Data>(listener: (data: Data) => unknown, data: Data): Promise<void> {
    try {
        await listener(data);
    } catch (error) {
        // As in any program, an error in a listener is an uncaught error; code that waits for listeners is unaffected.
        queueMicrotask(() => {
            throw error;
        });
    }
}

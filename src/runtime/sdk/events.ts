import { AsyncLocalStorage } from 'node:async_hooks';
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

/** A listener at work, as what it does can tell whom it does it for. */
interface Working {
    work: Promise<void> | undefined;
}

type Listener = (data: never) => unknown;

/** The events of one run, with listeners that may be asynchronous. */
export class RunEvents {
    readonly #listeners = new Map<string, Listener[]>();
    readonly #ofSdk = new WeakSet<Listener>();
    readonly #working = new Set<Promise<void>>();
    #current: AsyncLocalStorage<Working> | undefined;
    #isAborting = false;

    on<Name extends keyof ActorEvents>(name: Name, listener: ActorEventListener<Name>): void {
        this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
        // Whoever comes too late to be told that the run is to end must still be told.
        if (name === 'aborting' && this.#isAborting)
            void this.#run(listener as ActorEventListener<'aborting'>, undefined);
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
        await Promise.all(listeners.map((listener) => this.#run(listener as ActorEventListener<Name>, data)));
    }

    /** As {@link RunEvents.on}, for what the SDK itself has to do. */
    onBehalfOfSdk<Name extends keyof ActorEvents>(name: Name, listener: ActorEventListener<Name>): void {
        this.#ofSdk.add(listener);
        this.on(name, listener);
    }

    /** Whether the Actor itself listens to an event. */
    isHeardByActor(name: keyof ActorEvents): boolean {
        return (this.#listeners.get(name) ?? []).some((listener) => !this.#ofSdk.has(listener));
    }

    /**
     * Settles when the listeners that are at work now have settled, but for the one that this is called from: it would
     * wait for itself. Never rejects.
     */
    async settled(): Promise<void> {
        const own = this.#current?.getStore();
        await Promise.all([...this.#working].filter((work) => work !== own?.work));
    }

    #run<Data>(listener: (data: Data) => unknown, data: Data): Promise<void> {
        // Made when the first listener is called, since its mere use makes every `await` a little slower.
        this.#current ??= new AsyncLocalStorage<Working>();
        const working: Working = { work: undefined };
        const work = this.#current.run(working, () => callListener(listener, data));
        working.work = work;
        this.#working.add(work);
        void work.then(() => this.#working.delete(work));
        return work;
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

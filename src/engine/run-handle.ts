import { INJECT_FAILURE, type InjectedFailure } from '../run/faults/injected-failure.js';
import { storageNotFoundError } from '../client/storage-ref.js';
import type { Actor } from '../model/api/actor.js';
import type { DatasetClient, KeyValueStoreClient, RequestQueueClient, Client } from '../model/client/client.js';
import type { EngineEvents } from '../model/events.js';
import type { EngineCore } from './core.js';
import type { RunCharges } from '../model/api/pricing.js';
import type { MetamorphOptions, ResurrectOptions, Run } from '../model/api/run.js';
import type { Item, ItemsOptions } from '../model/api/storage.js';
import type { JobStatus } from '../model/api/status.js';
import type { Unsubscribe } from '../util/emitter.js';
import type { Readable } from 'node:stream';

/** What {@link RunHandle.on} tells of, by name. */
export type RunEvents = {
    'status-changed': EngineEvents['run.status-changed'];
    'status-message': EngineEvents['run.status-message'];
    log: EngineEvents['run.log'];
    'timeout-warning': EngineEvents['run.timeout-warning'];
    finished: EngineEvents['run.finished'];
};

/** The log of a run: as text, line by line while it grows, or as a stream. */
export interface RunHandleLog extends AsyncIterable<string> {
    /** All of it so far. */
    text(): Promise<string>;
    /** From the beginning, then live until the run ends. */
    stream(): Promise<Readable>;
}

/** One run, as `engine.start` and `engine.call` hand it out. */
export class RunHandle {
    /** 17 letters and digits. */
    readonly id: string;
    readonly #core: EngineCore;
    #last: Run;

    /** @internal */
    constructor(core: EngineCore, run: Run) {
        this.id = run.id;
        this.#core = core;
        this.#last = run;
    }

    /** The status as it is now. */
    get status(): JobStatus {
        return this.#peek().status;
    }

    /** The status message as it is now. */
    get statusMessage(): string | undefined {
        return this.#peek().statusMessage;
    }

    /** The exit code, once the Actor has ended by itself. */
    get exitCode(): number | undefined {
        return this.#peek().exitCode;
    }

    /** The whole record, in the shape of the API's Run object. */
    async info(): Promise<Run> {
        this.#last = this.#core.services.runs.find(this.id) ?? this.#last;
        return this.#last;
    }

    /**
     * Waits for the end of the run. A run that fails is a result, not a throw.
     *
     * @param options.signal - Ends the waiting, not the run.
     */
    async finished(options: { signal?: AbortSignal } = {}): Promise<Run> {
        return this.#core.requireServices().runs.waitForFinish(this.id, undefined, options.signal);
    }

    /** Aborts the run: at once, or gracefully, which gives the Actor time to save what it has. */
    async abort(options: { gracefully?: boolean } = {}): Promise<Run> {
        return this.#client.run(this.id).abort(options);
    }

    /**
     * Makes the running run go on as another Actor, on the same storages, under the same deadline; at most ten times. The
     * input is kept as `INPUT-METAMORPH-1`, then `-2` and so on.
     *
     * @throws EngineError `job-finished`, `metamorph-forbidden`, `max-metamorphs-exceeded`, `actor-not-found`.
     */
    async metamorph(actor: string, input?: unknown, options?: MetamorphOptions): Promise<Run> {
        return this.#client.run(this.id).metamorph(actor, input, options);
    }

    /** Starts the Actor of the running run anew, on the same storages, under the same deadline. Throws `job-finished`. */
    async reboot(): Promise<Run> {
        return this.#client.run(this.id).reboot();
    }

    /**
     * Moves the running run to a fresh thread: the Actor hears `migrating` and `persistState`, and starts anew when it asks
     * for a reboot, as the SDK does by itself, or after `abortGraceSecs`. Throws `job-finished`.
     */
    async migrate(): Promise<Run> {
        return this.#core.requireServices().runs.migrate(this.id);
    }

    /** @internal See `chaos` of `greenroom/testing`. */
    async [INJECT_FAILURE](failure: InjectedFailure): Promise<Run> {
        return this.#core.requireServices().runs.injectFailure(this.id, failure);
    }

    /**
     * Lets the finished run live once more, on its storages and with its timeout anew. Throws `run-not-finished`.
     *
     * @param options - What is to be different: build, memory, timeout and limits.
     */
    async resurrect(options?: ResurrectOptions): Promise<Run> {
        return this.#client.run(this.id).resurrect(options);
    }

    /** The items of the default dataset; all of them, unless the options choose. */
    async items<T extends Item = Item>(options?: ItemsOptions): Promise<T[]> {
        const { runs, storages } = this.#core.requireServices();
        const dataset = storages.datasets.get(runs.peek(this.id)?.defaultDatasetId ?? '');
        if (dataset === undefined) throw storageNotFoundError('dataset', `of run with the id \`${this.id}\``);
        return (await dataset.list(options)).items as T[];
    }

    /** The record `OUTPUT` of the default key-value store, or undefined. */
    async output<T = unknown>(): Promise<T | undefined> {
        return (await this.keyValueStore.getRecord('OUTPUT'))?.value as T | undefined;
    }

    /** The default dataset. */
    get dataset(): DatasetClient {
        return this.#client.run(this.id).dataset();
    }

    /** The default key-value store. */
    get keyValueStore(): KeyValueStoreClient {
        return this.#client.run(this.id).keyValueStore();
    }

    /** The default request queue. */
    get requestQueue(): RequestQueueClient {
        return this.#client.run(this.id).requestQueue();
    }

    /**
     * All that the run has been charged for: each charge, how often each event was charged for, and what it costs. Empty
     * for an Actor that is not paid per event. Throws `record-not-found` once the run has been deleted.
     *
     * @example
     * const { chargedEventCounts, totalUsd } = await run.charges();
     * expect(chargedEventCounts).toEqual({ page: 3 });
     */
    async charges(): Promise<RunCharges> {
        return this.#core.services.runs.charges(this.id);
    }

    /** The Actor that it is a run of; undefined once that has been deleted. */
    async actor(): Promise<Actor | undefined> {
        return this.#client.actor(this.#last.actId).get();
    }

    /**
     * The runs that its Actor has started so far, oldest first, by `Actor.call`, `Actor.start`, a task or a client.
     *
     * @example
     * const [scraped] = await run.startedRuns();
     * expect(await scraped.items()).toHaveLength(3);
     */
    async startedRuns(): Promise<RunHandle[]> {
        return this.#core.services.runs.startedBy(this.id).map((run) => new RunHandle(this.#core, run));
    }

    /** The log. */
    get log(): RunHandleLog {
        const { id } = this;
        const core = this.#core;
        return {
            text: async () => (await this.#client.log(id).get()) ?? '',
            stream: async () => (await this.#client.log(id).stream())!,
            [Symbol.asyncIterator]: () => core.services.logs.lines(id)[Symbol.asyncIterator](),
        };
    }

    /** Listens to what happens to this run. Returns a function that ends the listening. */
    on<Name extends keyof RunEvents>(name: Name, listener: (event: RunEvents[Name]) => void): Unsubscribe {
        return this.#core.emitter.on(`run.${name}`, (event) => {
            const runId = 'run' in event ? event.run.id : event.runId;
            if (runId === this.id) listener(event as RunEvents[Name]);
        });
    }

    get #client(): Client {
        return this.#core.getClient(this.#core.services.users.ownerOf(this.#last).username);
    }

    #peek(): Readonly<Run> {
        return this.#core.services.runs.peek(this.id) ?? this.#last;
    }
}

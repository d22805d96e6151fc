import { INJECT_FAILURE, type InjectedFailure } from '../run/faults/injected-failure.js';
import { checkEach, checkSignal } from '../util/check.js';
import { checkListener } from './create-emitter.js';
import { storageNotFoundError } from '../client/storage-ref.js';
import type { Actor } from '../model/api/actor.js';
import type { Client } from '../model/client/client.js';
import type { DatasetClient, KeyValueStoreClient, RequestQueueClient } from '../model/client/storage.js';
import type { EngineEvents } from '../model/events.js';
import type { EngineCore } from './core.js';
import type { RunCharges } from '../model/api/pricing.js';
import type { MetamorphOptions, ResurrectOptions, Run } from '../model/api/run.js';
import type { Item, ItemsOptions } from '../model/api/storage.js';
import type { JobStatus } from '../model/api/status.js';
import type { Unsubscribe } from '../util/emitter.js';
import type { Readable } from 'node:stream';

/** Events of {@link RunHandle.on} and their data. */
export type RunEvents = {
    /** The status has changed. */
    'status-changed': EngineEvents['run.status-changed'];
    /** The Actor has set a status message. */
    'status-message': EngineEvents['run.status-message'];
    /** A line was added to the log. */
    log: EngineEvents['run.log'];
    /** The run will soon reach its timeout. */
    'timeout-warning': EngineEvents['run.timeout-warning'];
    /** The run has finished, with any status. */
    finished: EngineEvents['run.finished'];
};

/**
 * The log of a run. Iterating over it yields its lines, then new lines until the run finishes.
 *
 * @example
 * for await (const line of run.log) console.log(line);
 */
export interface RunHandleLog extends AsyncIterable<string> {
    /** Returns the text of the log so far, without colors. */
    text(): Promise<string>;
    /** Returns a stream of the log from its beginning. It stays live until the run finishes. */
    stream(): Promise<Readable>;
}

const RUN_EVENTS: Readonly<Record<keyof RunEvents, true>> = {
    'status-changed': true,
    'status-message': true,
    log: true,
    'timeout-warning': true,
    finished: true,
};

const RUN_EVENT_NAMES = Object.keys(RUN_EVENTS);

/** A run. `engine.start()`, `engine.call()` and `engine.run()` return it. It stays usable after the run has finished. */
export class RunHandle {
    /** The id: 17 letters and digits. */
    readonly id: string;
    readonly #core: EngineCore;
    #last: Run;

    /** @internal */
    constructor(core: EngineCore, run: Run) {
        this.id = run.id;
        this.#core = core;
        this.#last = run;
    }

    /** The current status. */
    get status(): JobStatus {
        return this.#peek().status;
    }

    /** The current status message, if the run has one. */
    get statusMessage(): string | undefined {
        return this.#peek().statusMessage;
    }

    /** The exit code of the Actor; undefined while it is running and if it was killed. */
    get exitCode(): number | undefined {
        return this.#peek().exitCode;
    }

    /** Returns the current record, in the shape of the API's Run object. After the run was deleted, the last known one. */
    async info(): Promise<Run> {
        this.#last = this.#core.services.runs.find(this.id) ?? this.#last;
        return this.#last;
    }

    /**
     * Waits until the run finishes and returns its record. A failed run does not throw: check its `status`.
     *
     * @param options.signal - Stops waiting; the run continues. The promise rejects with the reason of the signal.
     *
     * @example
     * const { status, stats } = await run.finished({ signal: AbortSignal.timeout(60_000) });
     */
    async finished(options: { signal?: AbortSignal } = {}): Promise<Run> {
        checkEach('options', options, { signal: checkSignal });
        return this.#core.requireServices().runs.waitForFinish(this.id, undefined, options.signal);
    }

    /**
     * Aborts the run.
     *
     * @param options.gracefully - If true, the Actor gets the events `aborting` and `persistState` and has `abortGraceSecs`
     *   seconds (30 by default) to exit. Default: false, it is killed at once.
     */
    async abort(options: { gracefully?: boolean } = {}): Promise<Run> {
        return this.#client.run(this.id).abort(options);
    }

    /**
     * Continues the running run as another Actor, with the same storages and the same deadline. A run can metamorph up to ten
     * times. The new input is stored as the record `INPUT-METAMORPH-1`, then `INPUT-METAMORPH-2` and so on.
     *
     * @param actor - Id, `name` or `owner/name`.
     * @throws EngineError `job-finished`, `metamorph-forbidden`, `max-metamorphs-exceeded`, `actor-not-found`.
     */
    async metamorph(actor: string, input?: unknown, options?: MetamorphOptions): Promise<Run> {
        return this.#client.run(this.id).metamorph(actor, input, options);
    }

    /**
     * Restarts the Actor of the running run, with the same storages and the same deadline.
     *
     * @throws EngineError `job-finished`.
     */
    async reboot(): Promise<Run> {
        return this.#client.run(this.id).reboot();
    }

    /**
     * Migrates the running run to a new thread or process, as the platform migrates runs between servers. The Actor gets the
     * events `migrating` and `persistState`. It restarts when it calls `Actor.reboot()`, which the SDK does automatically, or
     * after `abortGraceSecs` seconds.
     *
     * @throws EngineError `job-finished`.
     */
    async migrate(): Promise<Run> {
        return this.#core.requireServices().runs.migrate(this.id);
    }

    /** @internal See `chaos` of `greenroom/testing`. */
    async [INJECT_FAILURE](failure: InjectedFailure): Promise<Run> {
        return this.#core.requireServices().runs.injectFailure(this.id, failure);
    }

    /**
     * Resurrects the finished run: starts its Actor again with the same storages and a fresh timeout.
     *
     * @param options - New build, memory (megabytes), timeout (seconds) and limits. Default: those of the run.
     * @throws EngineError `run-not-finished`.
     */
    async resurrect(options?: ResurrectOptions): Promise<Run> {
        return this.#client.run(this.id).resurrect(options);
    }

    /**
     * Returns the items of the default dataset: all of them, unless the options select some.
     *
     * @throws EngineError `record-not-found` if the run or its dataset was deleted.
     *
     * @example
     * const items = await run.items<{ title: string }>({ fields: ['title'], limit: 10 });
     */
    async items<T extends Item = Item>(options?: ItemsOptions): Promise<T[]> {
        const { runs, storages } = this.#core.requireServices();
        const dataset = storages.datasets.get(runs.peek(this.id)?.defaultDatasetId ?? '');
        if (dataset === undefined) throw storageNotFoundError('dataset', `of the run with the id \`${this.id}\``);
        return (await dataset.list(options)).items as T[];
    }

    /** Returns the value of the record `OUTPUT` of the default key-value store; undefined if it does not exist. */
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
     * Returns the charges of the run: each charge, the count of each event, and the total in USD. Empty for an Actor without
     * pay-per-event pricing.
     *
     * @throws EngineError `record-not-found` if the run was deleted.
     *
     * @example
     * const { chargedEventCounts, totalUsd } = await run.charges();
     * expect(chargedEventCounts).toEqual({ page: 3 });
     */
    async charges(): Promise<RunCharges> {
        return this.#core.requireServices().runs.charges(this.id);
    }

    /** Returns the record of its Actor; undefined if the Actor was deleted. */
    async actor(): Promise<Actor | undefined> {
        return this.#client.actor(this.#last.actId).get();
    }

    /**
     * Returns the child runs: those that its Actor has started by `Actor.call()`, `Actor.start()`, a task or a client, oldest
     * first.
     *
     * @example
     * const [scraped] = await run.startedRuns();
     * expect(await scraped.items()).toHaveLength(3);
     */
    async startedRuns(): Promise<RunHandle[]> {
        return this.#core
            .requireServices()
            .runs.startedBy(this.id)
            .map((run) => new RunHandle(this.#core, run));
    }

    /** The log. */
    get log(): RunHandleLog {
        const { id } = this;
        const core = this.#core;
        return {
            text: async () => (await this.#client.log(id).get()) ?? '',
            stream: async () => (await this.#client.log(id).stream())!,
            [Symbol.asyncIterator]: () => core.requireServices().logs.lines(id)[Symbol.asyncIterator](),
        };
    }

    /**
     * Adds a listener for an event of this run.
     *
     * @returns A function that removes the listener.
     *
     * @example
     * run.on('status-message', ({ statusMessage }) => console.log(statusMessage));
     */
    on<Name extends keyof RunEvents>(name: Name, listener: (event: RunEvents[Name]) => void): Unsubscribe {
        this.#core.requireServices();
        checkListener(name, listener, RUN_EVENT_NAMES);
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

import { existsSync } from 'node:fs';
import { EngineError, isEngineError } from '../errors/engine-error.js';
import { readPricing } from '../actors/definition/pricing.js';
import {
    readActorSource,
    resolveRunnable,
    type ActorSource,
    type ResolvedActorSource,
} from '../actors/source/actor-source.js';
import { chooseLaunchIsolation, prepareLaunch } from '../execution/launch.js';
import { registerLive, registerSnapshot, type RegisteredActor } from '../actors/builds/register-actor.js';
import { createStorageClient, type StorageClient } from '../client/storage-client.js';
import { checkId } from '../client/arguments.js';
import { createContext } from '../client/client.js';
import { callActor, startActor } from '../client/resources/actor.js';
import { checkRunDefaults } from '../client/resources/actors.js';
import { checkedLater, checkEach, checkFlag, checkText, type Check } from '../util/check.js';
import { newId } from '../util/ids.js';
import { splitEmbedderOptions, type EngineCallOptions, type EngineStartOptions } from './options/embedder-options.js';
import { checkListener, ENGINE_EVENT_NAMES } from './create-emitter.js';
import { EngineStorages } from './storages.js';
import { RunHandle } from './run-handle.js';
import { checkIsolation } from '../run/start/start-options.js';
import type { Actor, DefaultRunOptions } from '../model/api/actor.js';
import type { Client } from '../model/client/client.js';
import type { EngineEvents } from '../model/events.js';
import type { Isolation } from '../model/execution.js';
import type { RegistrationOptions } from '../actors/actors.js';
import type { PricingInput } from '../model/api/pricing.js';
import type { EmbedderOptions, Run } from '../model/api/run.js';
import type { ClientContext } from '../client/services.js';
import type { Unsubscribe } from '../util/emitter.js';
import type { Listener } from './external/external-access.js';
import type { ListenOptions } from './options/listen-options.js';
import { createClosedError, type EngineCore, type IncomingState } from './core.js';
import type { EngineSnapshot } from './snapshot/snapshot.js';
import type { EngineServices } from './services/services.js';

/** Options of {@link Engine.addActor}. */
export interface AddActorOptions {
    /** `name` or `owner/name`. Default: the name in the source: of `.actor/actor.json`, of the file, or of the object. */
    name?: string;
    /** If true, all users of the engine can see and start the Actor. Default: false for a new Actor. */
    isPublic?: boolean;
    /** Isolation of its runs. Default: that of the engine. Functions are always inline. */
    isolation?: Isolation;
    /** Build, timeout (seconds) and memory (megabytes) of runs that are started without these options. */
    defaultRunOptions?: Partial<DefaultRunOptions>;
    /**
     * Price of its runs, in the shape of the API's `pricingInfos`. Default: free; an Actor that exists already keeps its price.
     *
     * @example
     * const pricing = { pricingPerEvent: { actorChargeEvents: { page: { eventPriceUsd: 0.01 } } } };
     * await engine.addActor('./my-actor', { pricing });
     */
    pricing?: PricingInput;
    /**
     * If true, the build is a copy of the source and does not change with it. It is built as a build through the API is: installed
     * packages are linked, and `npm run build` runs if the Actor has that script. Default: false, each run reads the current
     * files.
     */
    snapshot?: boolean;
}

/** Options of {@link Engine.close}. */
export interface CloseOptions {
    /** If true, runs are killed at once. Default: false, they are asked to stop first. */
    force?: boolean;
}

/**
 * A platform in one object: Actors, their builds and runs, storages, tasks, schedules and webhooks. {@link createEngine} creates one.
 *
 * All methods throw `engine-closed` after {@link Engine.close}, and `state-being-replaced` during {@link Engine.restore} and
 * {@link Engine.reset}.
 */
export class Engine {
    /** A client of the owner with the methods of `apify-client`'s `ApifyClient`. It calls the engine directly, without HTTP. */
    readonly client: Client;
    /**
     * Answers a request for Apify API v2, without a socket. Mount it in any server or in Electron's `protocol.handle`, or call it
     * directly. It does not use `this`.
     *
     * Requests authenticate by `Authorization: Bearer` or `?token=`, with {@link Engine.token}, the token of another user, or the
     * `APIFY_TOKEN` of a run, which acts as that run. It does not check the `Host` and `Origin` headers; the server that it is
     * mounted in must. {@link Engine.listen} does.
     *
     * @returns The response. Errors are responses too, with the body `{ error: { type, message } }`. Rejects only if the
     *   request's own signal is aborted, with its reason.
     *
     * @example
     * const headers = { authorization: `Bearer ${engine.token}` };
     * const response = await engine.fetch(new Request('http://engine/v2/acts', { headers }));
     * console.log(await response.json());
     */
    readonly fetch: (request: Request) => Promise<Response>;
    /** Seeds, imports and exports storages. */
    readonly storages: EngineStorages;
    /**
     * A `StorageClient` for Crawlee that runs in this thread, outside an Actor.
     *
     * @example
     * import { Configuration } from 'crawlee';
     * Configuration.getGlobalConfig().useStorageClient(engine.storageClient);
     */
    readonly storageClient: StorageClient;
    readonly #core: EngineCore;
    readonly #context: ClientContext;
    #isClosing = false;
    #closed: Promise<void> | undefined;

    /** @internal Use {@link createEngine}. */
    constructor(core: EngineCore) {
        this.#core = core;
        const { username } = core.services.users.first;
        this.client = core.getClient(username);
        this.#context = createContext(() => core.getUserServices(username), { origin: 'API' });
        this.storageClient = createStorageClient(this.#context);
        this.storages = new EngineStorages(
            () => this.#requireServices(),
            () => core.options.clock.now(),
        );
        this.fetch = (request) => core.infrastructure.external.fetch(request);
    }

    /** The API token of the owner: the option `token`, or a random one. */
    get token(): string {
        return this.#core.services.users.first.token;
    }

    /**
     * Registers an Actor and creates its first build. If the Actor exists already, it gets a new build.
     *
     * A folder is read again at each start of a run, so that edits take effect without registering it again, unless the option
     * `snapshot` is set.
     *
     * @param source - A folder or a module file, as a path or a `file:` URL; `{ name, source }` with the text of a module;
     *   `{ name, sourceFiles }`; or `{ name, run }` with a function, which runs in this thread, as a fake Actor in a test.
     * @returns The record of the Actor.
     * @throws EngineError `actor-source-invalid` if the Actor cannot run, with the file, the line and how to fix it;
     *   `actor-failed-to-start` if its packages are not installed; `unknown-option` or `invalid-value` for an invalid option.
     *   Nothing is registered then.
     *
     * @example
     * await engine.addActor('./my-actor');
     * await engine.addActor({ name: 'hello', source: `export default ({ input }) => 'Hello ' + input.name` });
     */
    async addActor(source: ActorSource | URL, options: AddActorOptions = {}): Promise<Actor> {
        this.#assertOpen();
        checkEach('options', options, ADD_ACTOR_CHECKS);
        const { pricing, snapshot = false } = options;
        const { options: engineOptions, infrastructure } = this.#core;
        const services = this.#core.requireServices();
        const now = new Date(engineOptions.clock.now());
        const pricingInfos = pricing === undefined ? undefined : [readPricing('options.pricing', pricing, now)];
        const { sources } = services.persistence;
        const buildId = newId();
        const blueprint = await readActorSource(source instanceof URL ? source.href : source, {
            name: options.name,
            willBeBuilt: snapshot,
            workDirectory: () => sources.create(buildId),
        });
        checkIsolation(options.isolation, 'options.isolation', blueprint.isFunction === true);
        // Reject an Actor that cannot run before anything of it is stored.
        if (!snapshot) await resolveRunnable(blueprint);
        this.#assertOpen();
        assertCurrent(services, this.#core.requireServices());
        const { actor, build } = await register(services, buildId, blueprint, { ...options, pricingInfos });
        const runnable = await resolveRunnable(
            services.building.actors.resolveBuild(actor, build.buildNumber).blueprint,
        );
        const prepared = prepareLaunch(runnable, { ...engineOptions.env, ...blueprint.envVars });
        const { isolation } = chooseLaunchIsolation(actor.isolation ?? engineOptions.isolation, prepared);
        const executor = await infrastructure.findExecutor(isolation, runnable);
        executor.prewarm({
            username: services.users.ownerOf(actor).username,
            runnable,
            launch: prepared.launch,
            processOptions: prepared.processOptions,
            memoryMbytes: actor.defaultRunOptions.memoryMbytes,
            network: services.networkPolicies.resolve({}),
            setupFiles: engineOptions.setupFiles,
        });
        return actor;
    }

    /**
     * Starts a run and returns as soon as it exists. Its status is READY until the limits `maxConcurrentRuns` and
     * `maxTotalMemoryMbytes` allow it to run.
     *
     * @param actor - Id, `name` or `owner/name` of a registered Actor.
     * @param input - The input of the Actor: any value that JSON can represent. It is copied. Undefined is no input.
     * @param options - Build, timeout (seconds), memory (megabytes) and more. Default: the default run options of the Actor.
     * @throws EngineError `actor-not-found`, `unknown-build-tag`, `invalid-value` or `invalid-input`. No run is created then.
     *
     * @example
     * const run = await engine.start('my-actor', { url: 'https://example.com' }, { memory: 512, timeout: 60 });
     * await run.finished();
     */
    async start(actor: string, input?: unknown, options: EngineStartOptions = {}): Promise<RunHandle> {
        return this.#begin(startActor, actor, input, options);
    }

    /**
     * Starts a run and waits until it finishes. A failed run does not throw: check its `status`.
     *
     * @param options.waitSecs - Maximum number of seconds to wait; then the run is returned while it is still running.
     *   Default: no limit.
     * @param options.signal - Stops waiting; the run continues. The promise rejects with the reason of the signal.
     * @throws EngineError As {@link Engine.start}.
     *
     * @example
     * const run = await engine.call('my-actor', { url: 'https://example.com' });
     * if (run.status === 'SUCCEEDED') console.log(await run.items());
     */
    async call(actor: string, input?: unknown, options: EngineCallOptions = {}): Promise<RunHandle> {
        return this.#begin(callActor, actor, input, options);
    }

    async #begin(
        begin: (...args: Parameters<typeof callActor>) => Promise<Run>,
        actor: string,
        input: unknown,
        options: EngineCallOptions,
    ): Promise<RunHandle> {
        this.#assertOpen();
        checkId('actor', actor);
        const { embedderOptions, startOptions } = splitEmbedderOptions(options);
        try {
            const run = await begin(this.#contextWith(embedderOptions), actor, input, startOptions);
            return new RunHandle(this.#core, run);
        } catch (error) {
            // Not where the error is created: a caller of the API must not learn which files exist.
            if (!isEngineError(error) || error.details['remedy'] !== 'add-actor' || !existsSync(actor)) throw error;
            const message = `No Actor has the id or name \`${actor}\`, which is a path.`;
            throw new EngineError('actor-not-found', message, { details: { actor }, remedy: 'add-path', cause: error });
        }
    }

    /** Returns a handle for the run with this id, or undefined if it does not exist. */
    run(id: string): RunHandle | undefined {
        const run = this.#core.requireServices().runs.find(id);
        return run && new RunHandle(this.#core, run);
    }

    /**
     * Serves the API over HTTP, and system events of runs over WebSockets, for clients in other processes and languages. Runs
     * that start later pass its URL to the processes and threads that they start. It also serves the console, at
     * `${url}/#token=${engine.token}`.
     *
     * By default only this machine can connect. Requests with an unknown `Host` header, from web pages of other origins, or
     * without a token are rejected.
     *
     * @throws EngineError `cannot-listen`, for instance if the port is in use; `invalid-value` for a `host` that other machines
     *   can reach without `allowRemote`.
     *
     * @example
     * const listener = await engine.listen();
     * const client = new ApifyClient({ baseUrl: listener.url, token: engine.token });
     */
    async listen(options?: ListenOptions): Promise<Listener> {
        this.#assertOpen();
        return this.#core.infrastructure.external.listen(options);
    }

    /**
     * Adds a listener for an event of the engine. An error that the listener throws is reported by the event `warning`.
     *
     * @returns A function that removes the listener.
     *
     * @example
     * const unsubscribe = engine.on('run.finished', ({ run }) => console.log(run.id, run.status));
     */
    on<Name extends keyof EngineEvents>(name: Name, listener: (event: EngineEvents[Name]) => void): Unsubscribe {
        this.#assertOpen();
        checkListener(name, listener, ENGINE_EVENT_NAMES);
        return this.#core.emitter.on(name, listener);
    }

    /**
     * Takes a snapshot of the whole state: Actors with their versions and builds, runs with their logs, charges and statistics,
     * tasks, schedules, webhooks and their pending deliveries, datasets, key-value stores, request queues with their locks, and
     * the keys of secrets. The engine continues unchanged.
     *
     * A snapshot is plain data. It can be cloned, sent to other threads and saved in a file (`v8.serialize`). It contains the
     * files of Actors that were added as text or with the option `snapshot`, and the path of those that were added as a folder
     * or a module file. A function Actor is referenced by the snapshot object; copies lose the reference, and
     * {@link Engine.restore} emits a `warning` unless the engine has that Actor already.
     *
     * The state is read synchronously, so that a snapshot is consistent.
     *
     * @throws EngineError `snapshot-not-usable` for an engine with a `storageDir`.
     *
     * @example
     * let ready: EngineSnapshot;
     * beforeAll(async () => {
     *     await engine.addActor('./my-actor');
     *     ready = await engine.snapshot();
     * });
     * beforeEach(() => engine.restore(ready));
     */
    async snapshot(): Promise<EngineSnapshot> {
        this.#assertInMemory();
        const { takeSnapshot } = await import('./snapshot/lazy-snapshot.js');
        const core = this.#core;
        return core.runExclusive(() => takeSnapshot(core.requireServices(), core.options.clock.now()));
    }

    /**
     * Replaces the state of the engine with that of a snapshot, of this engine or another.
     *
     * Live runs are killed and end as ABORTED; pending webhook deliveries, timers and builds are discarded with the old state.
     * Schedules continue with their next time; times that have passed are skipped. Runs that had not finished in the snapshot are
     * aborted or resurrected, as the option `recovery` says. Users, tokens, listeners of {@link Engine.listen} and event
     * listeners stay. Clients and run handles stay usable and refer to the records of the new state.
     *
     * Calls of `snapshot`, `restore`, `reset` and `close` are queued and run one after the other.
     *
     * @throws EngineError `snapshot-not-usable` for a snapshot of another version or for an engine with a `storageDir`; the
     *   engine is unchanged then.
     *
     * @example
     * const before = await engine.snapshot();
     * await engine.call('my-actor');
     * await engine.restore(before);
     */
    async restore(snapshot: EngineSnapshot): Promise<void> {
        this.#assertInMemory();
        const { missingFunctions, readSnapshot } = await import('./snapshot/lazy-snapshot.js');
        await this.#replaceState(({ building }) => readSnapshot(snapshot, building.builds.functions()));
        const names = missingFunctions(this.#core.services);
        if (names.length === 0) return;
        const message =
            `A copy of a snapshot does not contain the functions of function Actors. Missing: ${names.join(', ')}. ` +
            'Add them again with `engine.addActor()` before you start them.';
        this.#core.emitter.emit('warning', { message });
    }

    /**
     * Deletes the whole state, including Actors, runs and storages. Runs, clients and listeners are treated as by
     * {@link Engine.restore}. To keep the Actors, restore a snapshot that was taken after they were added.
     *
     * With a `storageDir`, the reset is atomic: if the process is killed, the directory has either the old state or none.
     *
     * @example
     * afterEach(() => engine.reset());
     */
    async reset(): Promise<void> {
        this.#assertOpen();
        const { EMPTY_STATE } = await import('./snapshot/lazy-snapshot.js');
        await this.#replaceState(() => ({ state: EMPTY_STATE, functions: new Map() }));
    }

    async #replaceState(createNext: (services: EngineServices) => IncomingState): Promise<void> {
        const core = this.#core;
        const { keepCurrentUsers } = await import('./snapshot/lazy-snapshot.js');
        await core.runExclusive(() => {
            const services = core.requireServices();
            const { state, functions } = createNext(services);
            return core.replaceState({ state: keepCurrentUsers(services.users, state), functions });
        });
    }

    /**
     * Ends all runs, closes all listeners and releases files. Runs are asked to stop and killed after `abortGraceSecs` seconds of
     * real time. Further calls wait for the first one; with `force` they kill the remaining runs at once.
     *
     * @example
     * afterAll(() => engine.close());
     */
    async close(options: CloseOptions = {}): Promise<void> {
        checkEach('options', options, { force: checkFlag });
        this.#isClosing = true;
        const { force = false } = options;
        if (this.#closed && force) await this.#core.forceClose();
        this.#closed ??= this.#core.runExclusive(() => this.#core.close(force));
        await this.#closed;
    }

    /** Closes the engine at the end of an `await using` block. */
    async [Symbol.asyncDispose](): Promise<void> {
        await this.close();
    }

    #requireServices(): EngineServices {
        this.#assertOpen();
        return this.#core.requireServices();
    }

    #assertInMemory(): void {
        this.#assertOpen();
        const { storageDir } = this.#core.options;
        if (storageDir === undefined) return;
        const message =
            `Only an engine in memory has snapshots, but this one keeps its state in \`${storageDir}\`. Create the engine without ` +
            '`storageDir`. To copy the state of a directory, close its engine and copy the directory.';
        throw new EngineError('snapshot-not-usable', message, { details: { storageDir } });
    }

    #assertOpen(): void {
        if (this.#isClosing) throw createClosedError();
    }

    /** Returns the owner's context, with the options of a start that only the embedding process can set. */
    #contextWith(embedderOptions: EmbedderOptions | undefined): ClientContext {
        if (embedderOptions === undefined) return this.#context;
        return { ...this.#context, cause: { ...this.#context.cause, embedderOptions } };
    }
}

const ADD_ACTOR_CHECKS: Readonly<Record<keyof AddActorOptions, Check>> = {
    name: checkText,
    isPublic: checkFlag,
    // These two are checked where they are parsed.
    isolation: checkedLater,
    pricing: checkedLater,
    snapshot: checkFlag,
    defaultRunOptions: checkRunDefaults,
};

async function register(
    { building, emitter }: EngineServices,
    buildId: string,
    blueprint: ResolvedActorSource,
    options: RegistrationOptions & AddActorOptions,
): Promise<RegisteredActor> {
    const { dependencies, service, logs } = building;
    if (options.snapshot === true) {
        // The build service assigns its own build id and folder, and writes the source files itself.
        await dependencies.folders.remove(buildId);
        return registerSnapshot({ ...dependencies, logs }, service, blueprint, options);
    }
    const registered = registerLive(dependencies, buildId, blueprint, options);
    emitter.emit('build.created', registered);
    emitter.emit('build.finished', registered);
    return registered;
}

/** Throws if the state was replaced while the Actor's source was being read. */
function assertCurrent(services: EngineServices, current: EngineServices): void {
    if (services === current) return;
    const message = 'The engine was restored or reset while the Actor was being added. Add it again.';
    throw new EngineError('state-being-replaced', message);
}

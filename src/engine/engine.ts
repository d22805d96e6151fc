import { EngineError } from '../errors/engine-error.js';
import { readPricing } from '../actors/definition/pricing.js';
import {
    readActorSource,
    resolveRunnable,
    type ActorSource,
    type ResolvedActorSource,
} from '../actors/source/actor-source.js';
import { registerLive, registerSnapshot, type RegisteredActor } from '../actors/builds/register-actor.js';
import { createStorageClient, type StorageClient } from '../client/storage-client.js';
import { checkId } from '../client/arguments.js';
import { createContext } from '../client/client.js';
import { callActor, startActor } from '../client/resources/actor.js';
import { checkRunDefaults } from '../client/resources/actors.js';
import { checkedLater, checkEach, checkFlag, checkText, type Check } from '../util/check.js';
import { newId } from '../util/ids.js';
import { splitEmbedderOptions, type EngineCallOptions, type EngineStartOptions } from './options/embedder-options.js';
import { EngineStorages } from './storages.js';
import { RunHandle } from './run-handle.js';
import { checkIsolation } from '../run/start/start-options.js';
import type { Actor, DefaultRunOptions } from '../model/api/actor.js';
import type { Client } from '../model/client/client.js';
import type { EngineEvents } from '../model/events.js';
import type { Isolation } from '../model/execution.js';
import type { RegistrationOptions } from '../actors/actors.js';
import type { PricingInput } from '../model/api/pricing.js';
import type { EmbedderOptions } from '../model/api/run.js';
import type { ClientContext } from '../client/services.js';
import type { Unsubscribe } from '../util/emitter.js';
import type { Listener } from './external/external-access.js';
import type { ListenOptions } from './options/listen-options.js';
import type { EngineCore, IncomingState } from './core.js';
import type { EngineSnapshot } from './snapshot/snapshot.js';
import type { EngineServices } from './services/services.js';

/** What {@link Engine.addActor} can be told besides the source. */
export interface AddActorOptions {
    /** `name` or `owner/name`. Default: what the source says. */
    name?: string;
    isPublic?: boolean;
    /** How its runs are kept apart from this process. Default: as the engine does; functions are always inline. */
    isolation?: Isolation;
    /** Options of runs whose caller names none. */
    defaultRunOptions?: Partial<DefaultRunOptions>;
    /**
     * What its runs cost, in the shape of the API. Default: nothing; for an Actor that exists already, what it had.
     *
     * @example
     * const pricing = { pricingPerEvent: { actorChargeEvents: { page: { eventPriceUsd: 0.01 } } } };
     * await engine.addActor('./my-actor', { pricing });
     */
    pricing?: PricingInput;
    /**
     * Whether its build is a copy that does not change with the source, made as through the API: installed packages are
     * linked, and the Actor's own `npm run build` is run if it has one. Default: false, runs read the folder as it is then.
     */
    snapshot?: boolean;
}

/** What {@link Engine.close} can be told. */
export interface CloseOptions {
    /** Ends all runs at once instead of asking them to stop. Default: false. */
    force?: boolean;
}

/** A whole platform in one object: Actors, their runs, and where they keep things. Made by {@link createEngine}. */
export class Engine {
    /** The API in the shape of `apify-client`'s `ApifyClient`, in process. */
    readonly client: Client;
    /**
     * Answers a request for Apify API v2, without a socket: mount it in any server, in Electron's `protocol.handle`, or call
     * it. It needs no `this`.
     *
     * A request has to bring a token, by `Authorization: Bearer` or `?token=`: {@link Engine.token}, or the `APIFY_TOKEN` of a
     * run, which speaks as that run. From which hosts and web pages requests may come is for whoever mounts it to say;
     * {@link Engine.listen} does.
     *
     * @returns The answer; what goes wrong is one too, as `{ error: { type, message } }`. Rejects only with the reason of the
     * request's own signal, once that is aborted.
     *
     * @example
     * const headers = { authorization: `Bearer ${engine.token}` };
     * const answer = await engine.fetch(new Request('http://engine/v2/acts', { headers }));
     */
    readonly fetch: (request: Request) => Promise<Response>;
    /** The storages, to be filled and emptied as a whole. */
    readonly storages: EngineStorages;
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
        this.storages = new EngineStorages(
            () => this.#requireServices(),
            () => core.options.clock.now(),
        );
        this.fetch = (request) => core.infrastructure.external.fetch(request);
    }

    /**
     * The storages in the shape of Crawlee's `StorageClient`, for a Crawlee in this very thread.
     *
     * @example
     * import { Configuration } from 'crawlee';
     * Configuration.getGlobalConfig().useStorageClient(engine.storageClient);
     */
    get storageClient(): StorageClient {
        return createStorageClient(this.client);
    }

    /** The token of the owner, as given or made up. */
    get token(): string {
        return this.#core.services.users.first.token;
    }

    /**
     * Registers an Actor and makes its first build. An Actor of that name that exists already gets a new build.
     *
     * A folder is read anew at each start of a run, so edits show without registering it again, unless it is to be a snapshot.
     *
     * @param source - A folder or a module file, as a path or a `file:` URL, `{ name, source }` with the text of a module,
     * `{ name, sourceFiles }`, or `{ name, run }` with a function, which runs in this very thread: a stand-in for tests.
     * @returns The Actor's record.
     * @throws EngineError `actor-source-invalid`, with file, line and remedy, when it could never run.
     *
     * @example
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
        // What cannot run is refused before anything is kept of it.
        if (!snapshot) await resolveRunnable(blueprint);
        this.#assertOpen();
        assertCurrent(services, this.#core.requireServices());
        const { actor, build } = await register(services, buildId, blueprint, { ...options, pricingInfos });
        const runnable = await resolveRunnable(
            services.building.actors.resolveBuild(actor, build.buildNumber).blueprint,
        );
        const executor = await infrastructure.findExecutor(actor.isolation ?? engineOptions.isolation, runnable);
        executor.prewarm({
            runnable,
            memoryMbytes: actor.defaultRunOptions.memoryMbytes,
            network: services.networkPolicies.resolve({}),
            setupFiles: engineOptions.setupFiles,
        });
        return actor;
    }

    /**
     * Starts a run and returns as soon as it exists. It is READY until there is room for it.
     *
     * @param actor - Id, `name` or `owner/name` of a registered Actor.
     * @param input - What the Actor reads as its input; must survive JSON, and is copied. Undefined is no input.
     * @throws EngineError `actor-not-found`, `unknown-build-tag`, `invalid-value`, `invalid-input`; nothing is created.
     */
    async start(actor: string, input?: unknown, options: EngineStartOptions = {}): Promise<RunHandle> {
        this.#assertOpen();
        checkId('id', actor);
        const { given, rest } = splitEmbedderOptions(options);
        return new RunHandle(this.#core, await startActor(this.#giving(given), actor, input, rest));
    }

    /**
     * Starts a run and waits for its end. A run that fails is a result, not a throw.
     *
     * @param options.waitSecs - Wait at most so long, then return the run as it is. Default: until it ends.
     */
    async call(actor: string, input?: unknown, options: EngineCallOptions = {}): Promise<RunHandle> {
        this.#assertOpen();
        checkId('id', actor);
        const { given, rest } = splitEmbedderOptions(options);
        return new RunHandle(this.#core, await callActor(this.#giving(given), actor, input, rest));
    }

    /** A handle for a run that exists, or undefined. */
    run(id: string): RunHandle | undefined {
        const run = this.#core.requireServices().runs.find(id);
        return run && new RunHandle(this.#core, run);
    }

    /**
     * Serves the API over HTTP, and the events of runs over websockets, for clients in other processes and languages. What
     * runs start from then on finds it in its environment. A browser finds a console there, at `${url}/#token=${engine.token}`.
     *
     * Only this machine reaches it, and only by its own names: requests with another `Host`, or from web pages of other
     * origins, are refused, as are those without a token.
     *
     * @throws EngineError `cannot-listen`, as on a port that is taken; `invalid-value` for a host that other machines reach,
     * unless `allowRemote` is set.
     *
     * @example
     * const listener = await engine.listen();
     * const client = new ApifyClient({ baseUrl: listener.url, token: engine.token });
     */
    async listen(options?: ListenOptions): Promise<Listener> {
        this.#assertOpen();
        return this.#core.infrastructure.external.listen(options);
    }

    /** Listens to what happens in the engine. Returns a function that ends the listening. A throwing listener is reported. */
    on<Name extends keyof EngineEvents>(name: Name, listener: (event: EngineEvents[Name]) => void): Unsubscribe {
        return this.#core.emitter.on(name, listener);
    }

    /**
     * Takes a snapshot of the whole state: Actors with their versions and builds, runs with their logs, charges and figures, tasks,
     * schedules, webhooks and what they have still to deliver, datasets, key-value stores, request queues with their locks, and
     * the keys of secrets. The engine goes on as it is.
     *
     * A snapshot is plain data, which can be cloned, sent to other threads and kept in a file (`v8.serialize`). What it has of
     * Actors depends on how they were given: as text, or as a snapshot of a folder, with all of their files; as a folder or a
     * module file, with its path; as a function, by reference: the snapshot itself has it, but a copy has not, and
     * {@link Engine.restore} tells so by a `warning` unless the engine has the Actor already.
     *
     * All of it is read in one go: it has the state of one moment.
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
     * Puts the engine in the state of a snapshot, of this engine or another.
     *
     * Runs that go on are aborted at once, and what waits for them hears so; webhooks that are not delivered, timers and builds are
     * given up with the state. Then the engine has exactly what the snapshot has. Schedules fire from now on, not for the
     * times that have passed; runs that had not ended in the snapshot are found as the option `recovery` says. Users and tokens,
     * listeners, and whoever listens to events stay; clients and run handles go on working with what there is of that name.
     *
     * Several calls of this, of `snapshot`, `reset` and `close` are done one after the other.
     *
     * @throws EngineError `snapshot-not-usable` for a snapshot of another version, and for an engine with a `storageDir`; the engine
     *   stays as it is.
     */
    async restore(snapshot: EngineSnapshot): Promise<void> {
        this.#assertInMemory();
        const { missingFunctions, readSnapshot } = await import('./snapshot/lazy-snapshot.js');
        await this.#replaceState(({ building }) => readSnapshot(snapshot, building.builds.functions()));
        const names = missingFunctions(this.#core.services);
        if (names.length === 0) return;
        const message =
            `The snapshot has Actors that are functions, which a copy of it cannot have: ${names.join(', ')}. ` +
            'They cannot be started before you add them again with `engine.addActor()`.';
        this.#core.emitter.emit('warning', { message });
    }

    /**
     * Empties the engine: as {@link Engine.restore}, with the state that `createEngine` begins with. There are no Actors, runs and
     * storages any more. To keep the Actors, restore a snapshot that was taken when they had been added. On disk, a kill of the
     * process at any time leaves either the state before or the empty one.
     *
     * @example
     * afterEach(() => engine.reset());
     */
    async reset(): Promise<void> {
        this.#assertOpen();
        const { EMPTY_STATE } = await import('./snapshot/lazy-snapshot.js');
        await this.#replaceState(() => ({ state: EMPTY_STATE, functions: new Map() }));
    }

    async #replaceState(next: (parts: EngineServices) => IncomingState): Promise<void> {
        const core = this.#core;
        const { keepCurrentUsers } = await import('./snapshot/lazy-snapshot.js');
        await core.runExclusive(() => {
            const { state, functions } = next(core.requireServices());
            return core.replaceState({ state: keepCurrentUsers(core.requireServices().users, state), functions });
        });
    }

    /**
     * Ends all runs and gives up everything. By default runs are told to stop and have `abortGraceSecs` of real time to
     * do so; then they are killed. Calling it again waits for the same end; with `force` it hurries that end.
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
            `Snapshots are for engines in memory, but this one keeps its state in \`${storageDir}\`. Leave \`storageDir\` out; to keep ` +
            'a copy of a directory, close its engine and copy the directory.';
        throw new EngineError('snapshot-not-usable', message, { details: { storageDir } });
    }

    #assertOpen(): void {
        if (!this.#isClosing) return;
        throw new EngineError('engine-closed', 'The engine is closed. Create a new one with `createEngine()`.');
    }

    /** The owner's context, with what the starts give that only the engine's holder can give. */
    #giving(embedderOptions: EmbedderOptions | undefined): ClientContext {
        if (embedderOptions === undefined) return this.#context;
        return { ...this.#context, cause: { ...this.#context.cause, embedderOptions } };
    }
}

const ADD_ACTOR_CHECKS: Readonly<Record<keyof AddActorOptions, Check>> = {
    name: checkText,
    isPublic: checkFlag,
    // Each of these is checked where it is read.
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
    const { dependencies: parts, service, logs } = building;
    if (options.snapshot === true) {
        // The build gets an id and a folder of its own, and lays out given files itself.
        await parts.folders.remove(buildId);
        return registerSnapshot({ ...parts, logs }, service, blueprint, options);
    }
    const registered = registerLive(parts, buildId, blueprint, options);
    emitter.emit('build.created', registered);
    emitter.emit('build.finished', registered);
    return registered;
}

/** Refuses to go on with what has been given up in the meantime. */
function assertCurrent(parts: EngineServices, current: EngineServices): void {
    if (parts === current) return;
    const message = 'The engine was restored or reset while the Actor was being added. Add it again.';
    throw new EngineError('state-being-replaced', message);
}

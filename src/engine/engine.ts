import { EngineError } from '../errors/engine-error.js';
import { readPricing } from '../registry/read-pricing.js';
import { readActorSource, resolveRunnable, type ActorSource } from '../registry/actor-source.js';
import { registerLive, registerSnapshot, type Registered } from '../registry/building/register-actor.js';
import { createStorageClient, type StorageClient } from '../client/storage-client.js';
import { checkRunDefaults } from '../client/check-actor.js';
import { checkFlag, checkOptions, checkText } from '../util/check.js';
import { closeRuns } from './close-runs.js';
import {
    readHostOptions,
    type EngineCallOptions,
    type EngineStartOptions,
    type HostStartOptions,
} from './host-start-options.js';
import { RunHandle, type RunHandleParts } from './run-handle.js';
import { checkIsolation } from '../lifecycle/isolation.js';
import type { Actor, DefaultRunOptions } from '../model/actor.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { Isolation } from '../model/isolation.js';
import type { ActorBlueprint } from '../registry/actor-blueprint.js';
import type { RegistrationOptions } from '../registry/actors.js';
import type { PricingInput } from '../model/pricing.js';
import type { Unsubscribe } from '../util/emitter.js';
import type { ResolvedEngineOptions } from './options.js';
import type { Listener } from './listeners.js';
import type { ListenOptions } from './listen-options.js';
import type { EngineParts } from './parts.js';

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
    readonly #options: ResolvedEngineOptions;
    readonly #parts: EngineParts;
    #isClosing = false;
    #closed: Promise<void> | undefined;

    /** @internal Use {@link createEngine}. */
    constructor(options: ResolvedEngineOptions, parts: EngineParts) {
        this.#options = options;
        this.#parts = parts;
        this.client = parts.users.owner.client;
        this.fetch = (request) => parts.outside.fetch(request);
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
        return this.#parts.users.owner.user.token;
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
        checkAddActorOptions(options);
        const { pricing, snapshot = false } = options;
        const now = new Date(this.#options.clock.now());
        const pricingInfos = pricing === undefined ? undefined : [readPricing('options.pricing', pricing, now)];
        const blueprint = await readActorSource(source instanceof URL ? source.href : source, {
            name: options.name,
            isToBeBuilt: snapshot,
            workDirectory: () => this.#parts.makeWorkDirectory(),
        });
        checkIsolation(options.isolation, 'options.isolation', blueprint.isFunction === true);
        // What cannot run is refused before anything is kept of it.
        if (!snapshot) await resolveRunnable(blueprint);
        this.#assertOpen();
        const { actor, build } = await this.#register(blueprint, { ...options, pricingInfos });
        const executor = await this.#parts.findExecutor(actor.isolation ?? this.#options.isolation);
        const runnable = await resolveRunnable(
            this.#parts.building.actors.resolveBuild(actor, build.buildNumber).blueprint,
        );
        executor.warm({
            runnable,
            memoryMbytes: actor.defaultRunOptions.memoryMbytes,
            network: this.#parts.networks.default,
            setupFiles: this.#options.setupFiles,
        });
        return actor;
    }

    async #register(blueprint: ActorBlueprint, options: RegistrationOptions & AddActorOptions): Promise<Registered> {
        const { building, emitter } = this.#parts;
        const { parts, service, logs } = building;
        if (options.snapshot === true) return registerSnapshot({ ...parts, logs }, service, blueprint, options);
        const registered = registerLive(parts, blueprint, options);
        emitter.emit('build.created', registered);
        emitter.emit('build.finished', registered);
        return registered;
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
        const { client, rest } = this.#give(options);
        const run = await client.actor(actor).start(input, rest);
        return new RunHandle(this.#handleParts(), run);
    }

    /**
     * Starts a run and waits for its end. A run that fails is a result, not a throw.
     *
     * @param options.waitSecs - Wait at most so long, then return the run as it is. Default: until it ends.
     */
    async call(actor: string, input?: unknown, options: EngineCallOptions = {}): Promise<RunHandle> {
        this.#assertOpen();
        const { client, rest } = this.#give(options);
        const run = await client.actor(actor).call(input, rest);
        return new RunHandle(this.#handleParts(), run);
    }

    /** A handle for a run that exists, or undefined. */
    run(id: string): RunHandle | undefined {
        const run = this.#parts.runs.find(id);
        return run && new RunHandle(this.#handleParts(), run);
    }

    /**
     * Serves the API over HTTP, and the events of runs over websockets, for clients in other processes and languages. What
     * runs start from then on finds it in its environment.
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
        return this.#parts.outside.listen(options);
    }

    /** Listens to what happens in the engine. Returns a function that ends the listening. A throwing listener is reported. */
    on<Name extends keyof EngineEvents>(name: Name, listener: (event: EngineEvents[Name]) => void): Unsubscribe {
        return this.#parts.emitter.on(name, listener);
    }

    /**
     * Ends all runs and gives up everything. By default runs are told to stop and have `abortGraceSecs` of real time to
     * do so; then they are killed. Calling it again waits for the same end; with `force` it hurries that end.
     */
    async close(options: CloseOptions = {}): Promise<void> {
        checkOptions('options', options, ['force']);
        checkFlag('options.force', options.force);
        this.#isClosing = true;
        if (this.#closed && options.force === true)
            await closeRuns(this.#parts.runs, { ...this.#options, force: true });
        this.#closed ??= this.#close(options.force ?? false);
        await this.#closed;
    }

    /** Closes the engine at the end of an `await using` block. */
    async [Symbol.asyncDispose](): Promise<void> {
        await this.close();
    }

    async #close(force: boolean): Promise<void> {
        const nothingFires = this.#parts.users.stopSchedules();
        this.#parts.runs.close();
        await nothingFires;
        await closeRuns(this.#parts.runs, { ...this.#options, force });
        // Not before, as what runs have started may save its state through them.
        await this.#parts.outside.close({ force });
        await this.#parts.close(force);
        this.#parts.emitter.clear();
    }

    #assertOpen(): void {
        if (!this.#isClosing) return;
        throw new EngineError('engine-closed', 'The engine is closed. Create a new one with `createEngine()`.');
    }

    /** A client whose runs are given what only the engine's holder can give them, and the options that are left. */
    #give<Options extends HostStartOptions>(options: Options): { client: Client; rest: Options } {
        const { given, rest } = readHostOptions(options);
        return { client: given === undefined ? this.client : this.#parts.users.owner.clientGiving(given), rest };
    }

    #handleParts(): RunHandleParts {
        const { runs, building, users } = this.#parts;
        return {
            clientOf: (run) => users.whoHas(run).client,
            find: (id) => runs.find(id),
            glance: (id) => runs.glance(id),
            migrate: (id) => runs.migrate(id),
            strike: (id, blow) => runs.strike(id, blow),
            charges: (id) => runs.charges(id),
            startedBy: (id) => runs.startedBy(id),
            waitForFinish: (id, signal) => runs.waitForFinish(id, undefined, signal),
            lines: (id) => building.logs.lines(id),
            on: (name, listener) => this.on(name, listener),
        };
    }
}

function checkAddActorOptions(options: AddActorOptions): void {
    checkOptions('options', options, ['name', 'isPublic', 'isolation', 'defaultRunOptions', 'pricing', 'snapshot']);
    checkText('options.name', options.name);
    checkFlag('options.isPublic', options.isPublic);
    checkFlag('options.snapshot', options.snapshot);
    checkRunDefaults('options.defaultRunOptions', options.defaultRunOptions);
}

import { createClient } from '../client/client.js';
import { EngineError } from '../errors/engine-error.js';
import { createExecutors } from '../execution/executors.js';
import { createEngineEmitter } from './create-emitter.js';
import {
    openPersistenceProvider,
    openMemoryPersistence,
    type PersistenceProvider,
    type Persistence,
} from './persistence/persistence.js';
import { ExternalAccess } from './external/external-access.js';
import { EngineServices, type EngineInfrastructure } from './services/services.js';
import { createActorProxy } from './external/proxy.js';
import { createSourceFolders } from './persistence/source-folders.js';
import { within } from '../util/clock.js';
import type { ClientServices } from '../client/services.js';
import type { InlineModule } from '../protocol/execution.js';
import type { RunService } from '../run/run-service.js';
import type { Client } from '../model/client/client.js';
import type { EngineEvents } from '../model/events.js';
import type { ActorFunctions } from '../actors/builds/builds.js';
import type { Emitter } from '../util/emitter.js';
import type { ResolvedEngineOptions } from './options/options.js';
import type { EngineState } from './snapshot/engine-state.js';

const NO_FUNCTIONS: ActorFunctions = new Map();

/** A state that is about to replace the current one. */
export interface IncomingState {
    readonly state: EngineState;
    /** The functions of its function Actors, by build id. */
    readonly functions: ActorFunctions;
}

/**
 * The inside of an engine: the infrastructure, which outlives a restore, and the services of the current state. A new state gets
 * new services, so that work left over from the previous state cannot change it.
 */
export class EngineCore {
    readonly emitter: Emitter<EngineEvents>;
    readonly infrastructure: EngineInfrastructure & { readonly external: ExternalAccess };
    readonly #provider: PersistenceProvider;
    readonly #clients = new Map<string, Client>();
    #options: ResolvedEngineOptions;
    #services: EngineServices | undefined;
    /** The error that callers get; set while the services cannot be used. */
    #unavailableReason: EngineError | undefined;
    /** Settles when all queued snapshot, restore, reset and close operations have finished. */
    #queue: Promise<unknown> = Promise.resolve();

    private constructor(options: ResolvedEngineOptions, emitter: Emitter<EngineEvents>, provider: PersistenceProvider) {
        this.#options = options;
        this.#provider = provider;
        this.emitter = emitter;
        this.infrastructure = {
            emitter,
            findExecutor: createExecutors({ ...options, loadInline }),
            proxy: createActorProxy(options),
            external: new ExternalAccess(this),
        };
    }

    /** Opens an engine on its persisted state, or on an empty one in memory. */
    static async open(options: ResolvedEngineOptions): Promise<EngineCore> {
        const { emitter, warnAboutData, markOpened } = createEngineEmitter(options);
        const provider = await openPersistenceProvider(options, warnAboutData);
        try {
            const core = new EngineCore(options, emitter, provider);
            await core.#start(await provider.open(), NO_FUNCTIONS);
            markOpened();
            return core;
        } catch (error) {
            await provider.release();
            throw error;
        }
    }

    /** The options, with the tokens of all users filled in. */
    get options(): ResolvedEngineOptions {
        return this.#options;
    }

    /** The services of the current state, or of the state that is being closed. */
    get services(): EngineServices {
        return this.#services!;
    }

    /** Returns the services. Throws while the state is being replaced, after a replacement has failed, and once closed. */
    requireServices(): EngineServices {
        if (this.#unavailableReason) throw this.#unavailableReason;
        return this.#services!;
    }

    /** Returns the client of a user. It keeps working after a restore. */
    getClient(username: string): Client {
        const existing = this.#clients.get(username);
        if (existing) return existing;
        const client = createClient(() => this.getUserServices(username), { origin: 'API' });
        this.#clients.set(username, client);
        return client;
    }

    /** Returns the client services of a user. Throws like {@link EngineCore.requireServices}. */
    getUserServices(username: string): ClientServices {
        return this.requireServices().forUser(username).services;
    }

    /** Runs an operation on the whole state after all operations that were queued before it. */
    runExclusive<Result>(operation: () => Result | Promise<Result>): Promise<Result> {
        const done = this.#queue.then(operation);
        this.#queue = done.catch(() => {});
        return done;
    }

    /**
     * Replaces the state: kills all runs, closes the services and opens the new state. A state that cannot be opened is rejected
     * before anything changes.
     */
    async replaceState({ state, functions }: IncomingState): Promise<void> {
        const previous = this.requireServices();
        await this.#dryRun(state);
        const openStaged = await this.#provider.stage(state);
        this.#unavailableReason = createBeingReplacedError();
        try {
            await this.#endRuns(previous, true);
            await previous.close(true);
        } catch (error) {
            // The services have closed everything that they could; the replacement can continue.
            this.emitter.emit('warning', { message: 'The previous state could not be closed completely.', error });
        }
        try {
            await this.#start(await openStaged(), functions);
            this.#unavailableReason = undefined;
        } catch (cause) {
            this.#unavailableReason = createReplacementFailedError(cause);
            throw this.#unavailableReason;
        }
    }

    /** Force-kills runs while a graceful close is pending. */
    async forceClose(): Promise<void> {
        await closeRuns(this.services.runs, this.#options, true);
    }

    /** Ends all runs and closes everything. */
    async close(force: boolean): Promise<void> {
        const { external, proxy } = this.infrastructure;
        // After a failed replacement, these are the services of the previous state: they must not touch the data.
        const hasServices = this.#unavailableReason === undefined;
        try {
            if (hasServices) await this.#endRuns(this.services, force);
            // Only after the runs: processes that they have started may save their state through a listener.
            await external.close({ force });
            if (hasServices) await this.services.close(force);
        } finally {
            this.#unavailableReason = createClosedError();
            await proxy.close();
            await this.#provider.release();
            this.emitter.clear();
        }
    }

    /** Opens a state in memory while the current one is still open. Throws if the state cannot be opened. */
    async #dryRun(state: EngineState): Promise<void> {
        const noFolders = createSourceFolders(this.#options, {
            createRoot: () => Promise.reject(new Error('This is a dry run.')),
        });
        const persistence = openMemoryPersistence(noFolders, throwCorrupted, state);
        // Services have no effect before they are started, so these can be dropped.
        const { emitter } = await EngineServices.create(this.#options, this.infrastructure, persistence, NO_FUNCTIONS);
        emitter.close();
        await persistence.backend.close();
    }

    async #endRuns(services: EngineServices, force: boolean): Promise<void> {
        const schedulesStopped = services.stopSchedules();
        services.runs.close();
        await schedulesStopped;
        await closeRuns(services.runs, this.#options, force);
    }

    async #start(persistence: Persistence, functions: ActorFunctions): Promise<void> {
        try {
            const services = await EngineServices.create(this.#options, this.infrastructure, persistence, functions);
            const [first, ...others] = services.users.all;
            this.#options = { ...this.#options, users: [first, ...others] };
            this.#services = services;
            await services.start();
        } catch (error) {
            await persistence.backend.close();
            persistence.close();
            throw error;
        }
    }
}

/** Turns a warning about unreadable data into an error: a state that replaces another must be readable as a whole. */
function throwCorrupted(message: string): never {
    throw new EngineError('storage-corrupted', message);
}

/** Creates the error for calls on a closed engine. */
export function createClosedError(): EngineError {
    return new EngineError('engine-closed', 'The engine is closed. Create a new one with `createEngine()`.');
}

function createBeingReplacedError(): EngineError {
    const message =
        'The engine is replacing its state. Wait for `engine.restore()` or `engine.reset()` before using it.';
    return new EngineError('state-being-replaced', message);
}

function createReplacementFailedError(cause: unknown): EngineError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `The state could not be replaced, and the engine is unusable: ${reason} Close it and create a new one.`;
    return new EngineError('storage-failed', message, { cause });
}

/**
 * Loads the module that runs Actors in this thread. Unlike the worker file, it is imported by name and not by location, so that
 * bundlers include it and it shares its modules with `greenroom/actor`.
 */
async function loadInline(): Promise<InlineModule> {
    return import('../worker/inline.js');
}

/** Time to record the end of runs whose thread was abandoned as stuck. */
const MARGIN_MILLIS = 1_000;

/** Ends all live runs. Waits in real time, not by the engine's clock, so that `close()` returns in a test whose clock stands still. */
async function closeRuns(
    runs: RunService,
    limits: Pick<ResolvedEngineOptions, 'abortGraceSecs' | 'terminateTimeoutSecs'>,
    force: boolean,
): Promise<void> {
    const ids = runs.liveIds();
    const allEnded = Promise.all(ids.map((id) => runs.waitForFinish(id)));
    const abortAll = (gracefully: boolean): Promise<unknown> => {
        return Promise.all(ids.map((id) => runs.abort(id, gracefully)));
    };
    if (!force) {
        await abortAll(true);
        if ((await within(limits.abortGraceSecs * 1000, allEnded)) !== undefined) return;
    }
    await abortAll(false);
    await within(limits.terminateTimeoutSecs * 1000 + MARGIN_MILLIS, allEnded);
}

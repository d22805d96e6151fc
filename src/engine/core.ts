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

/** A state that is about to replace the present one. */
export interface IncomingState {
    readonly state: EngineState;
    /** The Actors in it that are functions, by the ids of their builds. */
    readonly functions: ActorFunctions;
}

/**
 * An engine consists of the infrastructure, which stays, and the services of its state. Another state comes with other services,
 * so that nothing of the one before can reach into it.
 */
export class EngineCore {
    readonly emitter: Emitter<EngineEvents>;
    readonly infrastructure: EngineInfrastructure;
    readonly #provider: PersistenceProvider;
    readonly #clients = new Map<string, Client>();
    #options: ResolvedEngineOptions;
    #services: EngineServices | undefined;
    /** Set while the services cannot be used. */
    #unavailableReason: EngineError | undefined;
    /** Settles when every operation on the state as a whole has finished. */
    #queue: Promise<unknown> = Promise.resolve();

    private constructor(options: ResolvedEngineOptions, emitter: Emitter<EngineEvents>, ground: PersistenceProvider) {
        this.#options = options;
        this.#provider = ground;
        this.emitter = emitter;
        this.infrastructure = {
            emitter,
            findExecutor: createExecutors({ ...options, loadInline }),
            proxy: createActorProxy(options),
            external: new ExternalAccess(this),
        };
    }

    /** Opens an engine on the state that is at its place. */
    static async open(options: ResolvedEngineOptions): Promise<EngineCore> {
        const { emitter, warnAboutData: warnOfData, markOpened: opened } = createEngineEmitter(options);
        const ground = await openPersistenceProvider(options, warnOfData);
        try {
            const core = new EngineCore(options, emitter, ground);
            await core.#start(await ground.open(), NO_FUNCTIONS);
            opened();
            return core;
        } catch (error) {
            await ground.release();
            throw error;
        }
    }

    /** The options, with the tokens that the users have. */
    get options(): ResolvedEngineOptions {
        return this.#options;
    }

    /** The services of the present state, or of the one that is being closed. */
    get services(): EngineServices {
        return this.#services!;
    }

    /** The services; throws while the state is being replaced, and after that has failed. */
    requireServices(): EngineServices {
        if (this.#unavailableReason) throw this.#unavailableReason;
        return this.#services!;
    }

    /** The client of a user, which keeps working after a restore. */
    getClient(username: string): Client {
        const known = this.#clients.get(username);
        if (known) return known;
        const client = createClient(() => this.getUserServices(username), { origin: 'API' });
        this.#clients.set(username, client);
        return client;
    }

    /** The services of a user for clients; throws as {@link EngineCore.requireServices}. */
    getUserServices(username: string): ClientServices {
        return this.requireServices().forUser(username).services;
    }

    /** Runs an operation on the state as a whole, after those that were requested before. */
    runExclusive<Result>(work: () => Result | Promise<Result>): Promise<Result> {
        const done = this.#queue.then(work);
        this.#queue = done.catch(() => {});
        return done;
    }

    /** Replaces the state: ends all runs at once and closes the services. A state that cannot be opened is refused before. */
    async replaceState({ state, functions }: IncomingState): Promise<void> {
        const before = this.requireServices();
        await this.#dryRun(state);
        const openPrepared = await this.#provider.stage(state);
        this.#unavailableReason = beingReplaced();
        try {
            await this.#endRuns(before, true);
            await before.close(true);
        } catch (error) {
            // It is closed as far as possible all the same.
            this.emitter.emit('warning', { message: 'The state before could not be closed completely.', error });
        }
        try {
            await this.#start(await openPrepared(), functions);
            this.#unavailableReason = undefined;
        } catch (cause) {
            this.#unavailableReason = notReplaced(cause);
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
        // Services whose successors could not be opened must not touch the data any more.
        const hasServices = this.#unavailableReason === undefined;
        try {
            if (hasServices) await this.#endRuns(this.services, force);
            // Not before, as processes that runs have started may save their state through it.
            await external.close({ force });
            if (hasServices) await this.services.close(force);
        } finally {
            await proxy.close();
            await this.#provider.release();
            this.emitter.clear();
        }
    }

    /** Opens a state in memory, before the present one is closed. Throws if it cannot be opened. */
    async #dryRun(state: EngineState): Promise<void> {
        const noFolders = createSourceFolders(this.#options, () => Promise.reject(new Error('This is a dry run.')));
        const medium = openMemoryPersistence(noFolders, refuse, state);
        // Services that are not started do nothing, and are garbage.
        const { emitter } = await EngineServices.create(this.#options, this.infrastructure, medium, NO_FUNCTIONS);
        emitter.close();
        await medium.backend.close();
    }

    async #endRuns(services: EngineServices, force: boolean): Promise<void> {
        const nothingFires = services.stopSchedules();
        services.runs.close();
        await nothingFires;
        await closeRuns(services.runs, this.#options, force);
    }

    async #start(medium: Persistence, functions: ActorFunctions): Promise<void> {
        try {
            const services = await EngineServices.create(this.#options, this.infrastructure, medium, functions);
            const [first, ...others] = services.users.all;
            this.#options = { ...this.#options, users: [first, ...others] };
            this.#services = services;
            await services.start();
        } catch (error) {
            await medium.backend.close();
            medium.close();
            throw error;
        }
    }
}

/** A state that replaces another has to be readable as a whole. */
function refuse(message: string): never {
    throw new EngineError('storage-corrupted', message);
}

function beingReplaced(): EngineError {
    const message =
        'The engine is replacing its state. Wait for `engine.restore()` or `engine.reset()` before using it.';
    return new EngineError('state-being-replaced', message);
}

function notReplaced(cause: unknown): EngineError {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The state could not be replaced, and the engine is unusable: ${why} Close it, and create a new one.`;
    return new EngineError('storage-failed', message, { cause });
}

/**
 * Loads the module that runs Actors in this thread. By name, and not by location as that of threads: a bundler includes it, and it
 * shares its modules with `greenroom/actor`.
 */
async function loadInline(): Promise<InlineModule> {
    return import('../worker/inline.js');
}

/** Time to record the end of an execution whose thread was given up. */
const MARGIN_MILLIS = 1_000;

/** Ends all live runs, in real time whatever clock the engine has: closing must end also in a test whose clock stands still. */
async function closeRuns(
    runs: RunService,
    limits: Pick<ResolvedEngineOptions, 'abortGraceSecs' | 'terminateTimeoutSecs'>,
    force: boolean,
): Promise<void> {
    const ids = runs.liveIds();
    const allEnded = Promise.all(ids.map((id) => runs.waitForFinish(id)));
    const abortAll = (gracefully: boolean): Promise<unknown> =>
        Promise.all(ids.map((id) => runs.abort(id, gracefully)));
    if (!force) {
        await abortAll(true);
        if ((await within(limits.abortGraceSecs * 1000, allEnded)) !== undefined) return;
    }
    await abortAll(false);
    await within(limits.terminateTimeoutSecs * 1000 + MARGIN_MILLIS, allEnded);
}

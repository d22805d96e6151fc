import { createClient } from '../client/client.js';
import { EngineError } from '../errors/engine-error.js';
import { createExecutors } from '../executor/executors.js';
import { closeRuns } from './close-runs.js';
import { createEngineEmitter } from './create-emitter.js';
import { loadInline } from './load-inline.js';
import { findGround, openMemoryMedium, type Ground, type Medium } from './medium.js';
import { createOutside } from './outside.js';
import {
    closeServices,
    createServices,
    startServices,
    type EngineServices,
    type EngineInfrastructure,
} from './services.js';
import { createActorProxy } from './proxy.js';
import { createSourceFolders } from './source-folders.js';
import type { ClientServices } from '../client/services.js';
import type { Client } from '../model/client.js';
import type { EngineEvents } from '../model/events.js';
import type { ActorFunctions } from '../registry/building/builds.js';
import type { Emitter } from '../util/emitter.js';
import type { ResolvedEngineOptions } from './options.js';
import type { EngineState } from './state/engine-state.js';

const NO_FUNCTIONS: ActorFunctions = new Map();

/** A state that an engine is to take on. */
export interface NextState {
    readonly state: EngineState;
    /** The Actors in it that are functions, by the ids of their builds. */
    readonly functions: ActorFunctions;
}

/**
 * What an engine consists of: the frame, which stays, and the parts that work on its state. Another state comes with other parts,
 * so that nothing of the one before can reach into it.
 */
export class EngineCore {
    readonly infrastructure: EngineInfrastructure;
    readonly #ground: Ground;
    readonly #clients = new Map<string, Client>();
    #options: ResolvedEngineOptions;
    #parts: EngineServices | undefined;
    /** What keeps the parts from being used, if anything does. */
    #obstacle: EngineError | undefined;
    /** Settles when all that was to be done to the state as a whole has been. */
    #queue: Promise<unknown> = Promise.resolve();

    private constructor(options: ResolvedEngineOptions, emitter: Emitter<EngineEvents>, ground: Ground) {
        this.#options = options;
        this.#ground = ground;
        this.infrastructure = {
            emitter,
            findExecutor: createExecutors({ ...options, loadInline }),
            proxy: createActorProxy(options),
            outside: createOutside({
                emitter,
                parts: () => this.parts,
                clientOfUser: ({ username }) => this.clientOf(username),
                now: () => options.clock.now(),
            }),
        };
    }

    /** Opens an engine on the state that is at its place. */
    static async open(options: ResolvedEngineOptions): Promise<EngineCore> {
        const { emitter, warnOfData, opened } = createEngineEmitter(options);
        const ground = await findGround(options, warnOfData);
        try {
            const core = new EngineCore(options, emitter, ground);
            await core.#workOn(await ground.open(), NO_FUNCTIONS);
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

    /** The parts of the state that there is, or of the one that is just being given up. */
    get parts(): EngineServices {
        return this.#parts!;
    }

    /** The parts, for whoever wants to do something. */
    get usable(): EngineServices {
        if (this.#obstacle) throw this.#obstacle;
        return this.#parts!;
    }

    /** The client of a user, which goes on working when the state becomes another. */
    clientOf(username: string): Client {
        const known = this.#clients.get(username);
        if (known) return known;
        const services = (): ClientServices => {
            const { users, userParts } = this.usable;
            return userParts.of(users.named(username) ?? users.first).services;
        };
        const client = createClient(services, { origin: 'API' });
        this.#clients.set(username, client);
        return client;
    }

    /** Does something to the state as a whole, when what was asked for before has been done. */
    inOrder<Result>(work: () => Result | Promise<Result>): Promise<Result> {
        const done = this.#queue.then(work);
        this.#queue = done.catch(() => {});
        return done;
    }

    /**
     * Puts another state in the place of the one there is: ends all runs at once and gives up the parts. What cannot be opened is
     * found out before.
     */
    async takeOn({ state, functions }: NextState): Promise<void> {
        const before = this.usable;
        await this.#rehearse(state);
        const prepared = await this.#ground.prepare(state);
        this.#obstacle = beingReplaced();
        try {
            await this.#endRuns(before, true);
            await closeServices(before, true);
        } catch (error) {
            // Then it has been given up all the same, as far as it could be.
            this.infrastructure.emitter.emit('warning', {
                message: 'The state before could not be given up in order.',
                error,
            });
        }
        try {
            await this.#workOn(await prepared.open(), functions);
            this.#obstacle = undefined;
        } catch (cause) {
            this.#obstacle = notReplaced(cause);
            throw this.#obstacle;
        }
    }

    /** Ends all runs at once, while somebody waits for them to end in peace. */
    async hurry(): Promise<void> {
        await closeRuns(this.parts.runs, { ...this.#options, force: true });
    }

    /** Ends all runs and gives everything up. */
    async close(force: boolean): Promise<void> {
        const { outside, proxy, emitter } = this.infrastructure;
        // Parts that were given up for others that could not be opened must not touch what is there now.
        const hasParts = this.#obstacle === undefined;
        try {
            if (hasParts) await this.#endRuns(this.parts, force);
            // Not before, as what runs have started may save its state through them.
            await outside.close({ force });
            if (hasParts) await closeServices(this.parts, force);
        } finally {
            await proxy.close();
            await this.#ground.release();
            emitter.clear();
        }
    }

    /** Makes sure that parts can be made of a state, before those there are are given up. Throws what they throw. */
    async #rehearse(state: EngineState): Promise<void> {
        const noFolders = createSourceFolders(this.#options, () => Promise.reject(new Error('This is a rehearsal.')));
        const medium = openMemoryMedium(noFolders, refuse, state);
        // Never set to work, the parts do nothing, and are the collector's.
        const { emitter } = await createServices(this.#options, this.infrastructure, medium, NO_FUNCTIONS);
        emitter.close();
        await medium.backend.close();
    }

    async #endRuns({ userParts, runs }: EngineServices, force: boolean): Promise<void> {
        const nothingFires = userParts.stopSchedules();
        runs.close();
        await nothingFires;
        await closeRuns(runs, { ...this.#options, force });
    }

    async #workOn(medium: Medium, functions: ActorFunctions): Promise<void> {
        try {
            const parts = await createServices(this.#options, this.infrastructure, medium, functions);
            const [first, ...others] = parts.users.all;
            this.#options = { ...this.#options, users: [first, ...others] };
            this.#parts = parts;
            await startServices(parts, this.#options);
        } catch (error) {
            await medium.backend.close();
            medium.close();
            throw error;
        }
    }
}

/** What is about to be taken on has to be readable as a whole. */
function refuse(message: string): never {
    throw new EngineError('storage-corrupted', message);
}

function beingReplaced(): EngineError {
    const message =
        'The engine is just taking on another state. Wait for `engine.restore()` or `engine.reset()` before using it.';
    return new EngineError('state-being-replaced', message);
}

function notReplaced(cause: unknown): EngineError {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The engine could not take on another state, and has none any more: ${why} Close it, and create a new one.`;
    return new EngineError('storage-failed', message, { cause });
}

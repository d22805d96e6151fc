import { jobExists } from '../../client/access.js';
import { EngineError } from '../../errors/engine-error.js';
import { UsageHistory } from './usage-history.js';
import type { EngineEvents } from '../../model/events.js';
import type { Run } from '../../model/api/run.js';
import type { ConsoleEvent, RunRequest, LogBatch } from '../../protocol/console.js';
import type { UsageSample } from '../../util/collections/downsampled-series.js';
import type { ResourceUsage } from '../../protocol/messages.js';
import type { Emitter, Unsubscribe } from '../../util/emitter.js';
import type { EngineServices } from '../services/services.js';
import type { User } from '../services/users.js';

/** The data of an engine that a console shows to one user. */
export interface ConsoleSource {
    readonly user: Pick<User, 'id' | 'username'>;
    /** Adds a listener for the events of everything that the user owns. */
    listen(listener: (event: ConsoleEvent) => void): Unsubscribe;
    /**
     * Yields the lines of the log of a run or build, with their colors, from the line number `from` on, until the log ends or the
     * signal is aborted.
     *
     * @throws EngineError if the job does not exist or the user may not read it.
     */
    followLog(jobId: string, from: number, signal: AbortSignal): AsyncIterable<LogBatch>;
    /**
     * Performs a request that the API does not have: lists the child runs of a run, or migrates it and returns it.
     *
     * @throws EngineError if the run does not exist, belongs to another user, or cannot be migrated.
     */
    request(request: RunRequest, runId: string): Promise<Run[]>;
    /**
     * Passes the usage samples of a run to a listener: all samples so far, at once, then new ones. Returns undefined if the user
     * has no such run.
     */
    followUsage(runId: string, listener: (samples: readonly UsageSample[]) => void): Unsubscribe | undefined;
}

type UsageListener = (samples: readonly UsageSample[]) => void;

/**
 * The live data of consoles, for each user only their own. Created with the first listener, since it records the usage of runs
 * from then on.
 */
export class ConsoleFeed {
    readonly #emitter: Emitter<EngineEvents>;
    readonly #services: () => EngineServices;
    readonly #history = new UsageHistory();
    readonly #usageListeners = new Map<string, Set<UsageListener>>();

    constructor(emitter: Emitter<EngineEvents>, services: () => EngineServices) {
        this.#emitter = emitter;
        this.#services = services;
    }

    /** Records the usage of a run and passes it to its listeners. */
    recordUsage(runId: string, usage: ResourceUsage): void {
        const sample = this.#history.add(runId, usage, Date.now());
        if (sample) for (const listener of this.#usageListeners.get(runId) ?? []) listener([sample]);
    }

    /** Returns the source for the user with this token; undefined if it is not the token of a user. */
    findSource(token: string): ConsoleSource | undefined {
        const user = this.#services().users.findByToken(token);
        return user && this.#createSource(user.username);
    }

    /** Returns the source for the owner of the engine. */
    ownerSource(): ConsoleSource {
        return this.#createSource(this.#services().users.first.username);
    }

    /** Creates a source for a user. It holds the name and not the record, since a restore replaces the records of users. */
    #createSource(username: string): ConsoleSource {
        const user = (): User => this.#services().users.findByName(username)!;
        const { id } = user();
        return {
            user: { id, username },
            listen: (listener) => this.#listen(user, listener),
            followLog: (jobId, from, signal) => this.#followLog(user(), jobId, { from, signal }),
            request: (request, runId) => this.#request(user(), request, runId),
            followUsage: (runId, listener) => this.#followUsage(user(), runId, listener),
        };
    }

    #listen(user: () => User, listener: (event: ConsoleEvent) => void): Unsubscribe {
        const send = (record: { userId: string }, event: ConsoleEvent): void => {
            if (this.#services().users.ownerOf(record) === user()) listener(event);
        };
        const sendRun = ({ run }: EngineEvents['run.created']): void => send(run, { name: 'run', run });
        const sendBuild = ({ build }: EngineEvents['build.created']): void => send(build, { name: 'build', build });
        const emitter = this.#emitter;
        const unsubscribes = [
            emitter.on('run.created', sendRun),
            emitter.on('run.status-changed', sendRun),
            emitter.on('run.status-message', sendRun),
            emitter.on('run.finished', sendRun),
            emitter.on('build.created', sendBuild),
            emitter.on('build.finished', sendBuild),
            emitter.on('webhook.dispatched', ({ dispatch }) => send(dispatch, { name: 'dispatch', dispatch })),
            emitter.on('schedule.fired', ({ schedule, runIds }) =>
                send(schedule, { name: 'schedule', schedule, runIds }),
            ),
            // Warnings have no user: the owner of records without a user, the first one, gets them.
            emitter.on('warning', ({ message }) => send({ userId: '' }, { name: 'warning', message })),
        ];
        return () => unsubscribes.forEach((unsubscribe) => unsubscribe());
    }

    async *#followLog(
        user: User,
        jobId: string,
        { from, signal }: { from: number; signal: AbortSignal },
    ): AsyncGenerator<LogBatch> {
        const services = this.#services();
        if (!jobExists(services.forUser(user.username).services, jobId)) throw createJobNotFoundError(jobId);
        yield* services.logs.batches(jobId, from, signal);
    }

    async #request(user: User, request: RunRequest, runId: string): Promise<Run[]> {
        const { runs } = this.#services();
        if (!this.#owns(user, runId)) throw createJobNotFoundError(runId);
        return request === 'migrate' ? [await runs.migrate(runId)] : runs.startedBy(runId);
    }

    #owns(user: User, runId: string): boolean {
        const { users, runs } = this.#services();
        const run = runs.peek(runId);
        return run !== undefined && users.ownerOf(run) === user;
    }

    #followUsage(user: User, runId: string, listener: UsageListener): Unsubscribe | undefined {
        if (!this.#owns(user, runId)) return undefined;
        listener(this.#history.samples(runId));
        const listeners = this.#usageListeners.get(runId) ?? new Set();
        this.#usageListeners.set(runId, listeners.add(listener));
        return () => {
            listeners.delete(listener);
            if (listeners.size === 0) this.#usageListeners.delete(runId);
        };
    }
}

function createJobNotFoundError(jobId: string): EngineError {
    const message = `The run or build \`${jobId}\` does not exist. It may have been deleted.`;
    return new EngineError('record-not-found', message);
}

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

/** What a user sees who looks at the engine through a console. */
export interface ConsoleSource {
    readonly user: Pick<User, 'id' | 'username'>;
    /** Listens to what happens to what the user owns. */
    listen(listener: (event: ConsoleEvent) => void): Unsubscribe;
    /**
     * The lines of the log of a run or build, with their colours, from that one on, until it ends or the signal is aborted.
     *
     * @throws EngineError when there is no such job, or it is somebody else's.
     */
    followLog(jobId: string, from: number, signal: AbortSignal): AsyncIterable<LogBatch>;
    /**
     * Answers what the API has no word for: the runs that the Actor of a run has started, or the run, which is migrated then.
     *
     * @throws EngineError when there is no such run, it is somebody else's, or it cannot be migrated.
     */
    request(question: RunRequest, runId: string): Promise<Run[]>;
    /** Tells what a run has used so far, at once, then what it uses; returns undefined if there is no such run for the user. */
    followUsage(runId: string, listener: (samples: readonly UsageSample[]) => void): Unsubscribe | undefined;
}

type UsageListener = (samples: readonly UsageSample[]) => void;

/** Shows the engine to consoles, to each user what is theirs. Made when there may first be consoles: it keeps what runs use. */
export class ConsoleFeed {
    readonly #emitter: Emitter<EngineEvents>;
    readonly #parts: () => EngineServices;
    readonly #history = new UsageHistory();
    readonly #followers = new Map<string, Set<UsageListener>>();

    constructor(emitter: Emitter<EngineEvents>, parts: () => EngineServices) {
        this.#emitter = emitter;
        this.#parts = parts;
    }

    /** Takes in what a run uses. */
    recordUsage(runId: string, usage: ResourceUsage): void {
        const sample = this.#history.add(runId, usage, Date.now());
        if (sample) for (const tell of this.#followers.get(runId) ?? []) tell([sample]);
    }

    /** What the user with this token sees; undefined if it is no user's. */
    findSource(token: string): ConsoleSource | undefined {
        const user = this.#parts().users.findByToken(token);
        return user && this.#viewFor(user.username);
    }

    /** What the owner of the engine sees. */
    ownerSource(): ConsoleSource {
        return this.#viewFor(this.#parts().users.first.username);
    }

    /** By name and not by record: with another state of the engine come other records. */
    #viewFor(username: string): ConsoleSource {
        const user = (): User => this.#parts().users.findByName(username)!;
        const { id } = user();
        return {
            user: { id, username },
            listen: (listener) => this.#listen(user, listener),
            followLog: (jobId, from, signal) => this.#log(user(), jobId, { from, signal }),
            request: (question, runId) => this.#answer(user(), question, runId),
            followUsage: (runId, listener) => this.#usage(user(), runId, listener),
        };
    }

    #listen(user: () => User, listener: (event: ConsoleEvent) => void): Unsubscribe {
        const tell = (made: { userId: string }, event: ConsoleEvent): void => {
            if (this.#parts().users.ownerOf(made) === user()) listener(event);
        };
        const tellRun = ({ run }: EngineEvents['run.created']): void => tell(run, { name: 'run', run });
        const tellBuild = ({ build }: EngineEvents['build.created']): void => tell(build, { name: 'build', build });
        const emitter = this.#emitter;
        const stops = [
            emitter.on('run.created', tellRun),
            emitter.on('run.status-changed', tellRun),
            emitter.on('run.status-message', tellRun),
            emitter.on('run.finished', tellRun),
            emitter.on('build.created', tellBuild),
            emitter.on('build.finished', tellBuild),
            emitter.on('webhook.dispatched', ({ dispatch }) => tell(dispatch, { name: 'dispatch', dispatch })),
            emitter.on('schedule.fired', ({ schedule, runIds }) =>
                tell(schedule, { name: 'schedule', schedule, runIds }),
            ),
            // What belongs to nobody is the first user's.
            emitter.on('warning', ({ message }) => tell({ userId: '' }, { name: 'warning', message })),
        ];
        return () => stops.forEach((stop) => stop());
    }

    async *#log(
        user: User,
        jobId: string,
        { from, signal }: { from: number; signal: AbortSignal },
    ): AsyncGenerator<LogBatch> {
        const parts = this.#parts();
        if (!jobExists(parts.forUser(user.username).services, jobId)) throw noSuchJob(jobId);
        yield* parts.logs.batches(jobId, from, signal);
    }

    async #answer(user: User, question: RunRequest, runId: string): Promise<Run[]> {
        const { runs } = this.#parts();
        if (!this.#owns(user, runId)) throw noSuchJob(runId);
        return question === 'migrate' ? [await runs.migrate(runId)] : runs.startedBy(runId);
    }

    #owns(user: User, runId: string): boolean {
        const { users, runs } = this.#parts();
        const run = runs.peek(runId);
        return run !== undefined && users.ownerOf(run) === user;
    }

    #usage(user: User, runId: string, listener: UsageListener): Unsubscribe | undefined {
        if (!this.#owns(user, runId)) return undefined;
        listener(this.#history.samples(runId));
        const followers = this.#followers.get(runId) ?? new Set();
        this.#followers.set(runId, followers.add(listener));
        return () => {
            followers.delete(listener);
            if (followers.size === 0) this.#followers.delete(runId);
        };
    }
}

function noSuchJob(jobId: string): EngineError {
    const message = `There is no run and no build \`${jobId}\`: it may have been deleted.`;
    return new EngineError('record-not-found', message);
}

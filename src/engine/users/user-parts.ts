import { createClient } from '../../client/client.js';
import { toStartOptions } from '../../client/task-start.js';
import { RetentionScheduler } from '../../lifecycle/retention.js';
import { AccountSettings } from '../../registry/account-settings.js';
import { TaskRegistry } from '../../registry/tasks.js';
import { Scheduler } from '../../scheduler/scheduler.js';
import { JSON_TYPE } from '../../util/json.js';
import { runEnded } from '../../webhooks/events.js';
import { createAccount } from '../account.js';
import { createWebhooks } from '../webhooks.js';
import type { Account, ClientServices, UserServices } from '../../client/services.js';
import type { Run, ScheduleCause } from '../../model/run.js';
import type { ScheduleAction } from '../../model/schedule.js';
import type { DocumentKind, DocumentStore } from '../../registry/document-store.js';
import type { WebhookService } from '../../webhooks/webhook-service.js';
import type { EngineServices } from '../services.js';
import type { User, Users } from './users.js';

/** The services for clients that all users of an engine share. */
export type SharedServices = Omit<ClientServices, 'viewer' | 'own'>;

/** The services of one user of an engine. */
export class UserParts implements UserServices {
    readonly user: User;
    /** True if things that the user with this id made are the user's. */
    readonly owns: (userId: string) => boolean;
    /** The documents of the user. */
    readonly documents: DocumentStore;
    readonly settings: AccountSettings;
    readonly tasks: TaskRegistry;
    readonly webhooks: WebhookService;
    readonly schedules: Scheduler;
    /** Deletes old things of the user, once it is set to a number of days. */
    readonly retention: RetentionScheduler;
    readonly account: Account;
    /** The services for clients that act for the user. */
    readonly services: ClientServices;

    constructor(user: User, engine: EngineServices) {
        const { clock, emitter, medium, users } = engine;
        const isOnly = users.all.length === 1;
        const owns = (userId: string): boolean => isOnly || users.ownerOf({ userId }) === user;
        this.user = user;
        this.owns = owns;
        this.documents = documentsOf(owns, medium.documents);
        this.settings = new AccountSettings(medium.documents, user.id);
        const own = { documents: this.documents, clock, owner: user };
        this.tasks = new TaskRegistry(own);
        this.webhooks = createWebhooks(this, engine);
        this.schedules = new Scheduler({
            ...own,
            startAction: (action, cause) => startScheduledRun(this.services, action, cause),
            liveRunOf: (actionId) =>
                engine.runs.liveIds().find((id) => engine.records.get(id)?.scheduleActionId === actionId),
            emit: (name, event) => emitter.emit(name, event),
        });
        this.retention = new RetentionScheduler(engine, isOnly ? undefined : owns);
        this.account = createAccount(this, engine);
        this.services = { ...engine.shared, viewer: { user, owns }, own: this };
    }
}

/** The services of all users of an engine. Nothing of it is at work before {@link AllUserParts.start}. */
export class AllUserParts {
    readonly #users: Users;
    /** By username. */
    readonly #parts: ReadonlyMap<string, UserParts>;

    constructor(engine: EngineServices) {
        this.#users = engine.users;
        this.#parts = new Map(engine.users.all.map((user) => [user.username, new UserParts(user, engine)]));
        engine.emitter.on('run.created', ({ run }) => {
            if (run.actorTaskId !== undefined) this.ownerOf(run).tasks.countRun(run.actorTaskId);
        });
    }

    /** The services of the user with this name, else those of the first user. */
    named(username: string): UserParts {
        return this.#parts.get(username) ?? this.#parts.get(this.#users.first.username)!;
    }

    /** The services of the user who has what the user with this id has made. */
    ownerOf(made: { userId: string }): UserParts {
        return this.named(this.#users.ownerOf(made).username);
    }

    forgetRun(runId: string): void {
        for (const { webhooks } of this.#all) webhooks.forgetRun(runId);
    }

    /**
     * Starts webhooks and schedules, with what an earlier engine has left.
     *
     * @param ended - The runs that have ended with that engine.
     */
    async start(ended: readonly Run[]): Promise<void> {
        for (const run of ended) this.ownerOf(run).webhooks.happen(runEnded(run, () => run));
        for (const { webhooks } of this.#all) webhooks.open();
        for (const { schedules } of this.#all) await schedules.start();
    }

    /** @param days - The age at which things of all users are deleted. Default: what each of them has set. */
    startRetention(days: number | undefined): void {
        for (const { retention, settings } of this.#all) retention.set(days ?? settings.limits.dataRetentionDays);
    }

    /** Settles when nothing is being deleted any more. */
    async stopRetention(): Promise<void> {
        await Promise.all(this.#all.map(({ retention }) => retention.stop()));
    }

    /** Stops all schedules; settles when the runs that they were starting have started. */
    async stopSchedules(): Promise<void> {
        await Promise.all(this.#all.map(({ schedules }) => schedules.stop()));
    }

    /** Stops all webhooks; a request that is being sent has this much real time to arrive. */
    async closeWebhooks(graceMillis: number): Promise<void> {
        await Promise.all(this.#all.map(({ webhooks }) => webhooks.close(graceMillis)));
    }

    /** Saves the counts of runs. */
    saveCounts(): void {
        for (const { tasks } of this.#all) tasks.saveCounts();
    }

    get #all(): UserParts[] {
        return [...this.#parts.values()];
    }
}

/** Starts the run of an action of a schedule, and returns its id. */
async function startScheduledRun(
    services: ClientServices,
    action: ScheduleAction,
    schedule: ScheduleCause,
): Promise<string> {
    const client = createClient(() => services, { origin: 'SCHEDULER', schedule });
    if (action.type === 'RUN_ACTOR_TASK') {
        const input = typeof action.input === 'string' ? (JSON.parse(action.input) as object) : action.input;
        return (await client.task(action.actorTaskId).start({ ...input })).id;
    }
    const { body, contentType = JSON_TYPE } = action.runInput ?? {};
    // An empty text is what forms send that have been left empty.
    const input = body === '' ? undefined : body;
    const options = { ...toStartOptions(action.runOptions), ...(input !== undefined && { contentType }) };
    return (await client.actor(action.actorId).start(input, options)).id;
}

/** The owner that a document names, in the shapes that documents have. */
interface OwnedDocument {
    userId?: string;
    schedule?: { userId: string };
    webhook?: { userId: string };
    dispatch?: { userId: string };
}

/** The documents of one user. */
function documentsOf(owns: (userId: string) => boolean, documents: DocumentStore): DocumentStore {
    const isOwn = (document: OwnedDocument): boolean => {
        const { userId = '' } = document.schedule ?? document.webhook ?? document.dispatch ?? document;
        return owns(userId);
    };
    return {
        ...documents,
        loadAll: (kind: DocumentKind) => (documents.loadAll(kind) as OwnedDocument[]).filter(isOwn),
    };
}

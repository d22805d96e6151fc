import { createClient } from '../../client/client.js';
import { toStartOptions } from '../../client/task-start.js';
import { RetentionScheduler } from '../../run/retention.js';
import { AccountSettings } from '../../records/account-settings.js';
import { TaskRegistry } from '../../records/tasks.js';
import { Scheduler } from '../../schedules/scheduler.js';
import { JSON_TYPE } from '../../util/json/json.js';
import { createAccount } from './account.js';
import { createWebhooks } from './webhooks.js';
import type { Account, ClientServices, UserServices } from '../../client/services.js';
import type { ScheduleCause } from '../../model/api/run.js';
import type { ScheduleAction } from '../../model/api/schedule.js';
import type { DocumentKind, DocumentStore } from '../../records/document-store.js';
import type { WebhookService } from '../../webhooks/webhook-service.js';
import type { UserDependencies } from './user-dependencies.js';
import type { User } from './users.js';

/** The services of one user of an engine. */
export class PerUserServices implements UserServices {
    readonly user: User;
    /** True if this user owns the records of a user id: their own id, and for the first user also ids of removed users. */
    readonly owns: (userId: string) => boolean;
    /** The documents of the user. */
    readonly documents: DocumentStore;
    readonly settings: AccountSettings;
    readonly tasks: TaskRegistry;
    readonly webhooks: WebhookService;
    readonly schedules: Scheduler;
    /** Deletes old runs and storages of the user, if a number of days is set. */
    readonly retention: RetentionScheduler;
    readonly account: Account;
    /** The services for clients of the user. */
    readonly services: ClientServices;

    constructor(user: User, engine: UserDependencies) {
        const { clock, emitter, persistence, users, runs, records } = engine;
        const isOnly = users.all.length === 1;
        const owns = (userId: string): boolean => isOnly || users.ownerOf({ userId }) === user;
        this.user = user;
        this.owns = owns;
        this.documents = filterDocuments(owns, persistence.documents);
        this.settings = new AccountSettings(persistence.documents, user.id);
        const own = { documents: this.documents, clock, owner: user };
        this.tasks = new TaskRegistry(own);
        this.webhooks = createWebhooks(this, engine);
        this.schedules = new Scheduler({
            ...own,
            startAction: (action, cause) => startScheduledRun(this.services, action, cause),
            liveRunOf: (actionId) => runs.liveIds().find((id) => records.get(id)?.scheduleActionId === actionId),
            emit: (name, event) => emitter.emit(name, event),
        });
        this.retention = new RetentionScheduler(engine, isOnly ? undefined : owns);
        this.account = createAccount(this, engine);
        this.services = { ...engine.shared, principal: { user, owns }, userServices: this };
    }
}

/** Starts the run of a schedule's action and returns its id. */
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
    // Forms send an empty string for no input.
    const input = body === '' ? undefined : body;
    const options = { ...toStartOptions(action.runOptions), ...(input !== undefined && { contentType }) };
    return (await client.actor(action.actorId).start(input, options)).id;
}

/** The locations of the owner's id in documents of different kinds. */
interface OwnedDocument {
    userId?: string;
    schedule?: { userId: string };
    webhook?: { userId: string };
    dispatch?: { userId: string };
}

/** Wraps a document store so that it loads only the documents of one user. */
function filterDocuments(owns: (userId: string) => boolean, documents: DocumentStore): DocumentStore {
    const isOwned = (document: OwnedDocument): boolean => {
        const { userId = '' } = document.schedule ?? document.webhook ?? document.dispatch ?? document;
        return owns(userId);
    };
    return {
        ...documents,
        loadAll: (kind: DocumentKind) => (documents.loadAll(kind) as OwnedDocument[]).filter(isOwned),
    };
}

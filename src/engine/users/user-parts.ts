import { createClient } from '../../client/client.js';
import { AccountSettings } from '../../registry/account-settings.js';
import { TaskRegistry } from '../../registry/tasks.js';
import { runEnded } from '../../webhooks/events.js';
import { createAccount } from '../account.js';
import { createScheduler } from '../create-scheduler.js';
import { createWebhooks } from '../webhooks.js';
import type { ClientServices } from '../../client/services.js';
import type { Client } from '../../model/client.js';
import type { EngineEvents } from '../../model/events.js';
import type { GivenToRun, Run } from '../../model/run.js';
import type { DocumentKind, DocumentStore } from '../../registry/document-store.js';
import type { RunRegistry } from '../../registry/runs.js';
import type { Scheduler } from '../../scheduler/scheduler.js';
import type { Emitter } from '../../util/emitter.js';
import type { WebhookService } from '../../webhooks/webhook-service.js';
import type { NetworkPolicies } from '../network/network-policies.js';
import type { ResolvedEngineOptions } from '../options.js';
import type { RetentionScheduler } from '../../lifecycle/retention.js';
import type { User, Users } from './users.js';

/** The services that all users of an engine share. */
export interface SharedServices extends Omit<ClientServices, 'viewer' | 'own' | 'now'> {
    readonly users: Users;
}

/** What one user of an engine has. */
interface UserParts {
    readonly tasks: TaskRegistry;
    readonly webhooks: WebhookService;
    readonly schedules: Scheduler;
    /** The services for clients that act for the user. */
    readonly services: ClientServices;
    /** Deletes old things of the user, once it is set to a number of days. */
    readonly retention: RetentionScheduler;
    /** That number, if the user has set one. */
    readonly retentionDays: number | undefined;
}

/** What the parts of users depend on. */
interface UserPartsOptions {
    readonly options: ResolvedEngineOptions;
    readonly emitter: Emitter<EngineEvents>;
    readonly documents: DocumentStore;
    readonly records: RunRegistry;
    readonly makeRetention: (isOf: ((userId: string) => boolean) | undefined) => RetentionScheduler;
    readonly networks: NetworkPolicies;
    readonly shared: SharedServices;
}

/** What all users of an engine have. Nothing of it is at work before {@link AllUserParts.start}. */
export class AllUserParts {
    readonly #users: Users;
    readonly #parts: ReadonlyMap<User, UserParts>;

    constructor(parts: UserPartsOptions) {
        const { users } = parts.shared;
        this.#users = users;
        this.#parts = new Map(users.all.map((user) => [user, createUserParts(user, parts)]));
        parts.emitter.on('run.created', ({ run }) => this.ownerOf(run).tasks.countRun(run.actorTaskId));
    }

    of(user: User): UserParts {
        return this.#parts.get(user)!;
    }

    /** The parts of the user who has what the user with this id has made. */
    ownerOf(made: { userId: string }): UserParts {
        return this.of(this.#users.ownerOf(made));
    }

    /** A client of the first user, which gives something to the runs that it starts. */
    clientGiving(given: GivenToRun): Client {
        const { services } = this.of(this.#users.first);
        return createClient(() => services, { origin: 'API', given });
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
        for (const { retention, retentionDays } of this.#all) retention.set(days ?? retentionDays);
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

/** The services without a token: what each user has is refused. */
export function servicesWithoutToken(shared: SharedServices, now: () => number): ClientServices {
    return { ...shared, viewer: { user: undefined, owns: () => false }, own: undefined, now };
}

function createUserParts(
    user: User,
    { options, emitter, documents: allDocuments, records, makeRetention, networks, shared }: UserPartsOptions,
): UserParts {
    const { users, runs, actors } = shared;
    const { clock } = options;
    const isOnly = users.all.length === 1;
    const owns = (userId: string): boolean => isOnly || users.ownerOf({ userId }) === user;
    const documents = documentsOf(owns, allDocuments);
    const tasks = new TaskRegistry({ documents, clock, owner: user });
    const settings = new AccountSettings(allDocuments, user.id);
    const retention = makeRetention(isOnly ? undefined : owns);
    const account = createAccount({
        settings,
        options,
        owns,
        runs,
        actors,
        tasks,
        schedules: () => schedules,
        retention,
    });
    const around = { emitter, owner: user, owns, runs, networks, documents, services: () => services };
    const webhooks: WebhookService = createWebhooks(options, around);
    const schedules: Scheduler = createScheduler({ ...around, clock, runRecords: records });
    const own = { account, webhooks, tasks, schedules };
    const services: ClientServices = { ...shared, viewer: { user, owns }, own, now: () => clock.now() };
    const retentionDays = settings.limits.dataRetentionDays;
    return { tasks, webhooks, schedules, services, retention, retentionDays };
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

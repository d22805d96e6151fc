import { createClient } from '../../client/client.js';
import { AccountSettings } from '../../registry/account-settings.js';
import { TaskRegistry } from '../../registry/tasks.js';
import { createAccount } from '../account.js';
import { createScheduler } from '../create-scheduler.js';
import { createWebhooks } from '../webhooks.js';
import { documentsOf } from './documents-of.js';
import { hostFor, type SharedParts } from './host-for.js';
import type { ClientHost } from '../../client/client-host.js';
import type { Client } from '../../model/client.js';
import type { GivenToRun } from '../../model/run.js';
import type { EngineEvents } from '../../model/events.js';
import type { DocumentStore } from '../../registry/document-store.js';
import type { RunRegistry } from '../../registry/runs.js';
import type { Scheduler } from '../../scheduler/scheduler.js';
import type { Emitter } from '../../util/emitter.js';
import type { WebhookService } from '../../webhooks/webhook-service.js';
import type { ResolvedEngineOptions } from '../options.js';
import type { NetworkDesk } from '../network/network-desk.js';
import type { RetentionSwitch } from '../retention-switch.js';
import type { User } from './users.js';

/** What one user of an engine has. */
export interface UserParts {
    readonly user: User;
    readonly tasks: TaskRegistry;
    readonly webhooks: WebhookService;
    readonly schedules: Scheduler;
    /** What the clients of the user stand on. */
    readonly host: ClientHost;
    /** The client of whoever speaks for the user from outside of a run. */
    readonly client: Client;
    /** The same, for whoever holds the engine and gives the runs something. */
    clientGiving(given: GivenToRun): Client;
    /** Deletes what the user has that is old, once it is set to the days after which. */
    readonly retention: RetentionSwitch;
    /** Those days, if the user has said them. */
    readonly retentionDays: number | undefined;
}

/** What users meet with in an engine. */
export interface UserSurroundings {
    readonly emitter: Emitter<EngineEvents>;
    readonly documents: DocumentStore;
    readonly records: RunRegistry;
    readonly makeRetention: (isOf: ((userId: string) => boolean) | undefined) => RetentionSwitch;
    readonly networks: NetworkDesk;
    readonly shared: SharedParts;
}

/** Makes what a user has, of what an earlier engine has kept. Nothing of it is at work before it is started. */
export function createUserParts(
    user: User,
    options: ResolvedEngineOptions,
    { emitter, documents, records, makeRetention, networks, shared }: UserSurroundings,
): UserParts {
    const { users, runs, actors, clock } = shared;
    const own = documentsOf(user, users, documents);
    const owns = (userId: string): boolean => users.ownerOf({ userId }) === user;
    const tasks = new TaskRegistry({ documents: own, clock, owner: user });
    const settings = new AccountSettings(documents, user.id);
    // Of a single user is everything.
    const retention = makeRetention(users.all.length === 1 ? undefined : owns);
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
    const findHost = (): ClientHost => host;
    const around = { emitter, owner: user, owns, runs, networks, documents: own, host: findHost };
    const webhooks: WebhookService = createWebhooks(options, around);
    const schedules: Scheduler = createScheduler({ ...around, clock, runRecords: records });
    const host = hostFor(user, { account, webhooks, tasks, schedules }, shared);
    const client = createClient(host, { origin: 'API' });
    const clientGiving = (given: GivenToRun): Client => createClient(host, { origin: 'API', given });
    const retentionDays = settings.limits.dataRetentionDays;
    return { user, tasks, webhooks, schedules, host, client, clientGiving, retention, retentionDays };
}

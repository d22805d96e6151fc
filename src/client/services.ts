import type { RunService } from '../run/run-service.js';
import type { LogStore } from '../logs/log-store.js';
import type { LimitsUpdate, ResourceCounts, UsageLimits } from '../model/api/account.js';
import type { RunCause } from '../model/api/run.js';
import type { LockOperation } from '../protocol/operations.js';
import type { ActorVersions } from '../actors/actor-versions.js';
import type { ActorRegistry } from '../actors/actors.js';
import type { BuildService } from '../actors/builds/build-service.js';
import type { TaskRegistry } from '../records/tasks.js';
import type { Scheduler } from '../schedules/scheduler.js';
import type { Storages } from '../storage/storages.js';
import type { UsageRecorder } from '../storage/storage-metadata.js';
import type { WebhookService } from '../webhooks/webhook-service.js';

/** The services of an engine that clients call, on behalf of a principal. They return copies. */
export interface ClientServices {
    readonly principal: Principal;
    readonly users: { find(idOrName: string): { id: string; username: string } | undefined };
    readonly storages: Storages;
    readonly actors: ActorRegistry;
    readonly versions: ActorVersions;
    readonly builds: BuildService;
    readonly runs: RunService;
    readonly logs: Pick<LogStore, 'text' | 'stream'>;
    readonly queueLockOwners: {
        /** Registers a client of a run that uses a queue, and may hold locks in it. */
        add(runId: string, queueId: string, clientKey: string): void;
        /** Returns the keys of the clients of a run that have used a queue. */
        clientKeys(runId: string, queueId: string): readonly string[];
    };
    /** The services of the user; undefined without a token. */
    readonly userServices: UserServices | undefined;
    /** Signs a text with the key of the user with this id, for whom the caller need not act. */
    signAs(userId: string, text: string): string;
    /** Returns the engine's time, in milliseconds since the epoch. */
    now(): number;
}

/** The caller of the services. */
export interface Principal {
    /** The user; undefined without a token. */
    readonly user: { readonly id: string; readonly username: string; readonly createdAt: Date } | undefined;
    /** Returns true if the principal owns the resources of the user with this id. */
    readonly owns: (userId: string) => boolean;
}

/** The services of one user. */
export interface UserServices {
    readonly account: Account;
    readonly webhooks: WebhookService;
    readonly tasks: TaskRegistry;
    readonly schedules: Scheduler;
}

/** The limits, counts and signatures of a user. */
export interface Account {
    /** Signs a text with a key of this user. */
    sign(text: string): string;
    limits(): UsageLimits;
    setLimits(limits: LimitsUpdate): void;
    counts(): ResourceCounts;
}

/** State that the resources of one client share. */
export interface ClientContext {
    /** Current services; a restore replaces them. */
    readonly services: ClientServices;
    /** Counts the client's operations on the data of storages; undefined if they do not count. */
    readonly usageRecorder?: UsageRecorder;
    /** Origin of the runs that the client starts. */
    readonly cause: RunCause;
    /** Id of the run whose Actor uses the client. */
    readonly runId?: string;
    /** Injected losses of locks, for tests. */
    readonly lockLossRule?: LockLossRule;
}

/** Returns how an operation loses the lock of its request: by expiry or to another client; undefined if it does not. */
export type LockLossRule = (operation: LockOperation) => true | 'taken' | undefined;

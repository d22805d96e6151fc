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

/** The services of one engine, and the user on whose behalf they are used. What they return are copies. */
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
        /** Records that a client of a run works on a queue, and may hold locks there. */
        add(runId: string, queueId: string, clientKey: string): void;
        /** The keys of the clients of a run that have worked on a queue. */
        clientKeys(runId: string, queueId: string): readonly string[];
    };
    /** The services of the user; undefined without a token. */
    readonly userServices: UserServices | undefined;
    /** The engine's time, in milliseconds since the epoch. */
    now(): number;
}

/** Who uses the services. */
export interface Principal {
    /** Undefined without a token. */
    readonly user: { readonly id: string; readonly username: string; readonly createdAt: Date } | undefined;
    /** True if things that the user with this id made are the principal's. */
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
    /** A signature of a text that only this user can make. */
    sign(text: string): string;
    limits(): UsageLimits;
    setLimits(limits: LimitsUpdate): void;
    counts(): ResourceCounts;
}

/** What the resources of one client share. */
export interface ClientContext {
    /** The services as they are now; a restore replaces them. */
    readonly services: ClientServices;
    /** Counts what the client does to the data of storages, if anything does. */
    readonly usageRecorder?: UsageRecorder;
    /** Where the runs that the client starts come from. */
    readonly cause: RunCause;
    /** The run whose Actor uses the client, if one does. */
    readonly runId?: string;
    /** Set for a client of a run that may lose its locks. */
    readonly lockLossRule?: LockLossRule;
}

/** Says how the lock of the request that an operation is about is lost, if it is. */
export type LockLossRule = (operation: LockOperation) => true | 'taken' | undefined;

import { NO_LIMIT } from '../client/account.js';
import { MAX_MEMORY_MBYTES } from '../lifecycle/start-options.js';
import { isTerminal } from '../model/status.js';
import type { Account } from '../client/services.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { LimitsUpdate, ResourceCounts, UsageLimits } from '../model/account.js';
import { MAX_TASKS, type TaskRegistry } from '../registry/tasks.js';
import { MAX_SCHEDULES } from '../scheduler/schedule-registry.js';
import type { Scheduler } from '../scheduler/scheduler.js';
import type { AccountSettings } from '../registry/account-settings.js';
import type { ActorRegistry } from '../registry/actors.js';
import type { ResolvedEngineOptions } from './options.js';
import type { RetentionScheduler } from '../lifecycle/retention.js';

const MBYTES_PER_GBYTE = 1024;

/** What an account is told from. */
export interface AccountParts {
    settings: AccountSettings;
    options: Pick<ResolvedEngineOptions, 'maxConcurrentRuns' | 'maxTotalMemoryMbytes'>;
    /** Whether something is the user's that was made by the user with this id. */
    owns: (userId: string) => boolean;
    runs: Pick<RunService, 'liveIds' | 'glance'>;
    actors: Pick<ActorRegistry, 'list'>;
    tasks: Pick<TaskRegistry, 'list'>;
    schedules: () => Pick<Scheduler, 'list'>;
    retention: Pick<RetentionScheduler, 'days' | 'set'>;
}

/** The limits, the numbers and the signatures of a user. */
export function createAccount(parts: AccountParts): Account {
    const { settings, options, retention } = parts;
    return {
        sign: (text) => settings.sign(text),
        limits: () => readLimits(options, settings.limits, retention.days),
        setLimits(limits) {
            const { dataRetentionDays } = limits;
            settings.setLimits(limits);
            if (dataRetentionDays !== undefined) retention.set(dataRetentionDays);
        },
        counts: () => countResources(parts),
    };
}

function readLimits(
    { maxConcurrentRuns, maxTotalMemoryMbytes }: AccountParts['options'],
    { maxMonthlyUsageUsd = NO_LIMIT }: LimitsUpdate,
    dataRetentionDays: number = NO_LIMIT,
): UsageLimits {
    const memoryMbytes = Math.min(maxTotalMemoryMbytes, maxConcurrentRuns * MAX_MEMORY_MBYTES);
    return {
        maxMonthlyUsageUsd,
        maxMonthlyActorComputeUnits: NO_LIMIT,
        maxMonthlyExternalDataTransferGbytes: NO_LIMIT,
        maxMonthlyProxySerps: 0,
        maxMonthlyResidentialProxyGbytes: 0,
        maxActorMemoryGbytes: memoryMbytes / MBYTES_PER_GBYTE,
        maxActorCount: NO_LIMIT,
        maxActorTaskCount: MAX_TASKS,
        maxScheduleCount: MAX_SCHEDULES,
        maxConcurrentActorJobs: maxConcurrentRuns,
        maxTeamAccountSeatCount: 1,
        dataRetentionDays,
    };
}

function countResources({ owns, runs, actors, tasks, schedules }: AccountParts): ResourceCounts {
    const live = runs
        .liveIds()
        .flatMap((id) => runs.glance(id) ?? [])
        .filter(({ userId }) => owns(userId));
    const active = live.filter(({ status }) => status !== 'READY' && !isTerminal(status));
    const memoryMbytes = active.reduce((sum, { options }) => sum + options.memoryMbytes, 0);
    return {
        actorMemoryGbytes: memoryMbytes / MBYTES_PER_GBYTE,
        actorCount: actors.list().filter(({ userId }) => owns(userId)).length,
        actorTaskCount: tasks.list().length,
        scheduleCount: schedules().list().length,
        activeActorJobCount: active.length,
        teamAccountSeatCount: 1,
    };
}

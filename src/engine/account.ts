import { NO_LIMIT } from '../client/account.js';
import { MAX_MEMORY_MBYTES } from '../lifecycle/start-options.js';
import { isTerminal } from '../model/status.js';
import type { AccountDirectory } from '../client/account.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { LimitsUpdate, ResourceCounts, UsageLimits } from '../model/account.js';
import type { AccountSettings } from '../registry/account-settings.js';
import type { ActorRegistry } from '../registry/actors.js';
import type { ResolvedEngineOptions } from './options.js';
import type { RetentionSwitch } from './retention-switch.js';

const MBYTES_PER_GBYTE = 1024;

/** What an account is told from. */
export interface AccountParts {
    settings: AccountSettings;
    options: Pick<ResolvedEngineOptions, 'maxConcurrentRuns' | 'maxTotalMemoryMbytes'>;
    runs: Pick<RunService, 'liveIds' | 'glance'>;
    actors: Pick<ActorRegistry, 'list'>;
    retention: Pick<RetentionSwitch, 'days' | 'set'>;
}

/** The limits, the numbers and the signatures of the engine's user. */
export function createAccount({ settings, options, runs, actors, retention }: AccountParts): AccountDirectory {
    return {
        sign: (text) => settings.sign(text),
        limits: () => readLimits(options, settings.limits, retention.days),
        setLimits(limits) {
            settings.setLimits(limits);
            if (limits.dataRetentionDays !== undefined) retention.set(limits.dataRetentionDays);
        },
        counts: () => countResources(runs, actors),
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
        maxActorTaskCount: NO_LIMIT,
        maxScheduleCount: NO_LIMIT,
        maxConcurrentActorJobs: maxConcurrentRuns,
        maxTeamAccountSeatCount: 1,
        dataRetentionDays,
    };
}

function countResources(runs: AccountParts['runs'], actors: AccountParts['actors']): ResourceCounts {
    const live = runs.liveIds().flatMap((id) => runs.glance(id) ?? []);
    const active = live.filter(({ status }) => status !== 'READY' && !isTerminal(status));
    const memoryMbytes = active.reduce((sum, { options }) => sum + options.memoryMbytes, 0);
    return {
        actorMemoryGbytes: memoryMbytes / MBYTES_PER_GBYTE,
        actorCount: actors.list().length,
        actorTaskCount: 0,
        scheduleCount: 0,
        activeActorJobCount: active.length,
        teamAccountSeatCount: 1,
    };
}

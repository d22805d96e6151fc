import { NO_LIMIT } from '../../client/account.js';
import { MAX_MEMORY_MBYTES } from '../../run/start/start-options.js';
import { isTerminal } from '../../model/api/status.js';
import { MAX_RECORDS } from '../../util/collections/named-records.js';
import type { Account } from '../../client/services.js';
import type { ResourceCounts, UsageLimits } from '../../model/api/account.js';
import type { RetentionScheduler } from '../../run/retention.js';
import type { AccountSettings } from '../../records/account-settings.js';
import type { TaskRegistry } from '../../records/tasks.js';
import type { Scheduler } from '../../schedules/scheduler.js';
import type { UserDependencies } from './user-dependencies.js';

/** The services of the user whose account it is. */
interface AccountOwner {
    readonly owns: (userId: string) => boolean;
    readonly settings: AccountSettings;
    readonly retention: RetentionScheduler;
    readonly tasks: TaskRegistry;
    readonly schedules: Scheduler;
}

const MBYTES_PER_GBYTE = 1024;

/** Creates the account of a user: limits, counts and signatures. */
export function createAccount(user: AccountOwner, engine: UserDependencies): Account {
    const { settings, retention } = user;
    return {
        sign: (text) => settings.sign(text),
        limits: () => readLimits(user, engine),
        setLimits(limits) {
            const { dataRetentionDays } = limits;
            settings.setLimits(limits);
            if (dataRetentionDays !== undefined) retention.set(dataRetentionDays);
        },
        counts: () => countResources(user, engine),
    };
}

function readLimits({ settings, retention }: AccountOwner, engine: UserDependencies): UsageLimits {
    const { maxConcurrentRuns, maxTotalMemoryMbytes } = engine.settings;
    const { maxMonthlyUsageUsd = NO_LIMIT } = settings.limits;
    const memoryMbytes = Math.min(maxTotalMemoryMbytes, maxConcurrentRuns * MAX_MEMORY_MBYTES);
    return {
        maxMonthlyUsageUsd,
        maxMonthlyActorComputeUnits: NO_LIMIT,
        maxMonthlyExternalDataTransferGbytes: NO_LIMIT,
        maxMonthlyProxySerps: 0,
        maxMonthlyResidentialProxyGbytes: 0,
        maxActorMemoryGbytes: memoryMbytes / MBYTES_PER_GBYTE,
        maxActorCount: NO_LIMIT,
        maxActorTaskCount: MAX_RECORDS.tasks,
        maxScheduleCount: MAX_RECORDS.schedules,
        maxConcurrentActorJobs: maxConcurrentRuns,
        maxTeamAccountSeatCount: 1,
        dataRetentionDays: retention.days ?? NO_LIMIT,
    };
}

function countResources(
    { owns, tasks, schedules }: AccountOwner,
    { runs, building }: UserDependencies,
): ResourceCounts {
    const live = runs.liveIds().flatMap((id) => runs.peek(id) ?? []);
    const active = live.filter(({ userId, status }) => owns(userId) && status !== 'READY' && !isTerminal(status));
    const memoryMbytes = active.reduce((sum, { options }) => sum + options.memoryMbytes, 0);
    return {
        actorMemoryGbytes: memoryMbytes / MBYTES_PER_GBYTE,
        actorCount: building.actors.list().filter(({ userId }) => owns(userId)).length,
        actorTaskCount: tasks.list().length,
        scheduleCount: schedules.list().length,
        activeActorJobCount: active.length,
        teamAccountSeatCount: 1,
    };
}

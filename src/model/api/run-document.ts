import type { Isolation, DebugSettings } from '../execution.js';
import type { LastRunOptions } from '../client/run.js';
import type { Run } from './run.js';
import type { PageOptions } from './page.js';
import type { JobStatus } from './status.js';

/** A stored run: its public record and internal state. */
export interface RunDocument {
    run: Run;
    /** Environment variables from the start options. */
    env: Readonly<Record<string, string>>;
    /** Key of the input in the default key-value store. */
    inputKey: string;
    /** If false, the run cannot metamorph. */
    metamorph?: boolean;
    /** Isolation mode from the start options. */
    isolation?: Isolation;
    /** Debug settings from the start options; absent if not set. */
    debug?: DebugSettings | false;
    /** True if the run has its own network handler. The handler itself cannot be stored on disk. */
    hasOwnNetwork?: boolean;
    /** URLs of modules to import before the Actor, in addition to those of the engine. */
    setupFiles?: readonly string[];
    /** Id of the schedule action that started the run. */
    scheduleActionId?: string;
    /** Id of the run whose Actor started this run. */
    startedByRunId?: string;
    /** Time of admission, in milliseconds since the epoch; absent while the run is queued. */
    runningSince?: number;
    /** Usage before the resurrection, at which its options may have changed. */
    earlier?: { durationMillis: number; computeUnits: number };
}

/** Returns a copy of a run that the caller may modify. */
export function copyRun(run: Run): Run {
    return {
        ...run,
        meta: { ...run.meta },
        stats: { ...run.stats },
        options: { ...run.options },
        usage: { ...run.usage },
        usageUsd: { ...run.usageUsd },
        ...(run.pricingInfo && { pricingInfo: structuredClone(run.pricingInfo) }),
        ...(run.chargedEventCounts && { chargedEventCounts: { ...run.chargedEventCounts } }),
        ...(run.eventUsage && { eventUsage: structuredClone(run.eventUsage) }),
        ...(run.metamorphs && { metamorphs: run.metamorphs.map((metamorph) => ({ ...metamorph })) }),
        storageIds: {
            datasets: { ...run.storageIds.datasets },
            keyValueStores: { ...run.storageIds.keyValueStores },
            requestQueues: { ...run.storageIds.requestQueues },
        },
    };
}

/** Selects runs. An omitted field matches all runs. */
export interface RunFilter {
    actId?: string;
    actorTaskId?: string;
    /** Returns true for the ids of the users whose runs match. */
    isOwner?: (userId: string) => boolean;
    statuses?: readonly JobStatus[];
    /** Earliest start, inclusive, in milliseconds since the epoch. */
    startedAfter?: number;
    /** Latest start, inclusive, in milliseconds since the epoch. */
    startedBefore?: number;
}

/** A page of the selected runs, oldest first unless `desc`. */
export interface RunQuery extends RunFilter, Required<PageOptions> {}

/** Selects the last run of an Actor or task. */
export type LastRunQuery = Pick<RunFilter, 'actId' | 'actorTaskId' | 'isOwner'> & LastRunOptions;

/** The stored input of a run. */
export interface RunInput {
    bytes: Buffer;
    contentType: string;
}

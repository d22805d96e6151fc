import type { Isolation, DebugSettings } from '../execution.js';
import type { LastRunOptions } from '../client/client.js';
import type { Run } from './run.js';
import type { PageOptions } from './page.js';
import type { JobStatus } from './status.js';

/** A run as it is kept: its record, and what only the engine needs to know. */
export interface RunDocument {
    run: Run;
    /** Extra environment variables that the caller gave. */
    env: Readonly<Record<string, string>>;
    /** Key of the input in the default key-value store. */
    inputKey: string;
    /** False forbids that the run becomes another Actor. */
    metamorph?: boolean;
    /** How the caller wants it to be kept apart. */
    isolation?: Isolation;
    /** How the caller wants it to be debugged, or that it is not; absent where the caller has not said. */
    debug?: DebugSettings | false;
    /** Whether a handler of its own answers what it asks outside; the handler itself is not kept on disk. */
    hasOwnNetwork?: boolean;
    /** URLs of modules that it imports before its Actor, besides those of the engine. */
    setupFiles?: readonly string[];
    /** The action of a schedule that started it. */
    scheduleActionId?: string;
    /** The run whose Actor started it. */
    startedByRunId?: string;
    /** When it was let in to run, in milliseconds since the epoch; absent while it waits. */
    runningSince?: number;
    /** What it had used before it was resurrected; its options may have been others then. */
    earlier?: { durationMillis: number; computeUnits: number };
}

/** A copy of a run that its receiver may do with as it likes. */
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
        ...(run.metamorphs && { metamorphs: run.metamorphs.map((metamorph) => ({ ...metamorph })) }),
        storageIds: {
            datasets: { ...run.storageIds.datasets },
            keyValueStores: { ...run.storageIds.keyValueStores },
            requestQueues: { ...run.storageIds.requestQueues },
        },
    };
}

/** Which runs are meant; what is left out means any. */
export interface RunFilter {
    actId?: string;
    actorTaskId?: string;
    /** Whether runs of the user with this id are meant. */
    isOwner?: (userId: string) => boolean;
    statuses?: readonly JobStatus[];
    /** From this time on, in milliseconds since the epoch. */
    startedAfter?: number;
    /** Up to this time. */
    startedBefore?: number;
}

/** Which of these runs are wanted, oldest first unless `desc`. */
export interface RunQuery extends RunFilter, Required<PageOptions> {}

/** Which run counts as the last one. */
export type LastRunQuery = Pick<RunFilter, 'actId' | 'actorTaskId' | 'isOwner'> & LastRunOptions;

/** The input of a run as it is stored: bytes and their type. */
export interface RunInput {
    bytes: Buffer;
    contentType: string;
}

import type { Isolation } from './isolation.js';
import type { JobStatus } from './status.js';

/** How a run came to be started (`meta.origin` of the API). */
export type RunOrigin =
    | 'DEVELOPMENT'
    | 'WEB'
    | 'API'
    | 'SCHEDULER'
    | 'TEST'
    | 'WEBHOOK'
    | 'ACTOR'
    | 'CLI'
    | 'CI'
    | 'STANDBY'
    | 'MCP';

/** Who may read a resource without being its owner. */
export type GeneralAccess =
    | 'ANYONE_WITH_ID_CAN_READ'
    | 'ANYONE_WITH_NAME_CAN_READ'
    | 'FOLLOW_USER_SETTING'
    | 'RESTRICTED';

/** Who may read a run without being its owner: it has no name that could be known. */
export type RunGeneralAccess = Exclude<GeneralAccess, 'ANYONE_WITH_NAME_CAN_READ'>;

/** Where a run was started from. */
export interface RunMeta {
    origin: RunOrigin;
    userAgent: string;
    clientIp?: string;
}

/** What a run has used so far; sizes in bytes, times in milliseconds unless the name says otherwise. */
export interface RunStats {
    inputBodyLen: number;
    migrationCount: number;
    rebootCount: number;
    restartCount: number;
    resurrectCount: number;
    /** By time. */
    memAvgBytes: number;
    memMaxBytes: number;
    /** Of a run that has ended, 0. */
    memCurrentBytes: number;
    /** In percent of one processor, as is all use of it here. */
    cpuAvgUsage: number;
    cpuMaxUsage: number;
    /** Over the last second or so; of a run that has ended, 0. */
    cpuCurrentUsage: number;
    /** Received, as the sockets of the Actor count it. */
    netRxBytes: number;
    /** Sent, likewise. */
    netTxBytes: number;
    durationMillis: number;
    runTimeSecs: number;
    metamorph: number;
    computeUnits: number;
    /** Peak memory; the name that early documentation uses for `memMaxBytes`. */
    memoryUsageBytes: number;
    /** Items in the default dataset. */
    datasetItems: number;
    /** Requests in the default request queue. */
    requestsTotal: number;
}

/** The options a run really runs with, after all defaults. */
export interface RunOptions {
    build: string;
    /** Seconds; 0 is no timeout. */
    timeoutSecs: number;
    memoryMbytes: number;
    diskMbytes: number;
    maxItems?: number;
    maxTotalChargeUsd?: number;
    restartOnError?: boolean;
}

/** The default storages of a run, by alias. */
export interface RunStorageIds {
    datasets: { default: string; [alias: string]: string };
    keyValueStores: { default: string; [alias: string]: string };
    requestQueues: { default: string; [alias: string]: string };
}

/** One execution of an Actor, in the shape of the API's Run object. */
export interface Run {
    id: string;
    actId: string;
    userId: string;
    actorTaskId?: string;
    startedAt: Date;
    finishedAt?: Date;
    status: JobStatus;
    statusMessage?: string;
    isStatusMessageTerminal?: boolean;
    meta: RunMeta;
    stats: RunStats;
    options: RunOptions;
    buildId: string;
    buildNumber: string;
    exitCode?: number;
    generalAccess: RunGeneralAccess;
    defaultKeyValueStoreId: string;
    defaultDatasetId: string;
    defaultRequestQueueId: string;
    storageIds: RunStorageIds;
    containerUrl: string;
    usage: Record<string, number>;
    usageTotalUsd: number;
    /** The Actors that the run has become, in that order. */
    metamorphs?: Metamorph[];
}

/** One change of a run into another Actor. */
export interface Metamorph {
    createdAt: Date;
    actorId: string;
    buildId: string;
    /** Key of the input in the default key-value store. */
    inputKey: string;
}

/** What lists of runs show of each. */
export interface RunListItem {
    id: string;
    actId: string;
    actorTaskId?: string;
    status: JobStatus;
    startedAt: Date;
    finishedAt?: Date;
    meta: RunMeta;
    buildId: string;
    buildNumber: string;
    buildNumberInt: number;
    defaultKeyValueStoreId: string;
    defaultDatasetId: string;
    defaultRequestQueueId: string;
    usageTotalUsd: number;
}

/** Options for starting a run, as `apify-client` names them. */
export interface StartOptions {
    /** Tag or number of the build. Default: the Actor's own, usually `latest`. */
    build?: string;
    /** Megabytes, a power of two from 128 to 32768. Default: the Actor's own, else 1024. */
    memory?: number;
    /** Seconds after which the run is timed out; 0 is never. Default: the Actor's own, else 0. */
    timeout?: number;
    /** At most this many items are paid for; the Actor sees it as `ACTOR_MAX_PAID_DATASET_ITEMS`. */
    maxItems?: number;
    /** At most this is charged for the run, in USD. */
    maxTotalChargeUsd?: number;
    /** Extra environment variables of the run. */
    env?: Record<string, string>;
    /** Wait up to this many seconds (60 at most) for the end of the run. Default: 0. */
    waitForFinish?: number;
    /** Type of an input given as text or bytes. Default: JSON. */
    contentType?: string;
    /** False forbids that the Actor metamorphs into another one. Default: true. */
    metamorph?: boolean;
    /** How the run is kept apart from the host. Default: as the Actor says, else as the engine does. */
    isolation?: Isolation;
    /** Ad-hoc webhooks of this run. */
    webhooks?: readonly unknown[];
    /** Start the Actor anew when it fails. Default: the Actor's own, else false. */
    restartOnError?: boolean;
    /** Accepted for the sake of `apify-client`; a run may always do everything. */
    forcePermissionLevel?: 'LIMITED_PERMISSIONS' | 'FULL_PERMISSIONS';
}

/** Options for starting a run and waiting for its end. */
export interface CallOptions extends Omit<StartOptions, 'waitForFinish'> {
    /** Wait at most this many seconds, then return the run as it is. Default: until it ends. */
    waitSecs?: number;
    /** Accepted for the sake of `apify-client`; logs are read from the run. */
    log?: unknown;
}

/** How to become another Actor. */
export interface MetamorphOptions {
    /** Tag or number of the build. Default: the target Actor's own, usually `latest`. */
    build?: string;
    /** Type of an input given as text or bytes. Default: JSON. */
    contentType?: string;
}

/** What a run is resurrected with; what is left out stays as it was. */
export interface ResurrectOptions {
    /** Tag or number of the build. Default: the very build that the run had. */
    build?: string;
    /** Megabytes. */
    memory?: number;
    /** Seconds, counted from the resurrection; 0 is never. */
    timeout?: number;
    maxItems?: number;
    maxTotalChargeUsd?: number;
    restartOnError?: boolean;
}

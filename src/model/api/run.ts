import type { FaultScript } from '../faults.js';
import type { DebugOptions, Isolation } from '../execution.js';
import type { NetworkHandler } from '../network.js';
import type { ActorRunPricingInfo } from './pricing.js';
import type { RunSeed } from '../transfer.js';
import type { JobStatus } from './status.js';
import type { WebhookFields } from './webhook.js';

/**
 * How a run came to be started (`meta.origin` of the API): `ACTOR` where an Actor did it, by whichever SDK, client or request;
 * `API` where the engine, its client or its API was asked from outside. It stays when the run lives once more.
 *
 * Source: "Origin" in the platform's docs of runs.
 */
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
    /** The schedule that started it. */
    scheduleId?: string;
    /** When the schedule was to start it. */
    scheduledAt?: Date;
}

/** Who starts a run, and through what. */
export interface RunCause {
    /** Whose the run will be. */
    userId: string;
    origin: RunOrigin;
    /** The task that it is a run of. */
    actorTaskId?: string;
    /** The schedule that starts it. */
    schedule?: ScheduleCause;
    /** The run whose Actor starts it. */
    byRunId?: string;
    /** What it is given by whoever holds the engine. */
    embedderOptions?: EmbedderOptions;
}

/** What only whoever holds the engine can give a run: neither the API nor an Actor can. */
export interface EmbedderOptions {
    network?: NetworkHandler;
    /** As `file:` URLs. */
    setupFiles?: readonly string[];
}

/** One time that a schedule does one of its actions. */
export interface ScheduleCause {
    scheduleId: string;
    actionId: string;
    scheduledAt: Date;
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

/**
 * What a run has used, under the platform's names; live while it goes on, and final at its end.
 *
 * The platform's docs name the counters and say no more than "number of read operations". Records of real runs show that
 * items are counted one by one, and that a run which stores nothing has one write, that of its input. So here:
 *
 * - Whatever the run's own Actor does to the data of any storage is the run's: of its default storages, of named ones and of
 *   those of other runs. What others do to the run's storages is not, nor what the engine does by itself. The input, and
 *   that of a metamorph, is stored on the run's account.
 * - One for each item, record or request, also of a batch: `pushData` of 100 items is 100 writes, a list of 100 is 100 reads.
 * - Deletions are writes. An operation counts whether or not the record or request was there.
 * - Requests of a queue's head are read, and those that are locked are written, too; so is each whose lock is prolonged or
 *   ended.
 * - A page of keys is one list, whatever is on it.
 * - To create, look up, change, list or delete storages as such is no operation on data and counts as nothing.
 * - `ACTOR_COMPUTE_UNITS` is that of the statistics: GB × hours. `DATA_TRANSFER_EXTERNAL_GBYTES` is what was sent
 *   (`netTxBytes`, in units of 2^30 bytes). Storages are not reached by a network here, and the engine has no paid proxies:
 *   the others are 0.
 */
export type RunUsage = Record<UsageKey, number>;

/** The names under which the API tells what a run has used. */
export type UsageKey =
    | 'ACTOR_COMPUTE_UNITS'
    | 'DATASET_READS'
    | 'DATASET_WRITES'
    | 'KEY_VALUE_STORE_READS'
    | 'KEY_VALUE_STORE_WRITES'
    | 'KEY_VALUE_STORE_LISTS'
    | 'REQUEST_QUEUE_READS'
    | 'REQUEST_QUEUE_WRITES'
    | 'DATA_TRANSFER_INTERNAL_GBYTES'
    | 'DATA_TRANSFER_EXTERNAL_GBYTES'
    | 'PROXY_RESIDENTIAL_TRANSFER_GBYTES'
    | 'PROXY_SERPS';

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

/** The fields that a run shares with its entry in a list. */
interface RunSummary {
    id: string;
    actId: string;
    userId: string;
    actorTaskId?: string;
    startedAt: Date;
    finishedAt?: Date;
    status: JobStatus;
    meta: RunMeta;
    buildId: string;
    buildNumber: string;
    defaultKeyValueStoreId: string;
    defaultDatasetId: string;
    defaultRequestQueueId: string;
    /** The price of the events that the run was charged for, in US dollars; nothing else costs anything here. */
    usageTotalUsd: number;
}

/** A run as lists show it. */
export interface RunListItem extends RunSummary {
    buildNumberInt: number;
}

/** One execution of an Actor, in the shape of the API's Run object. */
export interface Run extends RunSummary {
    statusMessage?: string;
    isStatusMessageTerminal?: boolean;
    stats: RunStats;
    options: RunOptions;
    exitCode?: number;
    generalAccess: RunGeneralAccess;
    storageIds: RunStorageIds;
    containerUrl: string;
    usage: RunUsage;
    /** What that cost: nothing. */
    usageUsd: RunUsage;
    /** How the run is paid for: the pricing that its Actor had when it was started. */
    pricingInfo?: ActorRunPricingInfo;
    /** How often each event of the pricing was charged for; only where the Actor is paid per event. */
    chargedEventCounts?: Record<string, number>;
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
    /** What the run may cost, in USD, more than 0. A run that is charged more is aborted. Default: the Actor's own, else no limit. */
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
    /**
     * Debug the run: it opens an inspector, whose address its log and the event `run.inspector-opened` tell, and waits for
     * a debugger before the Actor's first line. Its timeout does not count. Default: as the engine says.
     */
    debug?: boolean | DebugOptions;
    /** Ad-hoc webhooks: of this run only, whatever their conditions say, and once for each type of event. */
    webhooks?: readonly WebhookFields[];
    /** Start the Actor anew when it fails. Default: the Actor's own, else false. */
    restartOnError?: boolean;
    /** What is to go wrong with the API for this run, made by `createFaults` of `greenroom/testing`. Default: as the engine says. */
    faults?: FaultScript;
    /** What its default storages have before the first line of its Actor. It is on nobody's account: neither used nor charged for. */
    seed?: RunSeed;
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

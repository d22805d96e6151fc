import type { RunGeneralAccess } from './access.js';
import type { FaultScript } from '../faults.js';
import type { DebugOptions, Isolation } from '../execution.js';
import type { NetworkHandler } from '../network.js';
import type { ActorRunPricingInfo, EventUsage } from './pricing.js';
import type { RunSeed } from '../transfer.js';
import type { JobStatus } from './status.js';
import type { WebhookFields } from './webhook.js';

/**
 * Origin of a run (`meta.origin` of the API): `ACTOR` if an Actor started it, by any SDK, client or request; `API` if the
 * host, a client or the HTTP API did. Resurrecting a run does not change it.
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

/** Origin of a run and of the request that started it. */
export interface RunMeta {
    /** Origin of the run. */
    origin: RunOrigin;
    /** `User-Agent` of the request that started the run; `greenroom` without one. */
    userAgent: string;
    /** IP address of the client that started the run. */
    clientIp?: string;
    /** Id of the schedule that started the run. */
    scheduleId?: string;
    /** Time for which the schedule planned the start. */
    scheduledAt?: Date;
}

/** The user, client or schedule that starts a run. */
export interface RunCause {
    /** Id of the user who owns the run. */
    userId: string;
    /** Origin of the run. */
    origin: RunOrigin;
    /** `User-Agent` of the request that starts the run. */
    userAgent?: string;
    /** Id of the task, for runs of a task. */
    actorTaskId?: string;
    /** The schedule that starts the run. */
    schedule?: ScheduleCause;
    /** Id of the run whose Actor starts the run. */
    byRunId?: string;
    /** Options that only the host can set. */
    embedderOptions?: EmbedderOptions;
}

/** Options of a run that only the host can set: they are available neither over the API nor to Actors. */
export interface EmbedderOptions {
    /** Answers the HTTP requests of the run. */
    network?: NetworkHandler;
    /** Modules to import before the Actor, as `file:` URLs. */
    setupFiles?: readonly string[];
}

/** One execution of an action of a schedule. */
export interface ScheduleCause {
    /** Id of the schedule. */
    scheduleId: string;
    /** Id of the action. */
    actionId: string;
    /** Time for which the execution was planned. */
    scheduledAt: Date;
}

/** Resource usage of a run so far. */
export interface RunStats {
    /** Size of the input in bytes. */
    inputBodyLen: number;
    /** Number of migrations. */
    migrationCount: number;
    /** Number of reboots. */
    rebootCount: number;
    /** Number of restarts after a failure, with `restartOnError`. */
    restartCount: number;
    /** Number of resurrections. */
    resurrectCount: number;
    /** Average memory in bytes, weighted by time. */
    memAvgBytes: number;
    /** Peak memory in bytes. */
    memMaxBytes: number;
    /** Current memory in bytes; 0 for a finished run. */
    memCurrentBytes: number;
    /** Average CPU usage, in percent of one core. */
    cpuAvgUsage: number;
    /** Peak CPU usage, in percent of one core. */
    cpuMaxUsage: number;
    /** CPU usage over about the last second, in percent of one core; 0 for a finished run. */
    cpuCurrentUsage: number;
    /** Bytes that the Actor's sockets have received. */
    netRxBytes: number;
    /** Bytes that the Actor's sockets have sent. */
    netTxBytes: number;
    /** Run time in milliseconds. */
    durationMillis: number;
    /** Run time in seconds. */
    runTimeSecs: number;
    /** Number of metamorphs. */
    metamorph: number;
    /** Compute units: gigabytes of memory × hours. */
    computeUnits: number;
    /** Peak memory in bytes; name of `memMaxBytes` in early versions of the API. */
    memoryUsageBytes: number;
    /** Number of items in the default dataset. */
    datasetItems: number;
    /** Number of requests in the default request queue. */
    requestsTotal: number;
}

/**
 * Platform usage of a run, under the names of the API. Updated while the run is active, final when it has finished.
 *
 * The platform's docs name the counters, but describe them only as "number of read operations". Records of real runs show
 * that items count individually, and that a run that stores nothing has one write, its input. Therefore:
 *
 * - Operations of the run's own Actor on the data of any storage count: default, named and those of other runs. Operations
 *   of other clients on the run's storages and internal ones of the engine do not. Storing the input of the run or of a
 *   metamorph counts.
 * - Each item, record or request of a batch counts: `pushData` of 100 items is 100 writes, listing 100 is 100 reads.
 * - Deletions are writes. An operation counts even if the record or request does not exist.
 * - Each request in the head of a queue counts as a read, each locked one as a write, too, as does prolonging or deleting a
 *   lock.
 * - A page of keys is one list operation, of any size.
 * - Creating, finding, updating, listing or deleting storages does not count.
 * - `ACTOR_COMPUTE_UNITS` equals `stats.computeUnits`. `DATA_TRANSFER_EXTERNAL_GBYTES` is `stats.netTxBytes` in units of
 *   2^30 bytes. The others are 0: storages need no network, and the engine has no paid proxies.
 */
export type RunUsage = Record<UsageKey, number>;

/** Usage counters of the API. */
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

/** The effective options of a run, with all defaults. */
export interface RunOptions {
    /** Tag or number of the build. */
    build: string;
    /** Timeout in seconds; 0 for none. */
    timeoutSecs: number;
    /** Memory limit in megabytes. */
    memoryMbytes: number;
    /** Disk size in megabytes: twice the memory. It is not enforced. */
    diskMbytes: number;
    /** Maximum number of items that are charged for. */
    maxItems?: number;
    /** Maximum charge in USD. */
    maxTotalChargeUsd?: number;
    /** If true, the Actor restarts when it fails. */
    restartOnError?: boolean;
}

/** Ids of the storages of a run, by alias. */
export interface RunStorageIds {
    /** Datasets. */
    datasets: { default: string; [alias: string]: string };
    /** Key-value stores. */
    keyValueStores: { default: string; [alias: string]: string };
    /** Request queues. */
    requestQueues: { default: string; [alias: string]: string };
}

/** The fields that a run and its entry in a list have in common. */
interface RunSummary {
    /** Id of the run. */
    id: string;
    /** Id of the Actor. */
    actId: string;
    /** Id of the user who owns the run. */
    userId: string;
    /** Id of the task, for runs of a task. */
    actorTaskId?: string;
    /** Time of the start. */
    startedAt: Date;
    /** Time of the end; absent until then. */
    finishedAt?: Date;
    /** Current status. */
    status: JobStatus;
    /** Origin of the run. */
    meta: RunMeta;
    /** Id of the build. */
    buildId: string;
    /** Number of the build. */
    buildNumber: string;
    /** Id of the default key-value store. */
    defaultKeyValueStoreId: string;
    /** Id of the default dataset. */
    defaultDatasetId: string;
    /** Id of the default request queue. */
    defaultRequestQueueId: string;
    /** Price of the charged events in USD. Nothing else has a price. */
    usageTotalUsd: number;
}

/** A run in a list. */
export interface RunListItem extends RunSummary {
    /** Number of the build as one integer: major × 10^7 + minor × 10^5 + build. */
    buildNumberInt: number;
}

/** One execution of an Actor. Source: the API's Run object. */
export interface Run extends RunSummary {
    /** Latest status message, of the Actor or of the engine. */
    statusMessage?: string;
    /** True if the status message is final. */
    isStatusMessageTerminal?: boolean;
    /** Resource usage so far. */
    stats: RunStats;
    /** Effective options. */
    options: RunOptions;
    /** Exit code; absent until the Actor has exited. */
    exitCode?: number;
    /** Access of users other than the owner. */
    generalAccess: RunGeneralAccess;
    /** Ids of the storages of the run. */
    storageIds: RunStorageIds;
    /** URL of the Actor's web server. */
    containerUrl: string;
    /** Platform usage so far. */
    usage: RunUsage;
    /** Price of the platform usage in USD: always 0. */
    usageUsd: RunUsage;
    /** Pricing of the Actor at the start of the run. */
    pricingInfo?: ActorRunPricingInfo;
    /** Number of charges of each event; only for pay-per-event Actors. */
    chargedEventCounts?: Record<string, number>;
    /** Number and price of the charges of each event; only for pay-per-event Actors. */
    eventUsage?: Record<string, EventUsage>;
    /** Metamorphs of the run, in order. */
    metamorphs?: Metamorph[];
}

/** The metamorph of a run into another Actor. */
export interface Metamorph {
    /** Time of the metamorph. */
    createdAt: Date;
    /** Id of the new Actor. */
    actorId: string;
    /** Id of the new build. */
    buildId: string;
    /** Key of the input in the default key-value store. */
    inputKey: string;
}

/** Options for starting a run, under the names of `apify-client`. */
export interface StartOptions {
    /** Tag or number of the build. Default: the Actor's default build, usually `latest`. */
    build?: string;
    /** Memory limit in megabytes: a power of two from 128 to 32768. Default: the Actor's setting, else 1024. */
    memory?: number;
    /** Timeout in seconds; 0 for none. Default: the Actor's setting, else 0. */
    timeout?: number;
    /** Maximum number of items that are charged for. The Actor reads it as `ACTOR_MAX_PAID_DATASET_ITEMS`. */
    maxItems?: number;
    /** Maximum charge in USD, greater than 0. The engine aborts a run that exceeds it. Default: the Actor's setting, else none. */
    maxTotalChargeUsd?: number;
    /** Additional environment variables of the run. */
    env?: Record<string, string>;
    /** Seconds to wait for the end of the run, up to 60. Default: 0. */
    waitForFinish?: number;
    /** Content type of an input that is a string or bytes. Default: JSON. */
    contentType?: string;
    /** If false, the Actor cannot metamorph into another one. Default: true. */
    metamorph?: boolean;
    /** Isolation mode. Default: the Actor's setting, else the engine's. */
    isolation?: Isolation;
    /**
     * If set, the run opens an inspector and waits for a debugger before the Actor's first line. The log and the event
     * `run.inspector-opened` have its address. The timeout is suspended. Default: the engine's setting.
     */
    debug?: boolean | DebugOptions;
    /** Ad-hoc webhooks. They apply only to this run, regardless of their conditions, and fire once for each event type. */
    webhooks?: readonly WebhookFields[];
    /** If true, the Actor restarts when it fails. Default: the Actor's setting, else false. */
    restartOnError?: boolean;
    /** Faults to inject, created by `createFaults` of `greenroom/testing`. Default: the engine's setting. */
    faults?: FaultScript;
    /** Initial contents of the default storages. They count as neither usage nor charges. */
    seed?: RunSeed;
    /** Accepted for compatibility with `apify-client`; every run has full permissions. */
    forcePermissionLevel?: 'LIMITED_PERMISSIONS' | 'FULL_PERMISSIONS';
}

/** Options for starting a run and waiting for its end. */
export interface CallOptions extends Omit<StartOptions, 'waitForFinish'> {
    /** Maximum number of seconds to wait; then the call returns the run in its current state. Default: until the end. */
    waitSecs?: number;
    /** Accepted for compatibility with `apify-client`. Read the log from the run. */
    log?: unknown;
}

/** Options of a metamorph. */
export interface MetamorphOptions {
    /** Tag or number of the build. Default: the target Actor's default build, usually `latest`. */
    build?: string;
    /** Content type of an input that is a string or bytes. Default: JSON. */
    contentType?: string;
}

/** Options for resurrecting a run. Default for each: the value that the run had. */
export interface ResurrectOptions {
    /** Tag or number of the build. Default: the same build, even if its tag has moved. */
    build?: string;
    /** Memory limit in megabytes. */
    memory?: number;
    /** Timeout in seconds from the resurrection; 0 for none. */
    timeout?: number;
    /** Maximum number of items that are charged for. */
    maxItems?: number;
    /** Maximum charge in USD. */
    maxTotalChargeUsd?: number;
    /** If true, the Actor restarts when it fails. */
    restartOnError?: boolean;
}

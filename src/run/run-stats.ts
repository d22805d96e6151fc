import { isTerminal } from '../model/api/status.js';
import type { Run, RunStats, RunUsage, UsageKey } from '../model/api/run.js';
import type { RunDocument } from '../model/api/run-document.js';
import type { Storages } from '../storage/storages.js';
import type { StorageKind } from '../model/api/storage.js';
import type { StorageCounter, UsageRecorder } from '../storage/storage-metadata.js';

const MBYTES_PER_COMPUTE_UNIT = 1024;
const MILLIS_PER_HOUR = 3_600_000;

/** The stats of a new run. */
export const EMPTY_STATS: Readonly<RunStats> = Object.freeze({
    inputBodyLen: 0,
    migrationCount: 0,
    rebootCount: 0,
    restartCount: 0,
    resurrectCount: 0,
    memAvgBytes: 0,
    memMaxBytes: 0,
    memCurrentBytes: 0,
    cpuAvgUsage: 0,
    cpuMaxUsage: 0,
    cpuCurrentUsage: 0,
    netRxBytes: 0,
    netTxBytes: 0,
    durationMillis: 0,
    runTimeSecs: 0,
    metamorph: 0,
    computeUnits: 0,
    memoryUsageBytes: 0,
    datasetItems: 0,
    requestsTotal: 0,
});

/**
 * Updates the stats and usage that depend on the time and the storages. The duration is the execution time: time as READY, and
 * between the end and a resurrection, does not count.
 */
export function updateStats(document: RunDocument, storages: Storages, nowMillis: number): void {
    const { run, earlier, runningSince = nowMillis } = document;
    const { stats } = run;
    // A clock can be set back.
    const millis = Math.max(0, nowMillis - runningSince);
    const computeUnits = (run.options.memoryMbytes / MBYTES_PER_COMPUTE_UNIT) * (millis / MILLIS_PER_HOUR);
    stats.durationMillis = (earlier?.durationMillis ?? 0) + millis;
    stats.runTimeSecs = stats.durationMillis / 1000;
    stats.computeUnits = (earlier?.computeUnits ?? 0) + computeUnits;
    countContents(run, storages);
    updateUsage(run);
}

/** Updates the stats that count the contents of the storages. */
export function countContents(run: Run, storages: Storages): void {
    const { stats } = run;
    stats.datasetItems = storages.datasets.findUsed(run.defaultDatasetId)?.itemCount ?? stats.datasetItems;
    stats.requestsTotal =
        storages.requestQueues.findUsed(run.defaultRequestQueueId)?.info().totalRequestCount ?? stats.requestsTotal;
}

/** Keys of the counters of storages in the usage of a run. See {@link RunUsage} for what counts. */
const USAGE_KEYS: Record<StorageKind, Partial<Record<StorageCounter, UsageKey>>> = {
    dataset: { readCount: 'DATASET_READS', writeCount: 'DATASET_WRITES' },
    keyValueStore: {
        readCount: 'KEY_VALUE_STORE_READS',
        writeCount: 'KEY_VALUE_STORE_WRITES',
        deleteCount: 'KEY_VALUE_STORE_WRITES',
        listCount: 'KEY_VALUE_STORE_LISTS',
    },
    requestQueue: {
        readCount: 'REQUEST_QUEUE_READS',
        headItemReadCount: 'REQUEST_QUEUE_READS',
        writeCount: 'REQUEST_QUEUE_WRITES',
        deleteCount: 'REQUEST_QUEUE_WRITES',
    },
};

const BYTES_PER_GBYTE = 2 ** 30;

/** The usage of a new run, and the cost (`usageUsd`) of every run. */
export const EMPTY_USAGE: Readonly<RunUsage> = Object.freeze({
    ACTOR_COMPUTE_UNITS: 0,
    DATASET_READS: 0,
    DATASET_WRITES: 0,
    KEY_VALUE_STORE_READS: 0,
    KEY_VALUE_STORE_WRITES: 0,
    KEY_VALUE_STORE_LISTS: 0,
    REQUEST_QUEUE_READS: 0,
    REQUEST_QUEUE_WRITES: 0,
    DATA_TRANSFER_INTERNAL_GBYTES: 0,
    DATA_TRANSFER_EXTERNAL_GBYTES: 0,
    PROXY_RESIDENTIAL_TRANSFER_GBYTES: 0,
    PROXY_SERPS: 0,
});

/** Creates a recorder that counts storage operations in the stored record of a run, until the run has ended. */
export function createUsageRecorder(run: Pick<Run, 'status' | 'usage'>): UsageRecorder {
    return (kind, counter, times) => {
        const key = USAGE_KEYS[kind][counter];
        if (key !== undefined && !isTerminal(run.status)) run.usage[key] += times;
    };
}

/** Updates the usage that follows from the stats of the run. */
function updateUsage({ stats, usage }: Pick<Run, 'stats' | 'usage'>): void {
    usage.ACTOR_COMPUTE_UNITS = stats.computeUnits;
    usage.DATA_TRANSFER_EXTERNAL_GBYTES = stats.netTxBytes / BYTES_PER_GBYTE;
}

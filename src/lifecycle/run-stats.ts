import { settleUsage } from './run-usage.js';
import type { RunStats } from '../model/run.js';
import type { RunDocument } from '../model/run-document.js';
import type { Storages } from '../storage/storages.js';

const MBYTES_PER_COMPUTE_UNIT = 1024;
const MILLIS_PER_HOUR = 3_600_000;

/** The figures of a run that has not used anything yet. */
export function emptyStats(inputBodyLen: number): RunStats {
    return {
        inputBodyLen,
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
    };
}

/** Brings those figures up to date, of statistics and usage, that follow from the time and from the storages. */
export function settleStats({ run, restedMillis = 0 }: RunDocument, storages: Storages, nowMillis: number): void {
    const { stats } = run;
    stats.durationMillis = nowMillis - run.startedAt.getTime() - restedMillis;
    stats.runTimeSecs = stats.durationMillis / 1000;
    stats.computeUnits =
        (run.options.memoryMbytes / MBYTES_PER_COMPUTE_UNIT) * (stats.durationMillis / MILLIS_PER_HOUR);
    stats.datasetItems = storages.datasets.find(run.defaultDatasetId)?.info().itemCount ?? stats.datasetItems;
    stats.requestsTotal =
        storages.requestQueues.find(run.defaultRequestQueueId)?.info().totalRequestCount ?? stats.requestsTotal;
    settleUsage(run);
}

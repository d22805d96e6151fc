import { settleUsage } from './run-usage.js';
import type { Run, RunStats } from '../model/run.js';
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

/**
 * Brings those figures up to date, of statistics and usage, that follow from the time and from the storages. The duration is
 * the time that the run is executed: neither what it waits as READY nor what is between its end and its resurrection counts.
 */
export function settleStats(document: RunDocument, storages: Storages, nowMillis: number): void {
    const { run, earlier, runningSince = nowMillis } = document;
    const { stats } = run;
    const millis = nowMillis - runningSince;
    const computeUnits = (run.options.memoryMbytes / MBYTES_PER_COMPUTE_UNIT) * (millis / MILLIS_PER_HOUR);
    stats.durationMillis = (earlier?.durationMillis ?? 0) + millis;
    stats.runTimeSecs = stats.durationMillis / 1000;
    stats.computeUnits = (earlier?.computeUnits ?? 0) + computeUnits;
    countContents(run, storages);
    settleUsage(run);
}

/** Brings those figures up to date that say what is in the storages. */
export function countContents(run: Run, storages: Storages): void {
    const { stats } = run;
    stats.datasetItems = storages.datasets.findTouched(run.defaultDatasetId)?.info().itemCount ?? stats.datasetItems;
    stats.requestsTotal =
        storages.requestQueues.findTouched(run.defaultRequestQueueId)?.info().totalRequestCount ?? stats.requestsTotal;
}

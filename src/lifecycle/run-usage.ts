import { isTerminal } from '../model/status.js';
import type { Run, RunUsage, UsageKey } from '../model/run.js';
import type { StorageKind } from '../model/storage.js';
import type { StorageCounter } from '../storage/storage-document.js';
import type { UseCounter } from '../storage/use-counter.js';

/** Where what a storage counts stands in the usage of a run; {@link RunUsage} tells what counts, and why. */
const KEYS: Record<StorageKind, Partial<Record<StorageCounter, UsageKey>>> = {
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

/** The usage of a run that has not used anything yet. */
export function emptyUsage(): RunUsage {
    return {
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
    };
}

/** What any run has cost. */
export const NO_COST: Readonly<RunUsage> = Object.freeze(emptyUsage());

/** Counts operations on the account of a run, the engine's own record of it. A run that has ended uses nothing any more. */
export function userOf(run: Pick<Run, 'status' | 'usage'>): UseCounter {
    return (kind, counter, times) => {
        const key = KEYS[kind][counter];
        if (key !== undefined && !isTerminal(run.status)) run.usage[key] += times;
    };
}

/** Brings up to date what follows from the statistics of the run. */
export function settleUsage({ stats, usage }: Pick<Run, 'stats' | 'usage'>): void {
    usage.ACTOR_COMPUTE_UNITS = stats.computeUnits;
    usage.DATA_TRANSFER_EXTERNAL_GBYTES = stats.netTxBytes / BYTES_PER_GBYTE;
}

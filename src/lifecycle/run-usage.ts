import { isTerminal } from '../model/status.js';
import type { Run, RunUsage, UsageKey } from '../model/run.js';
import type { StorageKind } from '../model/storage.js';
import type { StorageCounter } from '../storage/storage-document.js';
import type { UseCounter } from '../storage/use-counter.js';

/*
 * What counts as an operation. The platform's docs name the counters and say no more than "number of read operations"; the
 * records of real runs show that items are counted one by one, and that a run which stores nothing has one write, that of
 * its input. So here:
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
 * - `ACTOR_COMPUTE_UNITS` is that of the statistics. `DATA_TRANSFER_EXTERNAL_GBYTES` is what was sent (`netTxBytes`, in units
 *   of 2^30 bytes). Storages are not reached by a network here, and the engine has no paid proxies: the others are 0.
 */
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

import { paysPerItem } from './charge-desk.js';
import { userOf } from './run-usage.js';
import type { Run } from '../model/run.js';
import type { ItemLease } from '../protocol/item-lease.js';
import type { LifecycleParts } from './parts.js';

/**
 * Lends the Actor of a run a place for the items of a dataset, if that can be. Only what the run alone writes is lent: the
 * order of several writers is for the host to keep. And nothing is lent where each item is to be paid for as it comes, or each
 * push to meet with a fault.
 */
export function lendItems(
    { storages, faults }: Pick<LifecycleParts, 'storages' | 'faults'>,
    run: Run,
    { datasetId, byteCount }: { datasetId: string; byteCount: number },
): ItemLease | undefined {
    if (datasetId !== run.defaultDatasetId || paysPerItem(run) || faults.of(run.id)) return undefined;
    return storages.datasets.find(datasetId)?.usedBy(userOf(run)).lease(byteCount);
}

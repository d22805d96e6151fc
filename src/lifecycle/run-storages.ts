import type { RunStorageIds } from '../model/run.js';
import type { Storages } from '../storage/storages.js';

/** Deletes the storages that were made with a run. */
export async function removeRunStorages(
    storages: Storages,
    { datasets, keyValueStores, requestQueues }: RunStorageIds,
): Promise<void> {
    const doomed = [
        { collection: storages.datasets, id: datasets.default },
        { collection: storages.keyValueStores, id: keyValueStores.default },
        { collection: storages.requestQueues, id: requestQueues.default },
    ];
    for (const { collection, id } of doomed) {
        // What somebody has named is theirs to delete.
        if (collection.find(id)?.info().name === undefined) await collection.remove(id);
    }
}

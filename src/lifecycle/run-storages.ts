import { userOf } from './run-usage.js';
import type { Run, RunStorageIds } from '../model/run.js';
import type { Storages } from '../storage/storages.js';
import type { StartTarget } from './parts.js';

/** The input of a run as it is stored. */
export interface StoredInput {
    bytes: Buffer;
    contentType: string;
}

/** Makes the default storages of a new run. */
export function prepareStorages(storages: Storages, { actor, build }: StartTarget, runId: string): RunStorageIds {
    const owner = { actId: actor.id, actRunId: runId };
    const { dataset: only, datasets, keyValueStore } = build.actorDefinition?.storages ?? {};
    const schema = datasets?.['default'] ?? only;
    return {
        datasets: { default: storages.datasets.prepare({ ...owner, schema }) },
        keyValueStores: { default: storages.keyValueStores.prepare({ ...owner, schema: keyValueStore }) },
        requestQueues: { default: storages.requestQueues.prepare(owner) },
    };
}

/** Stores an input of a run, on the run's account. */
export async function storeInput(storages: Storages, run: Run, key: string, input: StoredInput): Promise<void> {
    const store = storages.keyValueStores.find(run.defaultKeyValueStoreId);
    await store?.usedBy(userOf(run)).set(key, input.bytes, input.contentType);
}

/** Removes the default storages of a run, but for those that somebody has named: they are theirs to delete. */
export async function removeStorages(storages: Storages, ids: RunStorageIds): Promise<void> {
    const doomed = [
        { collection: storages.datasets, id: ids.datasets.default },
        { collection: storages.keyValueStores, id: ids.keyValueStores.default },
        { collection: storages.requestQueues, id: ids.requestQueues.default },
    ];
    for (const { collection, id } of doomed) {
        if (collection.find(id)?.info().name === undefined) await collection.remove(id);
    }
}

import { userOf } from './run-usage.js';
import type { Run, RunStorageIds } from '../model/run.js';
import type { Storages } from '../storage/storages.js';
import type { StartTarget } from './parts.js';
import type { RunInput } from '../model/run-document.js';

/** Makes the default storages of a new run, and the datasets that its Actor has besides. */
export function prepareStorages(
    storages: Storages,
    { actor, build }: StartTarget,
    { userId, runId }: { userId: string; runId: string },
): RunStorageIds {
    const owner = { userId, actId: actor.id, actRunId: runId };
    const { dataset: only, datasets, keyValueStore } = build.actorDefinition?.storages ?? {};
    const { default: schema = only, ...others } = datasets ?? {};
    const more = Object.entries(others).map(([alias, other]) => {
        return [alias, storages.datasets.prepare({ ...owner, schema: other })] as const;
    });
    return {
        datasets: { default: storages.datasets.prepare({ ...owner, schema }), ...Object.fromEntries(more) },
        keyValueStores: { default: storages.keyValueStores.prepare({ ...owner, schema: keyValueStore }) },
        requestQueues: { default: storages.requestQueues.prepare(owner) },
    };
}

/** Stores an input of a run, on the run's account. */
export async function storeInput(storages: Storages, run: Run, key: string, input: RunInput): Promise<void> {
    const store = storages.keyValueStores.find(run.defaultKeyValueStoreId);
    await store?.usedBy(userOf(run)).set(key, input.bytes, input.contentType);
}

/** Removes the storages of a run, but for those that somebody has named: they are theirs to delete. */
export async function removeStorages(storages: Storages, ids: RunStorageIds): Promise<void> {
    const doomed = [
        { collection: storages.datasets, all: ids.datasets },
        { collection: storages.keyValueStores, all: ids.keyValueStores },
        { collection: storages.requestQueues, all: ids.requestQueues },
    ];
    for (const { collection, all } of doomed) {
        for (const id of Object.values(all)) {
            if (collection.find(id)?.info().name === undefined) await collection.remove(id);
        }
    }
}

import type { Dataset } from '../storage/dataset.js';
import type { KeyValueStore } from '../storage/key-value-store.js';
import type { RequestQueue } from '../storage/request-queue.js';
import type { AccountableStorage, UseCounter } from '../storage/use-counter.js';
import type { StorageLookup } from './storage-ref.js';

/** Where a client finds storages. */
export interface StorageLookups {
    readonly datasets: StorageLookup<Dataset>;
    readonly keyValueStores: StorageLookup<KeyValueStore>;
    readonly requestQueues: StorageLookup<RequestQueue>;
}

/** The storages, used on somebody's account where there is somebody whose use is counted. */
export function lookupsFor(storages: StorageLookups, user: UseCounter | undefined): StorageLookups {
    if (user === undefined) return storages;
    return {
        datasets: usedBy(storages.datasets, user),
        keyValueStores: usedBy(storages.keyValueStores, user),
        requestQueues: usedBy(storages.requestQueues, user),
    };
}

function usedBy<Storage extends AccountableStorage<Storage>>(
    lookup: StorageLookup<Storage>,
    user: UseCounter,
): StorageLookup<Storage> {
    return {
        find: (idOrName) => lookup.find(idOrName)?.usedBy(user),
        findOwn: (idOrName) => lookup.findOwn(idOrName)?.usedBy(user),
        remove: (id) => lookup.remove(id),
    };
}

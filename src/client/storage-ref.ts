import { notFound } from './arguments.js';
import type { RunLocator } from './client-context.js';
import type { Dataset } from '../storage/dataset.js';
import type { KeyValueStore } from '../storage/key-value-store.js';
import type { RequestQueue } from '../storage/request-queue.js';
import type { AccountableStorage, UseCounter } from '../storage/use-counter.js';

/** What the client needs of all storages of one kind, in order to work on one of them. */
export interface StorageLookup<Storage> {
    /** One to be read; throws `insufficient-permissions` for one that is there but for others. */
    find(idOrName: string): Storage | undefined;
    /** One to be changed; throws likewise. */
    findOwn(idOrName: string): Storage | undefined;
    remove(id: string): Promise<void>;
}

/** One storage, named by id, by name, or as the default of a run. It is looked up anew for each call. */
export class StorageRef<Storage extends { readonly id: string }> {
    readonly #lookup: StorageLookup<Storage>;
    readonly #reference: () => string | undefined;
    readonly #sought: string;

    constructor(lookup: StorageLookup<Storage>, reference: () => string | undefined, sought: string) {
        this.#lookup = lookup;
        this.#reference = reference;
        this.#sought = sought;
    }

    /** The storage to be read, if it is there. */
    find(): Storage | undefined {
        const reference = this.#reference();
        return reference === undefined ? undefined : this.#lookup.find(reference);
    }

    /** The storage to be read; throws `record-not-found` when there is none. */
    require(): Storage {
        return this.find() ?? this.#throwNotFound();
    }

    /** The storage to be changed; throws `record-not-found` when there is none. */
    requireOwn(): Storage {
        return this.#findOwn() ?? this.#throwNotFound();
    }

    /** Removes the storage; that it is gone already is no error, as in `apify-client`. */
    async remove(): Promise<void> {
        const storage = this.#findOwn();
        if (storage) await this.#lookup.remove(storage.id);
    }

    #findOwn(): Storage | undefined {
        const reference = this.#reference();
        return reference === undefined ? undefined : this.#lookup.findOwn(reference);
    }

    #throwNotFound(): never {
        throw notFound(this.#sought, 'Create it with `getOrCreate(name)`, or see which there are with `list()`.');
    }
}

/** A storage that the caller names: by id, `name`, `username/name`, `username~name` or `~name`. */
export function storageByReference<Storage extends { readonly id: string }>(
    lookup: StorageLookup<Storage>,
    kind: string,
    idOrName: string,
): StorageRef<Storage> {
    return new StorageRef(lookup, () => idOrName, `${kind} with the id or name \`${idOrName}\``);
}

/** The storage that is a run's default one. */
export function storageOfRun<Storage extends { readonly id: string }>(
    lookup: StorageLookup<Storage>,
    kind: string,
    run: RunLocator,
    field: 'defaultDatasetId' | 'defaultKeyValueStoreId' | 'defaultRequestQueueId',
): StorageRef<Storage> {
    return new StorageRef(lookup, () => run.find()?.[field], `${kind} of ${run.sought}`);
}

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

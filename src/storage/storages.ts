import { checkOptions } from '../util/check.js';
import type { Clock } from '../util/clock.js';
import type { StorageKind } from '../model/storage.js';
import type { StorageBackend, StoredStorage } from './backend.js';
import { Dataset } from './dataset.js';
import { isDamage } from './disk-error.js';
import { readItemCheck } from './item-check.js';
import { KeyValueStore } from './key-value-store.js';
import { RequestQueue } from './request-queue.js';
import { NEW_QUEUE_CONTENTS } from './request-queue-store.js';
import { type LoadedStorages, StorageCollection } from './storage-collection.js';
import type { StorageContext, StorageUser } from './storage-header.js';
import { givenSchemaReader } from './storage-schema.js';
import { readCollections } from './store-collections.js';

const DEFAULT_PUBLIC_BASE_URL = 'http://localhost';

/** What the storages of an engine stand on. */
export interface StoragesOptions {
    backend: StorageBackend;
    clock: Clock;
    /** Those who have storages; the first has those of anybody else. */
    users: readonly [StorageUser, ...StorageUser[]];
    /** Gives the start of the URLs in infos and lists of keys, which may change. Default: `http://localhost`. */
    publicBaseUrl?: () => string | undefined;
    /** Told of each storage that cannot be read. Default: nobody is. */
    onWarning?: (message: string) => void;
}

/** All storages of one engine. */
export class Storages {
    readonly datasets: StorageCollection<Dataset>;
    readonly keyValueStores: StorageCollection<KeyValueStore>;
    readonly requestQueues: StorageCollection<RequestQueue>;
    /** Start of all URLs of the engine, without a slash at its end. */
    readonly publicBaseUrl: string;
    readonly #backend: StorageBackend;
    #closing: Promise<void> | undefined;

    private constructor(
        { backend, publicBaseUrl }: StorageContext,
        datasets: StorageCollection<Dataset>,
        keyValueStores: StorageCollection<KeyValueStore>,
        requestQueues: StorageCollection<RequestQueue>,
    ) {
        this.#backend = backend;
        this.publicBaseUrl = publicBaseUrl;
        this.datasets = datasets;
        this.keyValueStores = keyValueStores;
        this.requestQueues = requestQueues;
    }

    /**
     * Opens the storages that the backend has.
     *
     * Their data is read when it is first used, except for request queues that were not properly closed. Those that cannot be read
     * are told of; whoever asks for one gets `storage-corrupted`.
     */
    static async open(options: StoragesOptions): Promise<Storages> {
        checkOptions('options', options, ['backend', 'clock', 'users', 'publicBaseUrl', 'onWarning']);
        const { backend, clock, users, publicBaseUrl, onWarning } = options;
        const context: StorageContext = {
            backend,
            clock,
            users: new Map(users.map((user) => [user.id, user])),
            firstUser: users[0],
            get publicBaseUrl() {
                return publicBaseUrl?.() ?? DEFAULT_PUBLIC_BASE_URL;
            },
            warn: (message) => onWarning?.(message),
        };
        const [datasets, keyValueStores, requestQueues] = await Promise.all([
            loadStorages(backend, 'dataset'),
            loadStorages(backend, 'keyValueStore'),
            loadStorages(backend, 'requestQueue'),
        ]);
        const queues = new StorageCollection<RequestQueue>(
            {
                kind: 'requestQueue',
                context,
                open: (header) => new RequestQueue(header),
                newContents: NEW_QUEUE_CONTENTS,
            },
            requestQueues,
        );
        await recoverQueues(queues);
        return new Storages(
            context,
            new StorageCollection(
                {
                    kind: 'dataset',
                    context,
                    open: (header) => new Dataset(header),
                    readSchema: givenSchemaReader(readItemCheck),
                },
                datasets,
            ),
            new StorageCollection(
                {
                    kind: 'keyValueStore',
                    context,
                    open: (header) => new KeyValueStore(header),
                    readSchema: givenSchemaReader(readCollections),
                },
                keyValueStores,
            ),
            queues,
        );
    }

    /** All storages with their data as they are at this moment. */
    dump(): Record<StorageKind, StoredStorage[]> {
        return {
            dataset: this.datasets.dump(),
            keyValueStore: this.keyValueStores.dump(),
            requestQueue: this.requestQueues.dump(),
        };
    }

    /** Saves what has changed and closes the backend. Calling it again does nothing. */
    async close(): Promise<void> {
        return (this.#closing ??= this.#close());
    }

    async #close(): Promise<void> {
        try {
            for (const collection of [this.datasets, this.keyValueStores, this.requestQueues]) collection.close();
        } finally {
            await this.#backend.close();
        }
    }
}

/** Reads those that were not properly closed, since nothing else says how much is in them. */
async function recoverQueues(queues: StorageCollection<RequestQueue>): Promise<void> {
    for (const queue of queues.unsettled()) {
        try {
            await queue.recover();
        } catch (error) {
            if (!isDamage(error)) throw error;
            queues.spoil(queue.id, error);
        }
    }
}

async function loadStorages(backend: StorageBackend, kind: StorageKind): Promise<LoadedStorages> {
    const outlines = await backend.outlineAll(kind);
    return outlines ? { outlines } : { documents: await backend.loadAll(kind) };
}

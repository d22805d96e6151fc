import { checkOptions } from '../util/check.js';
import type { Clock } from '../util/clock.js';
import type { StorageKind } from '../model/api/storage.js';
import type { StorageBackend, StorageSnapshot } from './backend.js';
import { Dataset } from './dataset/dataset.js';
import { DatasetData } from './dataset/dataset-data.js';
import { isCorruption } from './file/fs-error.js';
import { compileItemValidator } from './dataset/validate-items.js';
import { KeyValueStore, KeyValueStoreData } from './key-value-store/key-value-store.js';
import { RequestQueue } from './request-queue/request-queue.js';
import { EMPTY_QUEUE_SUMMARY, RequestQueueData } from './request-queue/request-queue-data.js';
import { StorageCollection } from './storage-collection.js';
import type { StorageContext, StorageUser } from './stored-data.js';
import { parseCollections } from './key-value-store/store-collections.js';

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

/** The storages by the names that their kinds have. */
export interface StorageKinds {
    dataset: Dataset;
    keyValueStore: KeyValueStore;
    requestQueue: RequestQueue;
}

/** All storages of one engine. */
export class Storages {
    readonly datasets: StorageCollection<Dataset, DatasetData>;
    readonly keyValueStores: StorageCollection<KeyValueStore, KeyValueStoreData>;
    readonly requestQueues: StorageCollection<RequestQueue, RequestQueueData>;
    readonly #context: StorageContext;
    #closing: Promise<void> | undefined;

    private constructor(context: StorageContext) {
        this.#context = context;
        this.requestQueues = new StorageCollection({
            kind: 'requestQueue',
            context,
            Data: RequestQueueData,
            Storage: RequestQueue,
            initialState: EMPTY_QUEUE_SUMMARY,
        });
        this.datasets = new StorageCollection({
            kind: 'dataset',
            context,
            Data: DatasetData,
            Storage: Dataset,
            parseSchema: compileItemValidator,
        });
        this.keyValueStores = new StorageCollection({
            kind: 'keyValueStore',
            context,
            Data: KeyValueStoreData,
            Storage: KeyValueStore,
            parseSchema: parseCollections,
        });
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
            defaultUser: users[0],
            get publicBaseUrl() {
                return publicBaseUrl?.() ?? DEFAULT_PUBLIC_BASE_URL;
            },
            warn: (message) => onWarning?.(message),
        };
        const storages = new Storages(context);
        await recoverQueues(storages.requestQueues);
        return storages;
    }

    /** Start of all URLs of the engine, without a slash at its end. */
    get publicBaseUrl(): string {
        return this.#context.publicBaseUrl;
    }

    /** The storages of one kind. */
    of<Kind extends StorageKind>(kind: Kind): StorageCollection<StorageKinds[Kind], never> {
        const collections = {
            dataset: this.datasets,
            keyValueStore: this.keyValueStores,
            requestQueue: this.requestQueues,
        };
        return collections[kind] as unknown as StorageCollection<StorageKinds[Kind], never>;
    }

    /** All storages with their data as they are at this moment. */
    snapshot(): Record<StorageKind, StorageSnapshot[]> {
        return {
            dataset: this.datasets.snapshot(),
            keyValueStore: this.keyValueStores.snapshot(),
            requestQueue: this.requestQueues.snapshot(),
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
            await this.#context.backend.close();
        }
    }
}

/** Reads those that were not properly closed, since nothing else says how much is in them. */
async function recoverQueues(queues: StorageCollection<RequestQueue, RequestQueueData>): Promise<void> {
    for (const queue of queues.all()) {
        try {
            if (queue.needsRecovery) await queue.recover();
        } catch (error) {
            if (!isCorruption(error)) throw error;
            queues.markCorrupted(queue.id, error);
        }
    }
}

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

/** Dependencies of the storages of an engine. */
export interface StoragesOptions {
    backend: StorageBackend;
    clock: Clock;
    /** Users who own storages. The first one owns the storages of unknown users. */
    users: readonly [StorageUser, ...StorageUser[]];
    /** Returns the start of the URLs in infos and lists of keys, which may change. Default: `http://localhost`. */
    publicBaseUrl?: () => string | undefined;
    /** Receives a message about each storage that cannot be read. Default: the messages are dropped. */
    onWarning?: (message: string) => void;
}

/** The type of the handle for each kind of storage. */
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
     * Opens the storages of the backend.
     *
     * The data of a storage is read on first use, except for request queues that were not closed properly. A storage that cannot be
     * read is reported to `onWarning`; opening it throws `storage-corrupted`.
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

    /** Start of all URLs of the engine, without a trailing slash. */
    get publicBaseUrl(): string {
        return this.#context.publicBaseUrl;
    }

    /** Returns the storages of one kind. */
    of<Kind extends StorageKind>(kind: Kind): StorageCollection<StorageKinds[Kind], never> {
        const collections = {
            dataset: this.datasets,
            keyValueStore: this.keyValueStores,
            requestQueue: this.requestQueues,
        };
        return collections[kind] as unknown as StorageCollection<StorageKinds[Kind], never>;
    }

    /** Returns all storages with their current data. */
    snapshot(): Record<StorageKind, StorageSnapshot[]> {
        return {
            dataset: this.datasets.snapshot(),
            keyValueStore: this.keyValueStores.snapshot(),
            requestQueue: this.requestQueues.snapshot(),
        };
    }

    /** Saves pending changes and closes the backend. Further calls do nothing. */
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

/** Reads the queues that were not closed properly, since their counts are only in the journal. */
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

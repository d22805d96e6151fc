import { checkOptions } from '../util/check.js';
import type { Clock } from '../util/clock.js';
import type { StorageKind } from '../model/storage.js';
import type { StorageBackend, StoredStorage } from './backend.js';
import { Dataset } from './dataset.js';
import { DatasetContents } from './dataset-contents.js';
import { isDamage } from './disk-error.js';
import { readItemCheck } from './item-check.js';
import { KeyValueStore } from './key-value-store.js';
import { KeyValueStoreContents } from './key-value-store-contents.js';
import { RequestQueue } from './request-queue.js';
import { NEW_QUEUE_CONTENTS, RequestQueueContents, savedCounts } from './request-queue-contents.js';
import { StorageCollection } from './storage-collection.js';
import type { StorageContext, StorageUser } from './storage-metadata.js';
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
    readonly datasets: StorageCollection<Dataset, DatasetContents>;
    readonly keyValueStores: StorageCollection<KeyValueStore, KeyValueStoreContents>;
    readonly requestQueues: StorageCollection<RequestQueue, RequestQueueContents>;
    /** Start of all URLs of the engine, without a slash at its end. */
    readonly publicBaseUrl: string;
    readonly #backend: StorageBackend;
    #closing: Promise<void> | undefined;

    private constructor(
        { backend, publicBaseUrl }: StorageContext,
        datasets: StorageCollection<Dataset, DatasetContents>,
        keyValueStores: StorageCollection<KeyValueStore, KeyValueStoreContents>,
        requestQueues: StorageCollection<RequestQueue, RequestQueueContents>,
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
        const queues = new StorageCollection<RequestQueue, RequestQueueContents>({
            kind: 'requestQueue',
            context,
            open: (metadata) => new RequestQueue(metadata),
            openContents: (metadata) => new RequestQueueContents(metadata),
            newContents: NEW_QUEUE_CONTENTS,
        });
        await recoverQueues(queues);
        const datasets = new StorageCollection<Dataset, DatasetContents>({
            kind: 'dataset',
            context,
            open: (metadata) => new Dataset(metadata),
            openContents: (metadata) => new DatasetContents(metadata),
            readSchema: givenSchemaReader(readItemCheck),
        });
        const stores = new StorageCollection<KeyValueStore, KeyValueStoreContents>({
            kind: 'keyValueStore',
            context,
            open: (metadata) => new KeyValueStore(metadata),
            openContents: (metadata) => new KeyValueStoreContents(metadata),
            readSchema: givenSchemaReader(readCollections),
        });
        return new Storages(context, datasets, stores, queues);
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
async function recoverQueues(queues: StorageCollection<RequestQueue, RequestQueueContents>): Promise<void> {
    for (const queue of queues.unsettled((contents) => savedCounts(contents) !== undefined)) {
        try {
            await queue.recover();
        } catch (error) {
            if (!isDamage(error)) throw error;
            queues.markDamaged(queue.id, error);
        }
    }
}

import {
    toItemEntries,
    toKeys,
    toRecordEntries,
    toRecordValues,
    type LazyList,
} from '../util/collections/crawlee-lists.js';
import { checkFolderName } from '../storage/names.js';
import { checkId } from './arguments.js';
import { DatasetResource, LIST_KEYS } from './resources/dataset.js';
import { KEYS_KEYS, KeyValueStoreResource } from './resources/key-value-store.js';
import { RequestQueueResource } from './resources/request-queue.js';
import { createStorageCollectionClient } from './resources/storage-collection.js';
import { withSignedUrls } from './signed-urls.js';
import { StorageRef } from './storage-ref.js';
import type {
    ClientKeysPage,
    ClientRequest,
    DatasetClient,
    KeyValueStoreClient,
    RequestQueueClient,
    RequestQueueClientOptions,
    StorageCollectionClient,
} from '../model/client/storage.js';
import type { ChunkOptions, PagedList } from '../model/api/page.js';
import type {
    DatasetInfo,
    Item,
    ItemsOptions,
    ItemsPage,
    KeyItem,
    KeysOptions,
    KeyValueStoreInfo,
    RequestQueueInfo,
    StorageKind,
} from '../model/api/storage.js';
import type { ClientContext } from './services.js';

/** Client of an engine's storages in the shape of Crawlee's `StorageClient`. */
export interface StorageClient {
    /** Returns the client of the dataset with this id or name. */
    dataset(id: string): StorageDatasetClient;
    /** Returns the client of all datasets. */
    datasets(): StorageCollectionClient<DatasetInfo>;
    /** Returns the client of the key-value store with this id or name. */
    keyValueStore(id: string): StorageStoreClient;
    /** Returns the client of all key-value stores. */
    keyValueStores(): StorageCollectionClient<KeyValueStoreInfo>;
    /**
     * Returns the client of a request queue. Its locks follow the rules of Crawlee's memory storage: prolonging adds to the remaining
     * time, and a request keeps its place unless it goes to the front.
     */
    requestQueue(id: string, options?: RequestQueueClientOptions): StorageQueueClient;
    /** Returns the client of all request queues. */
    requestQueues(): StorageCollectionClient<RequestQueueInfo>;
    /** Rate limit errors, which slow Crawlee down: none. */
    readonly stats: { rateLimitErrors: number[] };
    /**
     * Deletes the dataset and the request queue named `default`, and all records except `INPUT` of the key-value store of that name.
     * Crawlee calls it at its start unless its option `purgeOnStart` is false.
     */
    purge(): Promise<void>;
    /** Does nothing: a write is stored when its promise resolves. */
    teardown(): Promise<void>;
    /** Does nothing: the client belongs to no run. */
    setStatusMessage(message: string, options?: object): Promise<void>;
}

/** A dataset as declared by Crawlee. */
interface StorageDatasetClient<T extends object = Item> extends DatasetClient<T> {
    /** As `listItems`, but with the index of each item. */
    listEntries(
        options?: ItemsOptions & ChunkOptions,
    ): PagedList<[number, T], Omit<ItemsPage<T>, 'items'> & { items: [number, T][] }>;
}

/** A key-value store as declared by Crawlee. */
interface StorageStoreClient extends KeyValueStoreClient {
    /** As `listKeys`, but iterates over the keys as text. */
    keys(options?: KeysOptions): PagedList<string, ClientKeysPage>;
    /** Returns the values of the first page of keys, or iterates over the values of all keys. */
    values(options?: KeysOptions): LazyList<unknown>;
    /** As `values`, with the key of each value. */
    entries(options?: KeysOptions): LazyList<[string, unknown]>;
}

/** A queue as declared by Crawlee, whose requests have an index signature. */
type StorageQueueClient = Omit<RequestQueueClient, 'getRequest'> & {
    /** Returns a request, or undefined if it does not exist. */
    getRequest(id: string): Promise<(ClientRequest & { [field: string]: unknown }) | undefined>;
};

/** Name that Crawlee gives to the storages that it opens without a name. */
const DEFAULT_NAME = 'default';
/** Key of the record that a purge keeps. */
const INPUT_KEY = 'INPUT';

/** Creates a storage client for a Crawlee that runs in the host's thread. */
export function createStorageClient(context: ClientContext): StorageClient {
    const refer = <Kind extends StorageKind>(kind: Kind, id: string): StorageRef<Kind> => {
        checkId('id', id);
        return new StorageRef(context, kind, () => id, `with the id or name \`${id}\``);
    };
    const dataset = (id: string): CrawleeDataset => new CrawleeDataset(context, refer('dataset', id));
    const keyValueStore = (id: string): CrawleeKeyValueStore =>
        new CrawleeKeyValueStore(context, refer('keyValueStore', id));
    const requestQueue = (id: string, options?: RequestQueueClientOptions): StorageQueueClient =>
        new RequestQueueResource(context, refer('requestQueue', id), options, {
            rules: 'crawlee',
        }) as StorageQueueClient;
    return {
        dataset,
        datasets: () => createStorageCollectionClient(context, 'dataset', withSignedUrls, checkFolderName),
        keyValueStore,
        keyValueStores: () => createStorageCollectionClient(context, 'keyValueStore', withSignedUrls, checkFolderName),
        requestQueue,
        requestQueues: () => createStorageCollectionClient(context, 'requestQueue', undefined, checkFolderName),
        stats: { rateLimitErrors: [] },
        purge: async () => {
            await dataset(DEFAULT_NAME).delete();
            await requestQueue(DEFAULT_NAME).delete();
            const store = keyValueStore(DEFAULT_NAME);
            if ((await store.get()) === undefined) return;
            for await (const key of store.keys()) if (key !== INPUT_KEY) await store.deleteRecord(key);
        },
        teardown: async () => {},
        setStatusMessage: async () => {},
    };
}

class CrawleeDataset extends DatasetResource implements StorageDatasetClient {
    override listItems(options?: ItemsOptions & ChunkOptions): PagedList<Item, ItemsPage> {
        return super.listItems(pickKnown(options, LIST_KEYS));
    }

    listEntries(options?: ItemsOptions & ChunkOptions): ReturnType<StorageDatasetClient['listEntries']> {
        return toItemEntries(this.listItems(options), options?.offset);
    }
}

class CrawleeKeyValueStore extends KeyValueStoreResource implements StorageStoreClient {
    override listKeys(options?: KeysOptions): PagedList<KeyItem, ClientKeysPage> {
        return super.listKeys(pickKnown(options, KEYS_KEYS));
    }

    keys(options?: KeysOptions): PagedList<string, ClientKeysPage> {
        return toKeys(this.listKeys(options));
    }

    values(options?: KeysOptions): LazyList<unknown> {
        return toRecordValues(this.listKeys(options), (key) => this.getRecord(key));
    }

    entries(options?: KeysOptions): LazyList<[string, unknown]> {
        return toRecordEntries(this.listKeys(options), (key) => this.getRecord(key));
    }
}

/** Drops unknown options, as Crawlee passes on its own ones, such as `toKVS` and `collectAllKeys` of exports. */
function pickKnown<Options extends object>(options: Options | undefined, known: readonly string[]): Options {
    return Object.fromEntries(Object.entries(options ?? {}).filter(([name]) => known.includes(name))) as Options;
}

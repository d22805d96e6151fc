import type { PagedList, PageOptions, ChunkOptions, Page } from '../api/page.js';
import type { Readable } from 'node:stream';
import type {
    KeysPage,
    QueueRequest,
    QueueListPage,
    Item,
    DatasetInfo,
    StorageUpdate,
    ItemsOptions,
    ItemsPage,
    ItemsFormat,
    DownloadOptions,
    DatasetStatistics,
    KeyValueStoreInfo,
    KeysOptions,
    KeyItem,
    RecordValue,
    JsonValue,
    RecordOptions,
    RecordInput,
    RequestQueueInfo,
    NewQueueRequest,
    QueueOperationOptions,
    QueueOperation,
    QueueBatchResult,
    HttpMethod,
    QueueHead,
    LockedQueueHead,
    QueueListOptions,
} from '../api/storage.js';

/** A page of keys. The start keys are declared as strings, but are null on the first and the last page. */
export type ClientKeysPage = KeysPage & {
    /** Key after which this page starts. */
    exclusiveStartKey: string;
    /** `exclusiveStartKey` of the next page. */
    nextExclusiveStartKey: string;
};

/** A request in a list. `handledAt` is declared as a string, but may be null. */
export type ClientRequest = QueueRequest & {
    /** ISO time at which the request was handled. */
    handledAt?: string;
};

/** A page of requests. */
export type ClientRequestsPage = QueueListPage & {
    /** The requests. */
    items: ClientRequest[];
};

/** Client of all storages of one kind. */
export interface StorageCollectionClient<Info> {
    /** Lists the storages. */
    list(options?: StorageListOptions): PagedList<Info, StoragesPage<Info>>;
    /** Returns the storage with this name, and creates it if it does not exist. Without a name, creates an unnamed one. */
    getOrCreate(name?: string, options?: { schema?: Record<string, unknown> }): Promise<Info>;
}

/** Selects storages. */
export interface StorageListOptions extends PageOptions, ChunkOptions {
    /** If true, includes unnamed storages. Default: false. */
    unnamed?: boolean;
    /** Own storages, or those shared by other users; no storages are shared, so that list is empty. Default: both. */
    ownership?: 'ownedByMe' | 'sharedWithMe';
}

/** A page of storages. */
export type StoragesPage<Info> = Page<Info> & {
    /** True if unnamed storages are included. */
    unnamed: boolean;
};

/** Client of one dataset. */
export interface DatasetClient<T extends object = Item> {
    /** Returns the dataset, or undefined if it does not exist. */
    get(): Promise<DatasetInfo | undefined>;
    /** Updates the given fields. */
    update(fields: StorageUpdate): Promise<DatasetInfo>;
    /** Deletes the dataset. A dataset that does not exist is not an error. */
    delete(): Promise<void>;
    /**
     * Appends items: objects, or the JSON of an object or of an array of objects. If an item is invalid, none is appended.
     *
     * @throws EngineError `invalid-value`, `request-too-large` above 9,437,184 bytes, `schema-validation-error`.
     */
    pushItems(items: T | T[] | string | string[]): Promise<void>;
    /** Lists the items, oldest first unless `desc`. */
    listItems(options?: ItemsOptions & ChunkOptions): PagedList<T, ItemsPage<T>>;
    /** Returns the items as a file. */
    downloadItems(format: ItemsFormat, options?: DownloadOptions): Promise<Buffer>;
    /** Returns statistics of the items' fields, or undefined if the dataset does not exist. */
    getStatistics(): Promise<DatasetStatistics | undefined>;
    /**
     * Returns a signed URL of the items, which needs no token.
     *
     * @param options - Query of the URL. `expiresInSecs`: validity by the engine's clock. Default: unlimited.
     */
    createItemsPublicUrl(options?: ItemsOptions & { expiresInSecs?: number }): Promise<string>;
}

/** Client of one key-value store. */
export interface KeyValueStoreClient {
    /** Returns the store, or undefined if it does not exist. */
    get(): Promise<KeyValueStoreInfo | undefined>;
    /** Updates the given fields. */
    update(fields: StorageUpdate): Promise<KeyValueStoreInfo>;
    /** Deletes the store. A store that does not exist is not an error. */
    delete(): Promise<void>;
    /** Lists the keys, in binary order. */
    listKeys(options?: KeysOptions): PagedList<KeyItem, ClientKeysPage>;
    /** Returns true if the store has a record with this key. */
    recordExists(key: string): Promise<boolean>;
    /** Returns a record, or undefined if it does not exist. By default JSON and text are parsed, else the value is a Buffer. */
    getRecord(key: string): Promise<RecordValue<JsonValue> | undefined>;
    getRecord<Options extends RecordOptions>(
        key: string,
        options: Options,
    ): Promise<RecordValue<RecordForm<Options>> | undefined>;
    /** Stores a record, replacing one with the same key. The options are accepted without effect. */
    setRecord(record: RecordInput, options?: { timeoutSecs?: number; doNotRetryTimeouts?: boolean }): Promise<void>;
    /** Deletes a record. A record that does not exist is not an error. */
    deleteRecord(key: string): Promise<void>;
    /** Returns a signed URL of a record, which needs no token. */
    getRecordPublicUrl(key: string): Promise<string>;
    /** Returns a signed URL of the keys; see {@link DatasetClient.createItemsPublicUrl}. */
    createKeysPublicUrl(options?: KeysOptions & { expiresInSecs?: number }): Promise<string>;
}

/** Type of a record's value by {@link RecordOptions}. */
export type RecordForm<Options extends RecordOptions> = Options['stream'] extends true
    ? Readable
    : Options['buffer'] extends true
      ? Buffer
      : JsonValue;

/** Options of a request queue's client. */
export interface RequestQueueClientOptions {
    /** Key that identifies the client as the owner of locks: 1 to 32 characters. Default: random. */
    clientKey?: string;
    /** Accepted for compatibility with `apify-client`. */
    timeoutSecs?: number;
}

/** Client of one request queue. */
export interface RequestQueueClient {
    /** Returns the queue, or undefined if it does not exist. */
    get(): Promise<RequestQueueInfo | undefined>;
    /** Updates the given fields. */
    update(fields: StorageUpdate): Promise<RequestQueueInfo>;
    /** Deletes the queue. A queue that does not exist is not an error. */
    delete(): Promise<void>;
    /** Adds a request, unless the queue has one with the same `uniqueKey`. */
    addRequest(request: NewQueueRequest, options?: QueueOperationOptions): Promise<QueueOperation>;
    /** Adds requests. If one is invalid, none is added. */
    batchAddRequests(requests: NewQueueRequest[], options?: BatchAddOptions): Promise<QueueBatchResult>;
    /** Deletes requests, by id or `uniqueKey`. */
    batchDeleteRequests(requests: ({ id: string } | { uniqueKey: string })[]): Promise<QueueBatchResult>;
    /** Returns a request, or undefined if it does not exist. */
    getRequest(id: string): Promise<(ClientRequest & { method: HttpMethod }) | undefined>;
    /** Replaces a request; adds it if it does not exist. With `handledAt` it counts as handled. */
    updateRequest(request: QueueRequest, options?: QueueOperationOptions): Promise<QueueOperation>;
    /** Deletes a request. A request that does not exist is not an error. */
    deleteRequest(id: string): Promise<void>;
    /** Returns the first pending requests, without locking them. */
    listHead(options?: { limit?: number }): Promise<QueueHead>;
    /** Returns the first pending requests, and locks them for `lockSecs` seconds. */
    listAndLockHead(options: { lockSecs: number; limit?: number }): Promise<LockedQueueHead>;
    /**
     * Prolongs the lock of a request to `lockSecs` seconds from now. If `forefront`, the request goes to the front when the
     * lock expires.
     *
     * @throws EngineError `request-locked` if another client holds the lock.
     */
    prolongRequestLock(
        id: string,
        options: { lockSecs: number; forefront?: boolean },
    ): Promise<{ lockExpiresAt: Date }>;
    /**
     * Unlocks a request, which goes to the back of the queue, or to its front if `forefront`.
     *
     * @throws EngineError `request-locked` if another client holds the lock.
     */
    deleteRequestLock(id: string, options?: QueueOperationOptions): Promise<void>;
    /** Unlocks all requests that this client, or another client of the same run, has locked. */
    unlockRequests(): Promise<{ unlockedCount: number }>;
    /** Lists the requests. */
    listRequests(options?: QueueListOptions): PagedList<ClientRequest, ClientRequestsPage>;
    /** Iterates over the requests page by page. `maxPageLimit`: maximum number of requests on a page. */
    paginateRequests(options?: QueueListOptions & { maxPageLimit?: number }): AsyncIterable<ClientRequestsPage>;
}

/** Options for adding a batch. The engine processes each request, so only `forefront` has an effect. */
export interface BatchAddOptions extends QueueOperationOptions {
    /** Accepted without effect. */
    maxUnprocessedRequestsRetries?: number;
    /** Accepted without effect. */
    maxParallel?: number;
    /** Accepted without effect. */
    minDelayBetweenUnprocessedRequestsRetriesMillis?: number;
}

import type { Readable } from 'node:stream';
import type { Actor, ActorStats, StoreActor, StoreListOptions } from '../api/actor.js';
import type { ActorBuildOptions, BuildClient, BuildCollectionClient, ClientBuild } from './build.js';
import type { Page, PagedList, PageOptions } from '../api/page.js';
import type { PricingInput, RunChargeOptions } from '../api/pricing.js';
import type {
    CallOptions,
    MetamorphOptions,
    ResurrectOptions,
    Run,
    RunGeneralAccess,
    RunListItem,
    RunOrigin,
    StartOptions,
} from '../api/run.js';
import type { ScheduleClient, ScheduleCollectionClient } from '../api/schedule.js';
import type { JobStatus } from '../api/status.js';
import type {
    DatasetInfo,
    DatasetStatistics,
    DownloadOptions,
    HttpMethod,
    Item,
    ItemsFormat,
    ItemsOptions,
    ItemsPage,
    JsonValue,
    KeyItem,
    KeysOptions,
    KeysPage,
    KeyValueStoreInfo,
    LockedQueueHead,
    NewQueueRequest,
    QueueBatchResult,
    QueueHead,
    QueueListOptions,
    QueueListPage,
    QueueOperation,
    QueueOperationOptions,
    QueueRequest,
    RecordInput,
    RecordOptions,
    RecordValue,
    RequestQueueInfo,
    StorageUpdate,
} from '../api/storage.js';
import type { TaskClient, TaskCollectionClient } from '../api/task.js';
import type {
    WebhookClient,
    WebhookCollectionClient,
    WebhookDispatchClient,
    WebhookDispatchCollectionClient,
} from '../api/webhook.js';
import type { UserClient } from '../api/account.js';
import type { VersionFields, ActorVersionClient, ActorVersionCollectionClient } from '../api/version.js';

export type * from './build.js';
export type * from '../api/account.js';
export type * from '../api/version.js';

/*
 * The interfaces of `apify-client`. Two clients implement them: the host's, which works on the engine, and the Actor's, which
 * sends its calls to the host. A method that is missing in one of them does not compile.
 *
 * Results must be assignable to the types of `apify-client`, which declares some fields as required although the API omits
 * them or sends null. The `Client…` types below follow it, and say so.
 */

/** A run. `finishedAt` is declared as required, as in `apify-client`, but is absent until the run has finished. */
export type ClientRun = Run & {
    /** Time of the end. */
    finishedAt: Date;
};

/** A run in a list. `finishedAt` is declared as required, but is absent until the run has finished. */
export type ClientRunListItem = RunListItem & {
    /** Time of the end. */
    finishedAt: Date;
};

/** An Actor. `stats.lastRunStartedAt` is declared as required, but is absent before the first run. */
export type ClientActor = Actor & {
    /** Usage counts. */
    stats: ActorStats & { lastRunStartedAt: Date };
};

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

/** Options for iterating over a list. */
export interface ChunkOptions {
    /** Number of items to load at a time while iterating. Default: the maximum of a page. */
    chunkSize?: number;
}

/**
 * Client in the shape of `apify-client`. Methods of the returned clients throw an EngineError: `record-not-found` if the
 * resource does not exist (except `get` and `delete`), `insufficient-permissions` if it belongs to another user,
 * `invalid-value` or `unknown-option` for invalid arguments.
 *
 * Source: the platform's API client for JavaScript, https://docs.apify.com/api/client/js.
 */
export interface Client {
    /** Returns the client of an Actor, by id or name. */
    actor(id: string): ActorClient;
    /** Returns the client of the user's Actors. */
    actors(): ActorCollectionClient;
    /** Returns the client of a build. */
    build(id: string): BuildClient;
    /** Returns the client of the user's builds. */
    builds(): BuildCollectionClient;
    /** Returns the client of a run. */
    run(id: string): RunClient;
    /** Returns the client of the user's runs. */
    runs(): RunCollectionClient;
    /** Returns the client of a dataset, by id or name. */
    dataset<T extends object = Item>(id: string): DatasetClient<T>;
    /** Returns the client of the user's datasets. */
    datasets(): StorageCollectionClient<DatasetInfo>;
    /** Returns the client of a key-value store, by id or name. */
    keyValueStore(id: string): KeyValueStoreClient;
    /** Returns the client of the user's key-value stores. */
    keyValueStores(): StorageCollectionClient<KeyValueStoreInfo>;
    /** Returns the client of a request queue, by id or name. */
    requestQueue(id: string, options?: RequestQueueClientOptions): RequestQueueClient;
    /** Returns the client of the user's request queues. */
    requestQueues(): StorageCollectionClient<RequestQueueInfo>;
    /** Returns the client of the log of a run or build. */
    log(runOrBuildId: string): LogClient;
    /** Returns the client of a task, by id or name. */
    task(id: string): TaskClient;
    /** Returns the client of the user's tasks. */
    tasks(): TaskCollectionClient;
    /** Returns the client of a schedule, by id or name. */
    schedule(id: string): ScheduleClient;
    /** Returns the client of the user's schedules. */
    schedules(): ScheduleCollectionClient;
    /** Returns the client of a user, by id or username. Default: `me`, the current user. */
    user(id?: string): UserClient;
    /** Returns the client of the Store: the engine's public Actors. */
    store(): StoreCollectionClient;
    /** Returns the client of a webhook. */
    webhook(id: string): WebhookClient;
    /** Returns the client of the user's webhooks. */
    webhooks(): WebhookCollectionClient;
    /** Returns the client of a webhook dispatch. */
    webhookDispatch(id: string): WebhookDispatchClient;
    /** Returns the client of the user's webhook dispatches. */
    webhookDispatches(): WebhookDispatchCollectionClient;
    /**
     * Sets the status message of the client's run. Available only inside an Actor.
     *
     * @throws EngineError `record-not-found` for a client without a run.
     */
    setStatusMessage(message: string, options?: { isStatusMessageTerminal?: boolean; level?: string }): Promise<void>;
}

/** The record of a started run, with a non-enumerable method to wait for its end. */
export type StartedRun = ClientRun & {
    /** Waits for the end of the run, and returns its record. */
    waitForFinish(options?: WaitOptions): Promise<ClientRun>;
};

/** Options for waiting for the end of a run or build. */
export interface WaitOptions {
    /** Maximum number of seconds; then the current record is returned. Default: until the end. */
    waitSecs?: number;
    /** Cancels the wait, but not the run. Only for clients in the host: a signal cannot be sent to another thread. */
    signal?: AbortSignal;
}

/** The form of `start` with a single argument: the input and the options in one object. */
export type StartArguments = {
    /** Input of the run. */
    input: unknown;
} & StartOptions;

/** Client of one Actor. */
export interface ActorClient {
    /** Returns the Actor, or undefined if it does not exist. */
    get(): Promise<ClientActor | undefined>;
    /** Updates the given fields. */
    update(fields: ActorUpdate): Promise<ClientActor>;
    /** Deletes the Actor and its builds. Its runs are kept. An Actor that does not exist is not an error. */
    delete(): Promise<void>;
    /**
     * Starts a run.
     *
     * @param input - JSON value, or text or bytes with `contentType`. Validated by the Actor's input schema.
     * @throws EngineError `actor-not-found`, `invalid-input`.
     */
    start(input?: unknown, options?: StartOptions): Promise<StartedRun>;
    /** Starts a run and waits for its end. Throws as {@link ActorClient.start}. */
    call(input?: unknown, options?: CallOptions & Pick<WaitOptions, 'signal'>): Promise<ClientRun>;
    /**
     * Validates an input, and returns true.
     *
     * @throws EngineError `invalid-input` if a start would reject the input.
     */
    validateInput(input?: unknown, options?: ValidateInputOptions): Promise<boolean>;
    /** Returns the client of one of the Actor's runs. */
    run(runId: string): RunClient;
    /** Returns the client of the Actor's runs. */
    runs(): RunCollectionClient;
    /** Returns the client of the latest run. */
    lastRun(options?: LastRunOptions): RunClient;
    /** Returns the client of the Actor's webhooks. */
    webhooks(): WebhookCollectionClient;
    /** Starts a build of a version. Returns it after `waitForFinish` seconds or at its end. */
    build(versionNumber: string, options?: ActorBuildOptions): Promise<ClientBuild>;
    /** Returns the client of the Actor's builds. */
    builds(): BuildCollectionClient;
    /**
     * Returns the client of the default build, which runs use unless they name another one.
     *
     * @throws EngineError `record-not-found` if the Actor has none.
     */
    defaultBuild(options?: { waitForFinish?: number }): Promise<BuildClient>;
    /** Returns the client of one version. */
    version(versionNumber: string): ActorVersionClient;
    /** Returns the client of the Actor's versions. */
    versions(): ActorVersionCollectionClient;
}

/** Options for validating an input. */
export interface ValidateInputOptions {
    /** Tag or number of the build whose input schema applies. Default: `latest`. */
    build?: string;
    /** Content type of an input that is a string or bytes. Default: JSON. */
    contentType?: string;
}

/** Fields of an Actor that its owner can set; see {@link Actor}. */
export interface ActorFields extends Partial<
    Pick<
        Actor,
        | 'name'
        | 'title'
        | 'description'
        | 'isPublic'
        | 'isDeprecated'
        | 'categories'
        | 'seoTitle'
        | 'seoDescription'
        | 'restartOnError'
        | 'exampleRunInput'
        | 'actorPermissionLevel'
    >
> {
    /** Default options of runs. */
    defaultRunOptions?: Partial<Actor['defaultRunOptions']>;
    /** Standby settings. Stored without effect. */
    actorStandby?: Partial<Actor['actorStandby']>;
    /** All versions; others are removed. */
    versions?: readonly VersionFields[];
    /** All pricings. Existing runs keep theirs. */
    pricingInfos?: readonly PricingInput[];
}

/** Changes of an Actor. Null removes a value. */
export interface ActorUpdate extends ActorFields {
    /** Tags to move to successful builds, or null to remove a tag. Other tags are kept. */
    taggedBuilds?: Readonly<Record<string, { buildId?: string } | null>>;
}

/** Restricts the latest run. */
export interface LastRunOptions {
    /** Status of the run. Default: any. */
    status?: JobStatus;
    /** Origin of the run. Default: any. `APIFY_AI` is known only to `apify-client`, not to the API. */
    origin?: RunOrigin | 'APIFY_AI';
}

/** Client of all Actors of the user. */
export interface ActorCollectionClient {
    /** Lists the Actors, oldest first unless `desc`. */
    list(options?: ActorListOptions): PagedList<ActorListItem>;
    /** Creates an Actor. It can run once a version of it was built. Its default name is generated. */
    create(fields?: ActorFields): Promise<ClientActor>;
}

/** Filter and order of Actors. */
export interface ActorListOptions extends PageOptions, ChunkOptions {
    /** Accepted without effect: only Actors of the user are listed. */
    my?: boolean;
    /** Order. Default: `createdAt`. */
    sortBy?: 'createdAt' | 'stats.lastRunStartedAt';
}

/** An Actor in a list. */
export type ActorListItem = Pick<Actor, 'id' | 'name' | 'username' | 'title' | 'createdAt' | 'modifiedAt' | 'stats'>;

/** Client of one run. */
export interface RunClient {
    /** Returns the run, or undefined if it does not exist. `waitForFinish`: seconds to wait for its end, up to 60. */
    get(options?: { waitForFinish?: number }): Promise<ClientRun | undefined>;
    /** Updates the given fields. */
    update(fields: RunUpdate): Promise<ClientRun>;
    /**
     * Deletes a finished run with its storages, log and charges. A run that does not exist is not an error.
     *
     * @throws EngineError `cannot-remove-running-run` before its end.
     */
    delete(): Promise<void>;
    /**
     * Aborts the run. If `gracefully`, the Actor first receives the event `aborting`, and has the engine's `abortGraceSecs` to
     * exit.
     */
    abort(options?: { gracefully?: boolean }): Promise<ClientRun>;
    /** Metamorphs the run into another Actor, which continues with the same default storages and the given input. */
    metamorph(targetActorId: string, input?: unknown, options?: MetamorphOptions): Promise<ClientRun>;
    /** Restarts the Actor of a running run, keeping its storages. */
    reboot(): Promise<ClientRun>;
    /** Resurrects a finished run: it continues with the same storages and log, with a fresh timeout. */
    resurrect(options?: ResurrectOptions): Promise<ClientRun>;
    /** Charges the run for an event of its pricing. */
    charge(options: RunChargeOptions): Promise<ChargeAnswer>;
    /** Waits for the end of the run, and returns its record. */
    waitForFinish(options?: WaitOptions): Promise<ClientRun>;
    /** Returns the client of the default dataset. */
    dataset(): DatasetClient;
    /** Returns the client of the default key-value store. */
    keyValueStore(): KeyValueStoreClient;
    /** Returns the client of the default request queue. */
    requestQueue(): RequestQueueClient;
    /** Returns the client of the run's log. */
    log(): LogClient;
}

/** Result of a charge in `apify-client`: the HTTP response of the API, which has no data. */
export interface ChargeAnswer {
    /** Empty. */
    data: Record<string, never>;
    /** HTTP status: 201. */
    status: number;
    /** Text of the HTTP status. */
    statusText: string;
    /** HTTP headers: none. */
    headers: Record<string, string>;
    /** Absent. Declared because `apify-client` returns the HTTP request here. */
    config: never;
}

/** Changes of a run. */
export interface RunUpdate {
    /** Status message. */
    statusMessage?: string;
    /** If true, the status message is final: the engine does not replace it at the end. */
    isStatusMessageTerminal?: boolean;
    /** Access of users other than the owner; null resets it. */
    generalAccess?: RunGeneralAccess | null;
    /** Accepted for compatibility with `apify-client`: the level at which the SDK logs the message. */
    level?: string;
}

/** Client of runs: those of one Actor or task, or all. */
export interface RunCollectionClient {
    /** Lists the runs, oldest first unless `desc`. */
    list(options?: RunListOptions): PagedList<ClientRunListItem>;
}

/** Selects runs. */
export interface RunListOptions extends PageOptions, ChunkOptions {
    /** One or more statuses. Default: any. */
    status?: JobStatus | JobStatus[];
    /** Latest start, inclusive. */
    startedBefore?: Date | string;
    /** Earliest start, inclusive. */
    startedAfter?: Date | string;
}

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
    /** Own storages, or those shared by other users, of which there are none. Default: both. */
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

/** Client of the log of a run or build. If `raw`, the text includes the Actor's colors and other control sequences. */
export interface LogClient {
    /** Returns the log so far, or undefined if the run or build does not exist. */
    get(options?: { raw?: boolean }): Promise<string | undefined>;
    /** Returns a stream of the log, which ends with the run or build, or undefined if that does not exist. */
    stream(options?: { raw?: boolean }): Promise<Readable | undefined>;
}

/** Client of the Store: the engine's public Actors. */
export interface StoreCollectionClient {
    /** Lists the public Actors. */
    list(options?: StoreListOptions): PagedList<StoreActor>;
}

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
 * The shape of `apify-client`, as interfaces. Two sides implement them: the host's client, which does the work, and the
 * Actor's, which asks the host for it. A method that is missing on one side does not compile.
 *
 * What methods return must be assignable to what `apify-client` declares, and that declares some fields as always there
 * although the API leaves them out or sends null. The `Client…` types below follow it in this, and say so.
 */

/** A run. `finishedAt` is declared as always there, as in `apify-client`, but is absent until the run has ended. */
export type ClientRun = Run & { finishedAt: Date };

/** A run of a list. `finishedAt` is declared as always there, but is absent until the run has ended. */
export type ClientRunListItem = RunListItem & { finishedAt: Date };

/** An Actor. `lastRunStartedAt` is declared as always there, but is absent until there is a run. */
export type ClientActor = Actor & { stats: ActorStats & { lastRunStartedAt: Date } };

/** A page of keys. Its start keys are declared as text, but are null on the first and on the last page. */
export type ClientKeysPage = KeysPage & { exclusiveStartKey: string; nextExclusiveStartKey: string };

/** A request of a queue, as lists have it. `handledAt` may be null. */
export type ClientRequest = QueueRequest & { handledAt?: string };

/** A page of requests. */
export type ClientRequestsPage = QueueListPage & { items: ClientRequest[] };

/** How the iteration over a list of pages loads them. */
export interface ChunkOptions {
    /** How many to load at a time while iterating. Default: as many as one page may have. */
    chunkSize?: number;
}

/** The whole API, resource by resource. */
export interface Client {
    actor(id: string): ActorClient;
    actors(): ActorCollectionClient;
    build(id: string): BuildClient;
    builds(): BuildCollectionClient;
    run(id: string): RunClient;
    runs(): RunCollectionClient;
    dataset<T extends object = Item>(id: string): DatasetClient<T>;
    datasets(): StorageCollectionClient<DatasetInfo>;
    keyValueStore(id: string): KeyValueStoreClient;
    keyValueStores(): StorageCollectionClient<KeyValueStoreInfo>;
    requestQueue(id: string, options?: RequestQueueClientOptions): RequestQueueClient;
    requestQueues(): StorageCollectionClient<RequestQueueInfo>;
    log(runOrBuildId: string): LogClient;
    task(id: string): TaskClient;
    tasks(): TaskCollectionClient;
    schedule(id: string): ScheduleClient;
    schedules(): ScheduleCollectionClient;
    user(id?: string): UserClient;
    store(): StoreCollectionClient;
    webhook(id: string): WebhookClient;
    webhooks(): WebhookCollectionClient;
    webhookDispatch(id: string): WebhookDispatchClient;
    webhookDispatches(): WebhookDispatchCollectionClient;
    /** Sets the status message of the run this client belongs to; only inside an Actor. */
    setStatusMessage(message: string, options?: { isStatusMessageTerminal?: boolean; level?: string }): Promise<void>;
}

/** The record that `start` returns: plain data, plus a way to wait that does not show in it. */
export type StartedRun = ClientRun & { waitForFinish(options?: WaitOptions): Promise<ClientRun> };

/** How long to wait for the end of a run. */
export interface WaitOptions {
    /** Seconds. Default: until it ends. */
    waitSecs?: number;
    /** Gives up the wait, not the run. In process only: a signal does not travel to another thread. */
    signal?: AbortSignal;
}

/** What the seed's form of `start` takes: input and options in one object. */
export type StartArguments = { input: unknown } & StartOptions;

/** One Actor. */
export interface ActorClient {
    get(): Promise<ClientActor | undefined>;
    update(fields: ActorUpdate): Promise<ClientActor>;
    delete(): Promise<void>;
    start(input?: unknown, options?: StartOptions): Promise<StartedRun>;
    call(input?: unknown, options?: CallOptions & Pick<WaitOptions, 'signal'>): Promise<ClientRun>;
    /** True for an input that a start would take; throws `invalid-input` for any other. */
    validateInput(input?: unknown, options?: ValidateInputOptions): Promise<boolean>;
    run(runId: string): RunClient;
    runs(): RunCollectionClient;
    lastRun(options?: LastRunOptions): RunClient;
    webhooks(): WebhookCollectionClient;
    /** Makes a build of a version, and returns as soon as it exists, or has ended if that is waited for. */
    build(versionNumber: string, options?: ActorBuildOptions): Promise<ClientBuild>;
    builds(): BuildCollectionClient;
    /** The build that runs get which name none. */
    defaultBuild(options?: { waitForFinish?: number }): Promise<BuildClient>;
    version(versionNumber: string): ActorVersionClient;
    versions(): ActorVersionCollectionClient;
}

/** How an input is looked at. */
export interface ValidateInputOptions {
    /** Tag or number of the build whose input schema counts. Default: `latest`. */
    build?: string;
    /** Type of an input that is text or bytes. Default: the input is JSON. */
    contentType?: string;
}

/** What an owner can set of an Actor. */
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
    defaultRunOptions?: Partial<Actor['defaultRunOptions']>;
    actorStandby?: Partial<Actor['actorStandby']>;
    /** All versions; those that are not among them are removed. */
    versions?: readonly VersionFields[];
    /** All pricings of the Actor; runs that exist keep theirs. */
    pricingInfos?: readonly PricingInput[];
}

/** What an owner can change of an Actor; a field that is null is emptied. */
export interface ActorUpdate extends ActorFields {
    /** Tags to move to builds that have succeeded, or to take away, with null. All other tags stay. */
    taggedBuilds?: Readonly<Record<string, { buildId?: string } | null>>;
}

/** Which run counts as the last one. */
export interface LastRunOptions {
    status?: JobStatus;
    /** `APIFY_AI` is one that `apify-client` knows and the API's own list does not. */
    origin?: RunOrigin | 'APIFY_AI';
}

/** All Actors of the user. */
export interface ActorCollectionClient {
    list(options?: ActorListOptions): PagedList<ActorListItem>;
    /** Makes an Actor, which can be run once a version of it has been built. Without a name it gets one. */
    create(fields?: ActorFields): Promise<ClientActor>;
}

/** Which Actors to list, and in which order. */
export interface ActorListOptions extends PageOptions, ChunkOptions {
    /** Only Actors of the user, which all are. */
    my?: boolean;
    /** Default: `createdAt`. */
    sortBy?: 'createdAt' | 'stats.lastRunStartedAt';
}

/** What lists of Actors show of each. */
export type ActorListItem = Pick<Actor, 'id' | 'name' | 'username' | 'title' | 'createdAt' | 'modifiedAt' | 'stats'>;

/** One run. */
export interface RunClient {
    get(options?: { waitForFinish?: number }): Promise<ClientRun | undefined>;
    update(fields: RunUpdate): Promise<ClientRun>;
    delete(): Promise<void>;
    abort(options?: { gracefully?: boolean }): Promise<ClientRun>;
    metamorph(targetActorId: string, input?: unknown, options?: MetamorphOptions): Promise<ClientRun>;
    reboot(): Promise<ClientRun>;
    resurrect(options?: ResurrectOptions): Promise<ClientRun>;
    charge(options: RunChargeOptions): Promise<ChargeAnswer>;
    waitForFinish(options?: WaitOptions): Promise<ClientRun>;
    dataset(): DatasetClient;
    keyValueStore(): KeyValueStoreClient;
    requestQueue(): RequestQueueClient;
    log(): LogClient;
}

/** What `apify-client` returns for a charge: the answer of the API, which says nothing but that it went well. */
export interface ChargeAnswer {
    data: Record<string, never>;
    status: number;
    statusText: string;
    headers: Record<string, string>;
    /** Declared for the sake of `apify-client`, where it is that of a request; there is none here. */
    config: never;
}

/** What can be changed of a run. */
export interface RunUpdate {
    statusMessage?: string;
    isStatusMessageTerminal?: boolean;
    generalAccess?: RunGeneralAccess | null;
    /** Accepted for the sake of `apify-client`: how the SDK logs the message. */
    level?: string;
}

/** Runs, of one Actor or of all. */
export interface RunCollectionClient {
    list(options?: RunListOptions): PagedList<ClientRunListItem>;
}

/** Which runs to list. */
export interface RunListOptions extends PageOptions, ChunkOptions {
    status?: JobStatus | JobStatus[];
    startedBefore?: Date | string;
    startedAfter?: Date | string;
}

/** The storages of one kind. */
export interface StorageCollectionClient<Info> {
    list(options?: StorageListOptions): PagedList<Info, StoragesPage<Info>>;
    getOrCreate(name?: string, options?: { schema?: Record<string, unknown> }): Promise<Info>;
}

/** Which storages to list. */
export interface StorageListOptions extends PageOptions, ChunkOptions {
    /** Those without a name too. Default: false. */
    unnamed?: boolean;
    /** The user's own, or what others share with the user, which is nothing. Default: both. */
    ownership?: 'ownedByMe' | 'sharedWithMe';
}

/** A page of storages. */
export type StoragesPage<Info> = Page<Info> & { unnamed: boolean };

/** One dataset. */
export interface DatasetClient<T extends object = Item> {
    get(): Promise<DatasetInfo | undefined>;
    update(fields: StorageUpdate): Promise<DatasetInfo>;
    delete(): Promise<void>;
    pushItems(items: T | T[] | string | string[]): Promise<void>;
    listItems(options?: ItemsOptions & ChunkOptions): PagedList<T, ItemsPage<T>>;
    downloadItems(format: ItemsFormat, options?: DownloadOptions): Promise<Buffer>;
    getStatistics(): Promise<DatasetStatistics | undefined>;
    /** The URL of the items under the engine's base URL; `expiresInSecs` has no effect, as nothing is signed here. */
    createItemsPublicUrl(options?: ItemsOptions & { expiresInSecs?: number }): Promise<string>;
}

/** One key-value store. */
export interface KeyValueStoreClient {
    get(): Promise<KeyValueStoreInfo | undefined>;
    update(fields: StorageUpdate): Promise<KeyValueStoreInfo>;
    delete(): Promise<void>;
    listKeys(options?: KeysOptions): PagedList<KeyItem, ClientKeysPage>;
    recordExists(key: string): Promise<boolean>;
    getRecord(key: string): Promise<RecordValue<JsonValue> | undefined>;
    getRecord<Options extends RecordOptions>(
        key: string,
        options: Options,
    ): Promise<RecordValue<RecordForm<Options>> | undefined>;
    setRecord(record: RecordInput, options?: { timeoutSecs?: number; doNotRetryTimeouts?: boolean }): Promise<void>;
    deleteRecord(key: string): Promise<void>;
    getRecordPublicUrl(key: string): Promise<string>;
    /** As {@link DatasetClient.createItemsPublicUrl}, of the keys. */
    createKeysPublicUrl(options?: KeysOptions & { expiresInSecs?: number }): Promise<string>;
}

/** What a record's value is, as asked for; without options JSON and text come parsed, all other types as a Buffer. */
export type RecordForm<Options extends RecordOptions> = Options['stream'] extends true
    ? Readable
    : Options['buffer'] extends true
      ? Buffer
      : JsonValue;

/** Who is speaking to a queue. */
export interface RequestQueueClientOptions {
    /** 1 to 32 characters; locks belong to it. Default: a new one for each client. */
    clientKey?: string;
    timeoutSecs?: number;
}

/** One request queue. */
export interface RequestQueueClient {
    get(): Promise<RequestQueueInfo | undefined>;
    update(fields: StorageUpdate): Promise<RequestQueueInfo>;
    delete(): Promise<void>;
    addRequest(request: NewQueueRequest, options?: QueueOperationOptions): Promise<QueueOperation>;
    batchAddRequests(requests: NewQueueRequest[], options?: BatchAddOptions): Promise<QueueBatchResult>;
    batchDeleteRequests(requests: ({ id: string } | { uniqueKey: string })[]): Promise<QueueBatchResult>;
    getRequest(id: string): Promise<(ClientRequest & { method: HttpMethod }) | undefined>;
    updateRequest(request: QueueRequest, options?: QueueOperationOptions): Promise<QueueOperation>;
    deleteRequest(id: string): Promise<void>;
    listHead(options?: { limit?: number }): Promise<QueueHead>;
    listAndLockHead(options: { lockSecs: number; limit?: number }): Promise<LockedQueueHead>;
    prolongRequestLock(
        id: string,
        options: { lockSecs: number; forefront?: boolean },
    ): Promise<{ lockExpiresAt: Date }>;
    deleteRequestLock(id: string, options?: QueueOperationOptions): Promise<void>;
    unlockRequests(): Promise<{ unlockedCount: number }>;
    listRequests(options?: QueueListOptions): PagedList<ClientRequest, ClientRequestsPage>;
    paginateRequests(options?: QueueListOptions & { maxPageLimit?: number }): AsyncIterable<ClientRequestsPage>;
}

/** How to add a batch. In process nothing is lost or rate limited, so that only `forefront` has a meaning. */
export interface BatchAddOptions extends QueueOperationOptions {
    maxUnprocessedRequestsRetries?: number;
    maxParallel?: number;
    minDelayBetweenUnprocessedRequestsRetriesMillis?: number;
}

/** The log of one run or build. */
export interface LogClient {
    get(options?: { raw?: boolean }): Promise<string | undefined>;
    stream(options?: { raw?: boolean }): Promise<Readable | undefined>;
}

/** The public Actors of the engine. */
export interface StoreCollectionClient {
    list(options?: StoreListOptions): PagedList<StoreActor>;
}

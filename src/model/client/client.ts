import type {
    ClientRun,
    StartedRun,
    WaitOptions,
    LastRunOptions,
    RunClient,
    RunCollectionClient,
    LogClient,
} from './run.js';
import type {
    StorageCollectionClient,
    DatasetClient,
    KeyValueStoreClient,
    RequestQueueClientOptions,
    RequestQueueClient,
} from './storage.js';
import type { Actor, ActorStats, StoreActor, StoreListOptions } from '../api/actor.js';
import type { ActorBuildOptions, BuildClient, BuildCollectionClient, ClientBuild } from './build.js';
import type { ChunkOptions, PagedList, PageOptions } from '../api/page.js';
import type { PricingInput } from '../api/pricing.js';
import type { CallOptions, StartOptions } from '../api/run.js';
import type { ScheduleClient, ScheduleCollectionClient } from '../api/schedule.js';
import type { DatasetInfo, Item, KeyValueStoreInfo, RequestQueueInfo } from '../api/storage.js';
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

/** An Actor. `stats.lastRunStartedAt` is declared as required, but is absent before the first run. */
export type ClientActor = Actor & {
    /** Usage counts. */
    stats: ActorStats & { lastRunStartedAt: Date };
};

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

/** Client of the Store: the engine's public Actors. */
export interface StoreCollectionClient {
    /** Lists the public Actors. */
    list(options?: StoreListOptions): PagedList<StoreActor>;
}

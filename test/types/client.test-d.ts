/*
 * Compares our client with the real `apify-client` at compile time. The real classes have private members, so that no other
 * type is assignable to them; their methods are compared by name. Each of ours must accept the arguments of the real one, and
 * return a value that is assignable to the result of the real one.
 */
import type * as real from 'apify-client';
import type {
    ActorClient,
    ActorCollectionClient,
    ActorEnvVarClient,
    ActorEnvVarCollectionClient,
    ActorVersionClient,
    ActorVersionCollectionClient,
    BuildClient,
    BuildCollectionClient,
    Client,
    ClientActor,
    StoreCollectionClient,
    UserClient,
} from '../../src/model/client/client.js';
import type { LogClient, RunClient, RunCollectionClient } from '../../src/model/client/run.js';
import type {
    DatasetClient,
    KeyValueStoreClient,
    RequestQueueClient,
    StorageCollectionClient,
} from '../../src/model/client/storage.js';
import type {
    WebhookClient,
    WebhookCollectionClient,
    WebhookDispatchClient,
    WebhookDispatchCollectionClient,
    WebhookDispatch,
    WebhookEventType,
} from '../../src/model/api/webhook.js';
import type { Schedule, ScheduleClient, ScheduleCollectionClient } from '../../src/model/api/schedule.js';
import type { DatasetInfo, KeyValueStoreInfo, RequestQueueInfo } from '../../src/model/api/storage.js';
import type { TaskClient, TaskCollectionClient } from '../../src/model/api/task.js';

/** Compiles only if the result is true. */
declare function check<Result extends true>(): Result;
declare function is<A extends B, B>(): A;

type Accepts<Ours, Real> = Real extends (...args: infer Args) => unknown
    ? Ours extends (...args: Args) => unknown
        ? true
        : false
    : never;

/** Names of our methods that do not accept the arguments of the real ones. */
type Rejecting<Ours, Real> = {
    [Name in keyof Ours & keyof Real]: Accepts<Ours[Name], Real[Name]> extends true ? never : Name;
}[keyof Ours & keyof Real];

/** True if the named methods can replace the real ones, else a description of those that cannot. */
type Fits<Ours, Real, Names extends keyof Ours & keyof Real> = [
    Rejecting<Pick<Ours, Names>, Pick<Real, Names>>,
] extends [never]
    ? Pick<Ours, Names> extends Pick<Real, Names>
        ? true
        : { doesNotReturn: Pick<Real, Names> }
    : { rejects: Rejecting<Pick<Ours, Names>, Pick<Real, Names>> };

/** Common methods, except those that return another resource, which are compared separately. */
type Shared<Ours, Real> = Exclude<
    keyof Ours & keyof Real,
    | 'run'
    | 'runs'
    | 'lastRun'
    | 'builds'
    | 'version'
    | 'versions'
    | 'envVar'
    | 'envVars'
    | 'webhooks'
    | 'dispatches'
    | 'dataset'
    | 'keyValueStore'
    | 'requestQueue'
    | 'log'
>;

check<Fits<DatasetClient, real.DatasetClient, Shared<DatasetClient, real.DatasetClient>>>();
check<Fits<KeyValueStoreClient, real.KeyValueStoreClient, Shared<KeyValueStoreClient, real.KeyValueStoreClient>>>();
check<Fits<RequestQueueClient, real.RequestQueueClient, Shared<RequestQueueClient, real.RequestQueueClient>>>();
check<Fits<RunClient, real.RunClient, Shared<RunClient, real.RunClient>>>();
check<Fits<RunCollectionClient, real.RunCollectionClient, 'list'>>();
check<Fits<ActorClient, real.ActorClient, 'delete' | 'start' | 'call' | 'build' | 'validateInput'>>();
check<Fits<BuildClient, real.BuildClient, Exclude<Shared<BuildClient, real.BuildClient>, 'log'>>>();
check<Fits<BuildCollectionClient, real.BuildCollectionClient, 'list'>>();
check<Fits<ActorVersionClient, real.ActorVersionClient, 'delete'>>();
check<Fits<ActorEnvVarClient, real.ActorEnvVarClient, 'get' | 'update' | 'delete'>>();
check<Fits<ActorEnvVarCollectionClient, real.ActorEnvVarCollectionClient, 'list' | 'create'>>();
check<Fits<ActorCollectionClient, real.ActorCollectionClient, 'list'>>();
check<Fits<LogClient, real.LogClient, 'get' | 'stream'>>();
check<Fits<UserClient, real.UserClient, Shared<UserClient, real.UserClient>>>();
check<Fits<StoreCollectionClient, real.StoreCollectionClient, 'list'>>();
check<Fits<TaskClient, real.TaskClient, Shared<TaskClient, real.TaskClient>>>();
check<Fits<TaskCollectionClient, real.TaskCollectionClient, 'list' | 'create'>>();
check<Fits<Client, real.ApifyClient, 'setStatusMessage'>>();
check<Fits<WebhookClient, real.WebhookClient, 'get' | 'update' | 'delete'>>();
check<Fits<WebhookCollectionClient, real.WebhookCollectionClient, 'list' | 'create'>>();

type CollectionMethods = 'list' | 'getOrCreate';
check<Fits<StorageCollectionClient<DatasetInfo>, real.DatasetCollectionClient, CollectionMethods>>();
check<Fits<StorageCollectionClient<KeyValueStoreInfo>, real.KeyValueStoreCollectionClient, CollectionMethods>>();
check<Fits<StorageCollectionClient<RequestQueueInfo>, real.RequestQueueCollectionClient, CollectionMethods>>();

// Ours has no additional methods, except `actor(id).run(runId)`.
is<Exclude<keyof ActorClient, keyof real.ActorClient>, 'run'>();
is<Exclude<keyof DatasetClient, keyof real.DatasetClient>, never>();
is<Exclude<keyof KeyValueStoreClient, keyof real.KeyValueStoreClient>, never>();
is<Exclude<keyof RequestQueueClient, keyof real.RequestQueueClient>, never>();
is<Exclude<keyof RunClient, keyof real.RunClient>, never>();
is<Exclude<keyof WebhookClient, keyof real.WebhookClient>, never>();
is<Exclude<keyof TaskClient, keyof real.TaskClient>, never>();
is<Exclude<keyof ScheduleClient, keyof real.ScheduleClient>, never>();
is<Exclude<keyof Client, keyof real.ApifyClient>, never>();
is<Exclude<keyof BuildClient, keyof real.BuildClient>, never>();
is<Exclude<keyof ActorVersionClient, keyof real.ActorVersionClient>, never>();

// The source type of a version is an enum, to which no other type is assignable.
is<Omit<ClientActor, 'versions'>, Omit<real.Actor, 'versions'>>();
is<NonNullable<Awaited<ReturnType<ActorClient['get']>>>, ClientActor>();
check<Accepts<ActorClient['update'], real.ActorClient['update']>>();
check<Accepts<ActorCollectionClient['create'], real.ActorCollectionClient['create']>>();
check<Accepts<ActorVersionClient['update'], real.ActorVersionClient['update']>>();
check<Accepts<ActorVersionCollectionClient['create'], real.ActorVersionCollectionClient['create']>>();

// The event types equal those of the platform.
is<WebhookEventType, real.WebhookEventType>();
is<real.WebhookEventType, WebhookEventType>();

// The status of a dispatch is an enum, too.
is<Omit<WebhookDispatch, 'status'>, Omit<real.WebhookDispatch, 'status'>>();
is<Awaited<ReturnType<WebhookDispatchClient['get']>>, WebhookDispatch | undefined>();
is<Awaited<ReturnType<WebhookClient['test']>>, WebhookDispatch | undefined>();
is<Rejecting<WebhookDispatchCollectionClient, real.WebhookDispatchCollectionClient>, never>();
is<Rejecting<WebhookClient, real.WebhookClient>, never>();

// The times of a schedule are dates, although they are declared as strings. Its time zone may be any, and the type of its
// actions is an enum. Its log is declared as a string, but is an array.
is<
    Omit<Schedule, 'nextRunAt' | 'lastRunAt' | 'timezone' | 'actions'>,
    Omit<real.Schedule, 'nextRunAt' | 'lastRunAt' | 'timezone' | 'actions'>
>();
is<Rejecting<ScheduleClient, real.ScheduleClient>, never>();
is<Rejecting<ScheduleCollectionClient, real.ScheduleCollectionClient>, never>();

// Methods that return a resource accept the arguments of the real ones; `dataset` has its own type parameter.
is<Rejecting<Omit<Client, 'dataset'>, real.ApifyClient>, never>();
is<Rejecting<ActorClient, real.ActorClient>, never>();
is<Rejecting<RunClient, real.RunClient>, never>();
is<Rejecting<TaskClient, real.TaskClient>, never>();

/** An interface without an index signature. */
interface Product {
    url: string;
    price?: number;
}
check<Fits<DatasetClient<Product>, real.DatasetClient<Product>, 'pushItems' | 'listItems'>>();

export async function useLikeTheRealOne(client: Client, format: real.DownloadItemsFormat): Promise<void> {
    const dataset = client.dataset<Product>('products');
    const { items } = await dataset.listItems({ limit: 10, chunkSize: 5 });
    is<typeof items, Product[]>();
    for await (const item of dataset.listItems()) is<typeof item, Product>();
    is<Awaited<ReturnType<typeof dataset.downloadItems>>, Buffer>();
    await dataset.downloadItems(format);
    // @ts-expect-error no such format
    await dataset.downloadItems('cvs');

    const stream = await client.keyValueStore('store').getRecord('key', { stream: true });
    stream?.value.pipe(process.stdout);
    const bytes = await client.keyValueStore('store').getRecord('key', { buffer: true });
    bytes?.value.toString('hex');

    const run = await client.actor('me/scraper').start({ url: 'https://example.com' });
    const asReal: real.ActorRun = await run.waitForFinish();
    is<typeof asReal.status, string>();
}

// Asserts that the comparison detects differences.
// @ts-expect-error accepts less than the real one
check<Fits<{ abort(options: { gracefully: 'yes' }): never }, real.RunClient, 'abort'>>();
// @ts-expect-error returns another type
check<Fits<{ abort(options?: object): Promise<string> }, real.RunClient, 'abort'>>();

/*
 * Our client beside the real `apify-client`, compared by the compiler; there is nothing here to run. The real classes have
 * private members, and so nothing but themselves is assignable to them; what is compared is their methods, by name. Each
 * of ours takes all that the real one takes, and returns what is assignable to what the real one returns.
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
    DatasetClient,
    KeyValueStoreClient,
    LogClient,
    RequestQueueClient,
    RunClient,
    RunCollectionClient,
    StorageCollectionClient,
    StoreCollectionClient,
    UserClient,
} from '../../src/model/client/client.js';
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

/** Compiles only if the verdict is true. */
declare function check<Verdict extends true>(): Verdict;
declare function is<A extends B, B>(): A;

type Takes<Ours, Real> = Real extends (...args: infer Args) => unknown
    ? Ours extends (...args: Args) => unknown
        ? true
        : false
    : never;

/** The names of those methods of ours that refuse what the real ones take. */
type Refusing<Ours, Real> = {
    [Name in keyof Ours & keyof Real]: Takes<Ours[Name], Real[Name]> extends true ? never : Name;
}[keyof Ours & keyof Real];

/** True if the named methods of ours can stand in for the real ones, else a word on those that cannot. */
type Fits<Ours, Real, Names extends keyof Ours & keyof Real> = [
    Refusing<Pick<Ours, Names>, Pick<Real, Names>>,
] extends [never]
    ? Pick<Ours, Names> extends Pick<Real, Names>
        ? true
        : { returnsOtherThan: Pick<Real, Names> }
    : { refuses: Refusing<Pick<Ours, Names>, Pick<Real, Names>> };

/** All methods that both have, but for those that lead to another resource; those are compared by themselves. */
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

// Ours has no method that the real one does not have, but for the seed's `actor(id).run(runId)`.
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

// An Actor's versions name the type of their source by an enum, and nothing but that enum is assignable to it.
is<Omit<ClientActor, 'versions'>, Omit<real.Actor, 'versions'>>();
is<NonNullable<Awaited<ReturnType<ActorClient['get']>>>, ClientActor>();
check<Takes<ActorClient['update'], real.ActorClient['update']>>();
check<Takes<ActorCollectionClient['create'], real.ActorCollectionClient['create']>>();
check<Takes<ActorVersionClient['update'], real.ActorVersionClient['update']>>();
check<Takes<ActorVersionCollectionClient['create'], real.ActorVersionCollectionClient['create']>>();

// The types of events are those of the platform, all of them.
is<WebhookEventType, real.WebhookEventType>();
is<real.WebhookEventType, WebhookEventType>();

// So it is with the status of a dispatch.
is<Omit<WebhookDispatch, 'status'>, Omit<real.WebhookDispatch, 'status'>>();
is<Awaited<ReturnType<WebhookDispatchClient['get']>>, WebhookDispatch | undefined>();
is<Awaited<ReturnType<WebhookClient['test']>>, WebhookDispatch | undefined>();
is<Refusing<WebhookDispatchCollectionClient, real.WebhookDispatchCollectionClient>, never>();
is<Refusing<WebhookClient, real.WebhookClient>, never>();

// A schedule's times are dates, although they are declared as texts; its zone may be any that there is; and its actions name
// their type by an enum. Its log is declared as a text, and is a list.
is<
    Omit<Schedule, 'nextRunAt' | 'lastRunAt' | 'timezone' | 'actions'>,
    Omit<real.Schedule, 'nextRunAt' | 'lastRunAt' | 'timezone' | 'actions'>
>();
is<Refusing<ScheduleClient, real.ScheduleClient>, never>();
is<Refusing<ScheduleCollectionClient, real.ScheduleCollectionClient>, never>();

// Whatever leads to a resource takes what the real one takes; `dataset` has a type parameter of its own.
is<Refusing<Omit<Client, 'dataset'>, real.ApifyClient>, never>();
is<Refusing<ActorClient, real.ActorClient>, never>();
is<Refusing<RunClient, real.RunClient>, never>();
is<Refusing<TaskClient, real.TaskClient>, never>();

/** An interface, which has no index signature. */
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

// The comparison itself tells a difference: without these, all of the above could pass for nothing.
// @ts-expect-error takes less than the real one
check<Fits<{ abort(options: { gracefully: 'yes' }): never }, real.RunClient, 'abort'>>();
// @ts-expect-error returns something else
check<Fits<{ abort(options?: object): Promise<string> }, real.RunClient, 'abort'>>();

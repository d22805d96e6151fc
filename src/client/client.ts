import { checkOptions } from '../util/check.js';
import { checkId, notFound } from './arguments.js';
import { ActorCollectionResource } from './resources/actors.js';
import { ActorResource } from './resources/actor.js';
import { buildById, BuildResource, BuildCollectionResource } from './resources/build.js';
import { DatasetResource } from './resources/dataset.js';
import { KeyValueStoreResource } from './resources/key-value-store.js';
import { LogResource } from './resources/log.js';
import { RequestQueueResource } from './resources/request-queue.js';
import { runById, RunResource, RunCollectionResource } from './resources/run.js';
import { ScheduleResource, ScheduleCollectionResource } from './resources/schedules.js';
import { StorageCollectionResource } from './resources/storage-collection.js';
import { StoreCollectionResource } from './resources/store.js';
import { TaskResource, TaskCollectionResource } from './resources/tasks.js';
import { UserResource } from './resources/user.js';
import { withSignedItems, withSignedKeys } from './signed-urls.js';
import {
    WebhookResource,
    WebhookDispatchCollectionResource,
    WebhookDispatchResource,
    WebhookCollectionResource,
} from './resources/webhooks.js';
import { lookupsFor, storageByReference } from './storage-ref.js';
import type {
    ActorClient,
    ActorCollectionClient,
    BuildClient,
    BuildCollectionClient,
    Client,
    DatasetClient,
    KeyValueStoreClient,
    LogClient,
    RequestQueueClient,
    RequestQueueClientOptions,
    RunClient,
    RunCollectionClient,
    StorageCollectionClient,
    StoreCollectionClient,
    UserClient,
} from '../model/client.js';
import type { GivenToRun, RunOrigin, ScheduleCause } from '../model/run.js';
import type { ScheduleClient, ScheduleCollectionClient } from '../model/schedule.js';
import type { DatasetInfo, Item, KeyValueStoreInfo, RequestQueueInfo } from '../model/storage.js';
import type {
    WebhookClient,
    WebhookCollectionClient,
    WebhookDispatchClient,
    WebhookDispatchCollectionClient,
} from '../model/webhook.js';
import type { TaskClient, TaskCollectionClient } from '../model/task.js';
import type { UseCounter } from '../storage/use-counter.js';
import type { ClientContext, LockLoss } from './client-context.js';
import type { ClientHost } from './client-host.js';

/** On whose behalf a client speaks. */
export interface ClientOptions {
    /** What the runs it starts have as their `meta.origin`. Default: `ACTOR` for a client of a run, else `API`. */
    origin?: RunOrigin;
    /** The time of a schedule that the runs it starts are started for. Default: none. */
    schedule?: ScheduleCause;
    /** What the runs it starts are given by whoever holds the engine. Default: nothing. */
    given?: GivenToRun;
    /** The run that the client belongs to. Default: none. */
    runId?: string;
    /** Told what is done to the data of storages through the client. Default: nobody is. */
    user?: UseCounter;
    /** How the locks of the client are lost. Default: as locks are. */
    lossBy?: LockLoss;
}

/** Makes a client in the shape of `apify-client`, which works on the engine itself: in process, without HTTP. */
export function createClient(host: ClientHost, options: ClientOptions = {}): Client {
    const { runId, origin = runId === undefined ? 'API' : 'ACTOR', schedule, given, user, lossBy } = options;
    const cause = {
        // Asked for each time: the same user may have another id in another state of the engine.
        get userId() {
            return host.user.id;
        },
        origin,
        ...(schedule && { schedule }),
        ...(given && { given }),
        ...(runId !== undefined && { byRunId: runId }),
    };
    return new EngineClient({ host, cause, runId, lossBy, storages: lookupsFor(host.storages, user) });
}

class EngineClient implements Client {
    readonly #context: ClientContext;

    constructor(context: ClientContext) {
        this.#context = context;
    }

    actor(id: string): ActorClient {
        checkId('id', id);
        return new ActorResource(this.#context, id);
    }

    actors(): ActorCollectionClient {
        return new ActorCollectionResource(this.#context.host.actors);
    }

    build(id: string): BuildClient {
        checkId('id', id);
        return new BuildResource(this.#context.host, buildById(this.#context.host, id));
    }

    builds(): BuildCollectionClient {
        return new BuildCollectionResource(() => this.#context.host.builds.list());
    }

    run(id: string): RunClient {
        checkId('id', id);
        return new RunResource(this.#context, runById(this.#context, id));
    }

    runs(): RunCollectionClient {
        return new RunCollectionResource((query) => this.#context.host.runs.page(query));
    }

    dataset<T extends object = Item>(id: string): DatasetClient<T> {
        checkId('id', id);
        const { host, storages } = this.#context;
        return new DatasetResource<T>(storageByReference(storages.datasets, 'dataset', id), host);
    }

    datasets(): StorageCollectionClient<DatasetInfo> {
        const { host } = this.#context;
        return new StorageCollectionResource(host.storages.datasets, (info) => withSignedItems(info, host));
    }

    keyValueStore(id: string): KeyValueStoreClient {
        checkId('id', id);
        const { host, storages } = this.#context;
        return new KeyValueStoreResource(storageByReference(storages.keyValueStores, 'key-value store', id), host);
    }

    keyValueStores(): StorageCollectionClient<KeyValueStoreInfo> {
        const { host } = this.#context;
        return new StorageCollectionResource(host.storages.keyValueStores, (info) => withSignedKeys(info, host));
    }

    requestQueue(id: string, options?: RequestQueueClientOptions): RequestQueueClient {
        checkId('id', id);
        const { host, runId, storages, lossBy } = this.#context;
        const { requestQueues } = storages;
        if (runId !== undefined && options?.clientKey !== undefined) host.noteQueueClient(runId, id, options.clientKey);
        return new RequestQueueResource(storageByReference(requestQueues, 'request queue', id), options, {
            clientsOfRun: (queueId) => (runId === undefined ? [] : host.queueClientsOf(runId, queueId)),
            lossBy,
        });
    }

    requestQueues(): StorageCollectionClient<RequestQueueInfo> {
        return new StorageCollectionResource(this.#context.host.storages.requestQueues, (info) => info);
    }

    log(runOrBuildId: string): LogClient {
        checkId('runOrBuildId', runOrBuildId);
        return new LogResource(this.#context.host, () => runOrBuildId);
    }

    task(id: string): TaskClient {
        checkId('id', id);
        return new TaskResource(this.#context, id);
    }

    tasks(): TaskCollectionClient {
        return new TaskCollectionResource(this.#context.host);
    }

    schedule(id: string): ScheduleClient {
        checkId('id', id);
        return new ScheduleResource(this.#context.host, id);
    }

    schedules(): ScheduleCollectionClient {
        return new ScheduleCollectionResource(this.#context.host);
    }

    user(id = 'me'): UserClient {
        checkId('id', id);
        return new UserResource(this.#context.host, id);
    }

    store(): StoreCollectionClient {
        return new StoreCollectionResource(this.#context.host);
    }

    webhook(id: string): WebhookClient {
        checkId('id', id);
        return new WebhookResource(this.#context.host.webhooks, id);
    }

    webhooks(): WebhookCollectionClient {
        return new WebhookCollectionResource(this.#context.host.webhooks);
    }

    webhookDispatch(id: string): WebhookDispatchClient {
        checkId('id', id);
        return new WebhookDispatchResource(this.#context.host.webhooks, id);
    }

    webhookDispatches(): WebhookDispatchCollectionClient {
        return new WebhookDispatchCollectionResource(this.#context.host.webhooks);
    }

    async setStatusMessage(
        message: string,
        options?: { isStatusMessageTerminal?: boolean; level?: string },
    ): Promise<void> {
        checkOptions('options', options, ['isStatusMessageTerminal', 'level']);
        const { runId } = this.#context;
        if (runId === undefined) {
            throw notFound('run that this client belongs to', 'Use `run(id).update({ statusMessage })`.');
        }
        await this.run(runId).update({ statusMessage: message, ...options });
    }
}

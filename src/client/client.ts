import { checkOptions } from '../util/check.js';
import { checkId, notFound } from './arguments.js';
import { ActorCollectionResource } from './resources/actors.js';
import { ActorResource } from './resources/actor.js';
import { BuildResource, BuildCollectionResource } from './resources/build.js';
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
import { StorageRef } from './storage-ref.js';
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
import type { DatasetInfo, Item, KeyValueStoreInfo, RequestQueueInfo, StorageKind } from '../model/storage.js';
import type {
    WebhookClient,
    WebhookCollectionClient,
    WebhookDispatchClient,
    WebhookDispatchCollectionClient,
} from '../model/webhook.js';
import type { TaskClient, TaskCollectionClient } from '../model/task.js';
import type { UseCounter } from '../storage/use-counter.js';
import type { ClientContext, ClientServices, LockLoss } from './services.js';

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

/**
 * Makes a client in the shape of `apify-client`, which works on the engine itself: in process, without HTTP.
 *
 * @param services - Called for each operation: a restore gives the engine other services.
 */
export function createClient(services: () => ClientServices, options: ClientOptions = {}): Client {
    const { runId, origin = runId === undefined ? 'API' : 'ACTOR', schedule, given, user: counter, lossBy } = options;
    return new EngineClient({
        get services() {
            return services();
        },
        cause: {
            get userId() {
                return services().viewer.user?.id ?? '';
            },
            origin,
            ...(schedule && { schedule }),
            ...(given && { given }),
            ...(runId !== undefined && { byRunId: runId }),
        },
        runId,
        lossBy,
        counter,
    });
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
        return new ActorCollectionResource(this.#context);
    }

    build(id: string): BuildClient {
        checkId('id', id);
        return new BuildResource(this.#context, id);
    }

    builds(): BuildCollectionClient {
        return new BuildCollectionResource(this.#context);
    }

    run(id: string): RunClient {
        checkId('id', id);
        return new RunResource(this.#context, runById(id));
    }

    runs(): RunCollectionClient {
        return new RunCollectionResource(this.#context);
    }

    dataset<T extends object = Item>(id: string): DatasetClient<T> {
        return new DatasetResource<T>(this.#context, this.#storage('dataset', id));
    }

    datasets(): StorageCollectionClient<DatasetInfo> {
        return new StorageCollectionResource(this.#context, 'dataset', withSignedItems);
    }

    keyValueStore(id: string): KeyValueStoreClient {
        return new KeyValueStoreResource(this.#context, this.#storage('keyValueStore', id));
    }

    keyValueStores(): StorageCollectionClient<KeyValueStoreInfo> {
        return new StorageCollectionResource(this.#context, 'keyValueStore', withSignedKeys);
    }

    requestQueue(id: string, options?: RequestQueueClientOptions): RequestQueueClient {
        const ref = this.#storage('requestQueue', id);
        const { runId, lossBy } = this.#context;
        if (runId === undefined) return new RequestQueueResource(ref, options, { lossBy });
        const { queueClients } = this.#context.services;
        if (options?.clientKey !== undefined) queueClients.note(runId, id, options.clientKey);
        const clientsOfRun = (queueId: string): readonly string[] => queueClients.of(runId, queueId);
        return new RequestQueueResource(ref, options, { clientsOfRun, lossBy });
    }

    requestQueues(): StorageCollectionClient<RequestQueueInfo> {
        return new StorageCollectionResource(this.#context, 'requestQueue');
    }

    log(runOrBuildId: string): LogClient {
        checkId('runOrBuildId', runOrBuildId);
        return new LogResource(this.#context, () => runOrBuildId);
    }

    task(id: string): TaskClient {
        checkId('id', id);
        return new TaskResource(this.#context, id);
    }

    tasks(): TaskCollectionClient {
        return new TaskCollectionResource(this.#context);
    }

    schedule(id: string): ScheduleClient {
        checkId('id', id);
        return new ScheduleResource(this.#context, id);
    }

    schedules(): ScheduleCollectionClient {
        return new ScheduleCollectionResource(this.#context);
    }

    user(id = 'me'): UserClient {
        checkId('id', id);
        return new UserResource(this.#context, id);
    }

    store(): StoreCollectionClient {
        return new StoreCollectionResource(this.#context);
    }

    webhook(id: string): WebhookClient {
        checkId('id', id);
        return new WebhookResource(this.#context, id);
    }

    webhooks(): WebhookCollectionClient {
        return new WebhookCollectionResource(this.#context);
    }

    webhookDispatch(id: string): WebhookDispatchClient {
        checkId('id', id);
        return new WebhookDispatchResource(this.#context, id);
    }

    webhookDispatches(): WebhookDispatchCollectionClient {
        return new WebhookDispatchCollectionResource(this.#context);
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

    #storage<Kind extends StorageKind>(kind: Kind, id: string): StorageRef<Kind> {
        checkId('id', id);
        return new StorageRef(this.#context, kind, () => id, `with the id or name \`${id}\``);
    }
}

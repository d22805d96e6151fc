import { checkOptions } from '../util/check.js';
import { checkId, notFound } from './arguments.js';
import { actorCollectionClient } from './resources/actors.js';
import { actorClient } from './resources/actor.js';
import { buildClient, buildCollectionClient } from './resources/build.js';
import { DatasetResource } from './resources/dataset.js';
import { KeyValueStoreResource } from './resources/key-value-store.js';
import { logClient } from './resources/log.js';
import { RequestQueueResource, type LockHolder } from './resources/request-queue.js';
import { runById, runClient, runCollectionClient } from './resources/run.js';
import { scheduleClient, scheduleCollectionClient } from './resources/schedules.js';
import { storageCollectionClient } from './resources/storage-collection.js';
import { storeCollectionClient } from './resources/store.js';
import { taskClient, taskCollectionClient } from './resources/tasks.js';
import { userClient } from './resources/user.js';
import {
    webhookClient,
    webhookCollectionClient,
    webhookDispatchClient,
    webhookDispatchCollectionClient,
} from './resources/webhooks.js';
import { withSignedUrls } from './signed-urls.js';
import { StorageRef } from './storage-ref.js';
import type { Client, RequestQueueClientOptions } from '../model/client/client.js';
import type { RunOrigin, ScheduleCause } from '../model/api/run.js';
import type { StorageKind } from '../model/api/storage.js';
import type { UsageRecorder } from '../storage/storage-document.js';
import type { ClientContext, ClientServices, LockLoss } from './services.js';

/** On whose behalf a client speaks. */
export interface ClientOptions {
    /** What the runs it starts have as their `meta.origin`. Default: `ACTOR` for a client of a run, else `API`. */
    origin?: RunOrigin;
    /** The time of a schedule that the runs it starts are started for. Default: none. */
    schedule?: ScheduleCause;
    /** The run that the client belongs to. Default: none. */
    runId?: string;
    /** Told what is done to the data of storages through the client. Default: nobody is. */
    user?: UsageRecorder;
    /** How the locks of the client are lost. Default: as locks are. */
    lossBy?: LockLoss;
}

/** Makes a client in the shape of `apify-client`, which works on the engine itself: in process, without HTTP. */
export function createClient(services: () => ClientServices, options: ClientOptions = {}): Client {
    return clientOf(createContext(services, options));
}

/**
 * Makes what the resources of a client share.
 *
 * @param services - Called for each operation: a restore gives the engine other services.
 */
export function createContext(services: () => ClientServices, options: ClientOptions): ClientContext {
    const { runId, origin = runId === undefined ? 'API' : 'ACTOR', schedule, user: counter, lossBy } = options;
    return {
        get services() {
            return services();
        },
        cause: {
            get userId() {
                return services().viewer.user?.id ?? '';
            },
            origin,
            ...(schedule && { schedule }),
            ...(runId !== undefined && { byRunId: runId }),
        },
        runId,
        lossBy,
        counter,
    };
}

function clientOf(context: ClientContext): Client {
    const byId =
        <Resource>(make: (context: ClientContext, id: string) => Resource) =>
        (id: string): Resource => {
            checkId('id', id);
            return make(context, id);
        };
    const storage = <Kind extends StorageKind>(kind: Kind, id: string): StorageRef<Kind> => {
        checkId('id', id);
        return new StorageRef(context, kind, () => id, `with the id or name \`${id}\``);
    };
    const run = byId((_, id) => runClient(context, runById(id)));
    return {
        run,
        actor: byId(actorClient),
        actors: () => actorCollectionClient(context),
        build: byId(buildClient),
        builds: () => buildCollectionClient(context),
        runs: () => runCollectionClient(context),
        dataset: (id) => new DatasetResource(context, storage('dataset', id)),
        datasets: () => storageCollectionClient(context, 'dataset', withSignedUrls),
        keyValueStore: (id) => new KeyValueStoreResource(context, storage('keyValueStore', id)),
        keyValueStores: () => storageCollectionClient(context, 'keyValueStore', withSignedUrls),
        requestQueue: (id, options) =>
            new RequestQueueResource(context, storage('requestQueue', id), options, holderOf(context, id, options)),
        requestQueues: () => storageCollectionClient(context, 'requestQueue'),
        log: (runOrBuildId) => {
            checkId('runOrBuildId', runOrBuildId);
            return logClient(context, () => runOrBuildId);
        },
        task: byId(taskClient),
        tasks: () => taskCollectionClient(context),
        schedule: byId(scheduleClient),
        schedules: () => scheduleCollectionClient(context),
        user: (id = 'me') => byId(userClient)(id),
        store: () => storeCollectionClient(context),
        webhook: byId(webhookClient),
        webhooks: () => webhookCollectionClient(context),
        webhookDispatch: byId(webhookDispatchClient),
        webhookDispatches: () => webhookDispatchCollectionClient(context),
        setStatusMessage: async (message, options) => {
            checkOptions('options', options, ['isStatusMessageTerminal', 'level']);
            const { runId } = context;
            if (runId === undefined) {
                throw notFound('run that this client belongs to', 'Use `run(id).update({ statusMessage })`.');
            }
            await run(runId).update({ statusMessage: message, ...options });
        },
    };
}

/** Who else has to do with the locks of a client of a queue. */
function holderOf(
    { runId, lossBy, services: { queueClients } }: ClientContext,
    id: string,
    options: RequestQueueClientOptions | undefined,
): LockHolder {
    if (runId === undefined) return { lossBy };
    if (options?.clientKey !== undefined) queueClients.note(runId, id, options.clientKey);
    return { clientsOfRun: (queueId) => queueClients.of(runId, queueId), lossBy };
}

import { checkOptions } from '../util/check.js';
import { checkId, notFoundError } from './arguments.js';
import { createActorCollectionClient } from './resources/actors.js';
import { createActorClient } from './resources/actor.js';
import { createBuildClient, createBuildCollectionClient } from './resources/build.js';
import { DatasetResource } from './resources/dataset.js';
import { KeyValueStoreResource } from './resources/key-value-store.js';
import { createLogClient } from './resources/log.js';
import { RequestQueueResource, type LockHolder } from './resources/request-queue.js';
import { runById, createRunClient, createRunCollectionClient } from './resources/run.js';
import { createScheduleClient, createScheduleCollectionClient } from './resources/schedules.js';
import { createStorageCollectionClient } from './resources/storage-collection.js';
import { createStoreCollectionClient } from './resources/store.js';
import { createTaskClient, createTaskCollectionClient } from './resources/tasks.js';
import { createUserClient } from './resources/user.js';
import {
    createWebhookClient,
    createWebhookCollectionClient,
    createWebhookDispatchClient,
    createWebhookDispatchCollectionClient,
} from './resources/webhooks.js';
import { withSignedUrls } from './signed-urls.js';
import { isRunOrigin } from './started-run.js';
import { StorageRef } from './storage-ref.js';
import type { Client } from '../model/client/client.js';
import type { RequestQueueClientOptions } from '../model/client/storage.js';
import type { RunCause, RunOrigin, ScheduleCause } from '../model/api/run.js';
import type { StorageKind } from '../model/api/storage.js';
import type { UsageRecorder } from '../storage/storage-metadata.js';
import type { ClientContext, ClientServices, LockLossRule } from './services.js';

/** Options of a client: on whose behalf it acts. */
export interface ClientOptions {
    /** `meta.origin` of the runs that the client starts. Default: `ACTOR` for the client of a run, else `API`. */
    origin?: RunOrigin;
    /** Execution of a schedule that starts the runs. Default: none. */
    schedule?: ScheduleCause;
    /** Id of the run whose Actor uses the client. Default: none. */
    runId?: string;
    /** Counts the client's operations on the data of storages. Default: not counted. */
    usageRecorder?: UsageRecorder;
    /** Injects losses of locks, for tests. Default: none. */
    lockLossRule?: LockLossRule;
}

/** Creates a client in the shape of `apify-client` that calls the engine directly, without HTTP. */
export function createClient(services: () => ClientServices, options: ClientOptions = {}): Client {
    return createClientOf(createContext(services, options));
}

/**
 * Creates the context that the resources of a client share.
 *
 * @param services - Called for each operation, because a restore replaces the services of the engine.
 */
export function createContext(services: () => ClientServices, options: ClientOptions): ClientContext {
    const { runId, origin = runId === undefined ? 'API' : 'ACTOR', schedule, usageRecorder, lockLossRule } = options;
    return {
        get services() {
            return services();
        },
        cause: {
            get userId() {
                return services().principal.user?.id ?? '';
            },
            origin,
            ...(schedule && { schedule }),
            ...(runId !== undefined && { byRunId: runId }),
        },
        runId,
        lockLossRule,
        usageRecorder,
    };
}

function createClientOf(context: ClientContext): Client & RequestClientFactory {
    const byId =
        <Resource>(create: (context: ClientContext, id: string) => Resource) =>
        (id: string): Resource => {
            checkId('id', id);
            return create(context, id);
        };
    const storage = <Kind extends StorageKind>(kind: Kind, id: string): StorageRef<Kind> => {
        checkId('id', id);
        return new StorageRef(context, kind, () => id, `with the id or name \`${id}\``);
    };
    const run = byId((_, id) => createRunClient(context, runById(id)));
    return {
        [FOR_REQUEST]: (headers) => createClientOf({ ...context, cause: toRequestCause(context.cause, headers) }),
        run,
        actor: byId(createActorClient),
        actors: () => createActorCollectionClient(context),
        build: byId(createBuildClient),
        builds: () => createBuildCollectionClient(context),
        runs: () => createRunCollectionClient(context),
        dataset: (id) => new DatasetResource(context, storage('dataset', id)),
        datasets: () => createStorageCollectionClient(context, 'dataset', withSignedUrls),
        keyValueStore: (id) => new KeyValueStoreResource(context, storage('keyValueStore', id)),
        keyValueStores: () => createStorageCollectionClient(context, 'keyValueStore', withSignedUrls),
        requestQueue: (id, options) =>
            new RequestQueueResource(
                context,
                storage('requestQueue', id),
                options,
                createLockHolder(context, id, options),
            ),
        requestQueues: () => createStorageCollectionClient(context, 'requestQueue'),
        log: (runOrBuildId) => {
            checkId('runOrBuildId', runOrBuildId);
            return createLogClient(context, () => runOrBuildId);
        },
        task: byId(createTaskClient),
        tasks: () => createTaskCollectionClient(context),
        schedule: byId(createScheduleClient),
        schedules: () => createScheduleCollectionClient(context),
        user: (id = 'me') => byId(createUserClient)(id),
        store: () => createStoreCollectionClient(context),
        webhook: byId(createWebhookClient),
        webhooks: () => createWebhookCollectionClient(context),
        webhookDispatch: byId(createWebhookDispatchClient),
        webhookDispatches: () => createWebhookDispatchCollectionClient(context),
        setStatusMessage: async (message, options) => {
            checkOptions('options', options, ['isStatusMessageTerminal', 'level']);
            const { runId } = context;
            if (runId === undefined) {
                throw notFoundError('run that this client belongs to', 'Use `run(id).update({ statusMessage })`.');
            }
            await run(runId).update({ statusMessage: message, ...options });
        },
    };
}

/** Headers of a request to the API that the records of the runs and builds it starts show. */
export interface RequestHeaders {
    /** `X-Apify-Request-Origin`. It only counts for a client of the origin `API`: an Actor, for one, cannot hide. */
    readonly origin: string | undefined;
    /** `User-Agent`. */
    readonly userAgent: string | undefined;
}

/** Method of a client that no client of `apify-client` has. */
const FOR_REQUEST = Symbol.for('greenroom.forRequest');

interface RequestClientFactory {
    [FOR_REQUEST]?(headers: RequestHeaders): Client;
}

/** Returns the client that performs one request to the API on behalf of the given one. */
export function createRequestClient(client: Client & RequestClientFactory, headers: RequestHeaders): Client {
    return client[FOR_REQUEST]?.(headers) ?? client;
}

/** Maximum length of a stored `User-Agent`, in characters. */
const MAX_USER_AGENT_LENGTH = 500;

function toRequestCause(cause: RunCause, { origin = '', userAgent }: RequestHeaders): RunCause {
    return {
        ...cause,
        origin: cause.origin === 'API' && isRunOrigin(origin) ? origin : cause.origin,
        ...(userAgent && { userAgent: userAgent.slice(0, MAX_USER_AGENT_LENGTH) }),
    };
}

/** Creates the lock settings of a queue's client. */
function createLockHolder(
    { runId, lockLossRule, services: { queueLockOwners } }: ClientContext,
    id: string,
    options: RequestQueueClientOptions | undefined,
): LockHolder {
    if (runId === undefined) return { lockLossRule };
    if (options?.clientKey !== undefined) queueLockOwners.add(runId, id, options.clientKey);
    return { clientsOfRun: (queueId) => queueLockOwners.clientKeys(runId, queueId), lockLossRule };
}

/*
 * Every operation of API v2, and what of it the engine has. `docs/api.md` is written from this table, and the contract
 * with the API's own description holds it against what the engine answers.
 */

/** How far an operation works. */
export type Standing = { state: 'works' } | { state: 'partly'; missing: string };

/** One operation. */
export interface Operation {
    /** What it belongs to, as a heading. */
    group: string;
    method: string;
    /** From `/v2` on, with the parameters as the description names them. */
    path: string;
    standing: Standing;
}

type Rows = Readonly<Record<string, Standing>>;

const works: Standing = { state: 'works' };
const partly = (missing: string): Standing => ({ state: 'partly', missing });

const STANDBY = partly('`actorStandby` is kept, and has no effect');
const NO_ADDRESSES = partly('shows no addresses: the API may be asked without a socket');
const ACTORS: Rows = {
    'GET /actors': works,
    'POST /actors': STANDBY,
    'GET /actors/{actorId}': works,
    'PUT /actors/{actorId}': STANDBY,
    'DELETE /actors/{actorId}': works,
    'GET /actors/{actorId}/webhooks': works,
    'POST /actors/{actorId}/validate-input': works,
};

const VERSIONS: Rows = {
    'GET /actors/{actorId}/versions': works,
    'POST /actors/{actorId}/versions': works,
    'GET /actors/{actorId}/versions/{versionNumber}': works,
    'POST /actors/{actorId}/versions/{versionNumber}': works,
    'PUT /actors/{actorId}/versions/{versionNumber}': works,
    'DELETE /actors/{actorId}/versions/{versionNumber}': works,
    'GET /actors/{actorId}/versions/{versionNumber}/env-vars': works,
    'POST /actors/{actorId}/versions/{versionNumber}/env-vars': works,
    'GET /actors/{actorId}/versions/{versionNumber}/env-vars/{envVarName}': works,
    'POST /actors/{actorId}/versions/{versionNumber}/env-vars/{envVarName}': works,
    'PUT /actors/{actorId}/versions/{versionNumber}/env-vars/{envVarName}': works,
    'DELETE /actors/{actorId}/versions/{versionNumber}/env-vars/{envVarName}': works,
};

const BUILDS: Rows = {
    'GET /actors/{actorId}/builds': works,
    'POST /actors/{actorId}/builds': partly(
        '`useCache` and `betaPackages` have no effect; sources in Git, archives and gists end FAILED',
    ),
    'GET /actors/{actorId}/builds/default': works,
    'GET /actors/{actorId}/builds/{buildId}/openapi.json': works,
    'GET /actors/{actorId}/builds/{buildId}': works,
    'POST /actors/{actorId}/builds/{buildId}/abort': works,
    'GET /actor-builds': works,
    'GET /actor-builds/{buildId}': works,
    'DELETE /actor-builds/{buildId}': works,
    'POST /actor-builds/{buildId}/abort': works,
    'GET /actor-builds/{buildId}/log': works,
    'GET /actor-builds/{buildId}/openapi.json': works,
};

const RUNS: Rows = {
    'GET /actors/{actorId}/runs': works,
    'POST /actors/{actorId}/runs': works,
    'GET /actors/{actorId}/run-sync': works,
    'POST /actors/{actorId}/run-sync': works,
    'GET /actors/{actorId}/run-sync-get-dataset-items': works,
    'POST /actors/{actorId}/run-sync-get-dataset-items': works,
    'POST /actors/{actorId}/runs/{runId}/resurrect': works,
    'GET /actors/{actorId}/runs/{runId}': works,
    'POST /actors/{actorId}/runs/{runId}/abort': works,
    'POST /actors/{actorId}/runs/{runId}/metamorph': works,
    'GET /actor-runs': works,
    'GET /actor-runs/{runId}': works,
    'PUT /actor-runs/{runId}': works,
    'DELETE /actor-runs/{runId}': works,
    'POST /actor-runs/{runId}/abort': works,
    'POST /actor-runs/{runId}/metamorph': works,
    'POST /actor-runs/{runId}/reboot': works,
    'POST /actor-runs/{runId}/resurrect': works,
    'POST /actor-runs/{runId}/charge': works,
    'GET /actor-runs/{runId}/log': works,
};

const DATASET: Rows = {
    'GET ': works,
    'PUT ': works,
    'DELETE ': works,
    'GET /items': works,
    'POST /items': works,
    'GET /statistics': works,
};

const KEY_VALUE_STORE: Rows = {
    'GET ': works,
    'PUT ': works,
    'DELETE ': works,
    'GET /keys': works,
    'GET /records': works,
    'GET /records/{recordKey}': works,
    'POST /records/{recordKey}': works,
    'PUT /records/{recordKey}': works,
    'DELETE /records/{recordKey}': works,
};

const REQUEST_QUEUE: Rows = {
    'GET ': works,
    'PUT ': works,
    'DELETE ': works,
    'POST /requests/batch': works,
    'DELETE /requests/batch': works,
    'POST /requests/unlock': works,
    'GET /requests': works,
    'POST /requests': works,
    'GET /requests/{requestId}': works,
    'PUT /requests/{requestId}': works,
    'DELETE /requests/{requestId}': works,
    'GET /head': works,
    'POST /head/lock': works,
    'PUT /requests/{requestId}/lock': works,
    'DELETE /requests/{requestId}/lock': works,
};

const STORAGES_OF_RUN: Rows = {
    ...below('/dataset', DATASET),
    ...below('/key-value-store', KEY_VALUE_STORE),
    ...below('/request-queue', REQUEST_QUEUE),
};

const LAST_RUN: Rows = {
    'GET ': works,
    'GET /log': works,
    'POST /abort': works,
    'POST /metamorph': works,
    'POST /reboot': works,
    ...STORAGES_OF_RUN,
};

const TASKS: Rows = {
    'GET /actor-tasks': works,
    'POST /actor-tasks': partly('`actorStandby`, `isPublic` and `publicConfig` are kept, and have no effect'),
    'GET /actor-tasks/{actorTaskId}': works,
    'PUT /actor-tasks/{actorTaskId}': partly(
        '`actorStandby`, `isPublic` and `publicConfig` are kept, and have no effect',
    ),
    'DELETE /actor-tasks/{actorTaskId}': works,
    'GET /actor-tasks/{actorTaskId}/input': works,
    'PUT /actor-tasks/{actorTaskId}/input': works,
    'GET /actor-tasks/{actorTaskId}/webhooks': works,
    'GET /actor-tasks/{actorTaskId}/runs': works,
    'POST /actor-tasks/{actorTaskId}/runs': works,
    'GET /actor-tasks/{actorTaskId}/run-sync': works,
    'POST /actor-tasks/{actorTaskId}/run-sync': works,
    'GET /actor-tasks/{actorTaskId}/run-sync-get-dataset-items': works,
    'POST /actor-tasks/{actorTaskId}/run-sync-get-dataset-items': works,
};

const DATASETS: Rows = {
    'GET /datasets': works,
    'POST /datasets': works,
    ...below('/datasets/{datasetId}', DATASET),
    'HEAD /datasets/{datasetId}/items': works,
};

const KEY_VALUE_STORES: Rows = {
    'GET /key-value-stores': works,
    'POST /key-value-stores': works,
    ...below('/key-value-stores/{storeId}', KEY_VALUE_STORE),
    'HEAD /key-value-stores/{storeId}/records/{recordKey}': works,
};

const REQUEST_QUEUES: Rows = {
    'GET /request-queues': works,
    'POST /request-queues': works,
    ...below('/request-queues/{queueId}', REQUEST_QUEUE),
};

const WEBHOOKS: Rows = {
    'GET /webhooks': works,
    'POST /webhooks': works,
    'GET /webhooks/{webhookId}': works,
    'PUT /webhooks/{webhookId}': works,
    'DELETE /webhooks/{webhookId}': works,
    'POST /webhooks/{webhookId}/test': works,
    'GET /webhooks/{webhookId}/dispatches': works,
    'GET /webhook-dispatches': works,
    'GET /webhook-dispatches/{dispatchId}': works,
};

const SCHEDULES: Rows = {
    'GET /schedules': works,
    'POST /schedules': works,
    'GET /schedules/{scheduleId}': works,
    'PUT /schedules/{scheduleId}': works,
    'DELETE /schedules/{scheduleId}': works,
    'GET /schedules/{scheduleId}/log': works,
};

const REST: Rows = {
    'GET /store': works,
    'GET /logs/{buildOrRunId}': works,
    'GET /users/{userId}': works,
    'GET /users/me': works,
    'GET /users/me/usage/monthly': partly(
        'counts the runs that are still there, by the month in which they were started',
    ),
    'GET /users/me/limits': works,
    'PUT /users/me/limits': partly('`maxMonthlyUsageUsd` is kept, and stops nothing'),
    'GET /browser-info': NO_ADDRESSES,
    'POST /browser-info': NO_ADDRESSES,
    'PUT /browser-info': NO_ADDRESSES,
    'DELETE /browser-info': NO_ADDRESSES,
    'POST /tools/encode-and-sign': works,
    'POST /tools/decode-and-verify': partly('reads what this engine has signed, and nothing that the cloud has'),
};

const GROUPS: Readonly<Record<string, Rows>> = {
    Actors: ACTORS,
    'Actor versions and environment variables': VERSIONS,
    Builds: BUILDS,
    Runs: RUNS,
    'Default storages of a run': below('/actor-runs/{runId}', STORAGES_OF_RUN),
    'Last run of an Actor': below('/actors/{actorId}/runs/last', LAST_RUN),
    Tasks: TASKS,
    'Last run of a task': below('/actor-tasks/{actorTaskId}/runs/last', LAST_RUN),
    Datasets: DATASETS,
    'Key-value stores': KEY_VALUE_STORES,
    'Request queues': REQUEST_QUEUES,
    Webhooks: WEBHOOKS,
    Schedules: SCHEDULES,
    'Store, logs, users and tools': REST,
};

/** All operations, in the order of the docs. */
export const OPERATIONS: readonly Operation[] = Object.entries(GROUPS).flatMap(([group, rows]) =>
    Object.entries(rows).map(([name, standing]) => {
        const [method = '', path = ''] = name.split(' ');
        return { group, method, path, standing };
    }),
);

/** Where the description is not followed, and why. */
export const EXCEPTIONS: readonly { operation: string; says: string; reason: string }[] = [
    {
        operation: 'GET /actor-tasks/{actorTaskId}/run-sync-get-dataset-items',
        says: '/ must be object',
        reason: 'Items are a list, as the description has them for the same operation of Actors.',
    },
    {
        operation: 'POST /actor-tasks/{actorTaskId}/run-sync-get-dataset-items',
        says: '/ must be object',
        reason: 'Items are a list, as the description has them for the same operation of Actors.',
    },
    {
        operation: 'POST /actors/{actorId}/run-sync',
        says: 'status 405 is none of',
        reason: 'The description has 405 for GET of the same path, and for all other paths, and forgets it here.',
    },
    {
        operation: 'POST /actors/{actorId}/run-sync-get-dataset-items',
        says: 'status 405 is none of',
        reason: 'The description has 405 for GET of the same path, and for all other paths, and forgets it here.',
    },
];

/** Each `error.type` of the engine that the description does not have, and why it is there. */
export const OWN_ERROR_TYPES: Readonly<Record<string, string>> = {
    'api-refused': 'Thrown by the command line only.',
    'bad-usage': 'Thrown by the command line only.',
    'confirmation-needed': 'Thrown by the command line only.',
    'server-unreachable': 'Thrown by the command line only.',
    'storage-missing': 'Thrown by the command line only.',
    'cannot-listen': 'Thrown by `engine.listen` only.',
    'actor-failed-to-start': 'The platform shows this in the log of a build.',
    'actor-source-invalid': 'The platform shows this in the log of a build.',
    'bad-gateway': 'Only by a fault that a test has scripted.',
    'engine-closed': 'The platform does not close.',
    'gateway-timeout': 'Only by a fault that a test has scripted.',
    'internal-error': 'The status is 500, for which the description has no answer.',
    'invalid-response-body': 'Thrown in process only, under the name that `apify-client` has for it.',
    'isolation-impossible': 'The platform has one way to keep runs apart.',
    'metamorph-forbidden': 'The platform has no such promise of a run.',
    'network-unanswered': 'Thrown in tests only, of requests for the world outside.',
    'not-yet-available': 'What the platform has and this version has not.',
    'request-locked': 'The platform says `request-handled-or-locked`, and leaves open which of the two it is.',
    'run-gone': 'Thrown in process only: a request needs a client that is still there.',
    'run-not-finished': 'The description names no type for the resurrection of a run that has not ended.',
    'service-unavailable': 'Only by a fault that a test has scripted.',
    'snapshot-not-usable': 'Thrown by `engine.snapshot` and `engine.restore` only.',
    'state-being-replaced': 'The platform has one state, which nobody restores.',
    'storage-corrupted': 'The status is 500, for which the description has no answer.',
    'storage-failed': 'The status is 500, for which the description has no answer.',
    'storage-in-use': 'Thrown by the opening of an engine only.',
    'unknown-option': 'The platform ignores what it does not know, where an engine would rather say so.',
};

/** Rows whose paths all begin with another one. */
function below(prefix: string, rows: Rows): Rows {
    return Object.fromEntries(
        Object.entries(rows).map(([name, standing]) => [name.replace(' ', ` ${prefix}`), standing]),
    );
}

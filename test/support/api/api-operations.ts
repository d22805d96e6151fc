/*
 * Every operation of API v2, and how far the engine supports it. `docs/reference/api.md` is rendered from this table, and
 * `test/api/specification.test.ts` compares it with the published specification and with the engine's responses.
 */

/** Support of an operation. */
export type Support = { state: 'works' } | { state: 'partly'; missing: string };

/** One operation. */
export interface Operation {
    /** Heading of its section. */
    group: string;
    method: string;
    /** Path below `/v2`, with the parameter names of the specification. */
    path: string;
    standing: Support;
}

type Rows = Readonly<Record<string, Support>>;

const works: Support = { state: 'works' };
const partly = (missing: string): Support => ({ state: 'partly', missing });

const STANDBY = partly('`actorStandby` is stored, and has no effect');
const NO_ADDRESSES = partly('contains no addresses: requests may arrive without a socket');
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
        '`useCache` and `betaPackages` have no effect; builds from Git, archives and gists end as FAILED',
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
    'POST /actor-tasks': partly('`actorStandby`, `isPublic` and `publicConfig` are stored, and have no effect'),
    'GET /actor-tasks/{actorTaskId}': works,
    'PUT /actor-tasks/{actorTaskId}': partly(
        '`actorStandby`, `isPublic` and `publicConfig` are stored, and have no effect',
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
    'GET /users/me/usage/monthly': partly('counts the existing runs by the month in which they were started'),
    'GET /users/me/limits': works,
    'PUT /users/me/limits': partly('`maxMonthlyUsageUsd` is stored, and has no effect'),
    'GET /browser-info': NO_ADDRESSES,
    'POST /browser-info': NO_ADDRESSES,
    'PUT /browser-info': NO_ADDRESSES,
    'DELETE /browser-info': NO_ADDRESSES,
    'POST /tools/encode-and-sign': works,
    'POST /tools/decode-and-verify': partly('accepts only values signed by this engine'),
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

/** All operations, in the order of the page. */
export const OPERATIONS: readonly Operation[] = Object.entries(GROUPS).flatMap(([group, rows]) =>
    Object.entries(rows).map(([name, standing]) => {
        const [method = '', path = ''] = name.split(' ');
        return { group, method, path, standing };
    }),
);

/** Deviations from the specification, with their reasons. */
export const EXCEPTIONS: readonly { operation: string; says: string; reason: string }[] = [
    {
        operation: 'GET /actor-tasks/{actorTaskId}/run-sync-get-dataset-items',
        says: '/ must be object',
        reason: 'Items are a list, as the specification says for the same operation of Actors.',
    },
    {
        operation: 'POST /actor-tasks/{actorTaskId}/run-sync-get-dataset-items',
        says: '/ must be object',
        reason: 'Items are a list, as the specification says for the same operation of Actors.',
    },
    {
        operation: 'POST /actors/{actorId}/run-sync',
        says: 'status 405 is not one of',
        reason: 'The specification has 405 for GET of this path and for all other paths, and omits it here.',
    },
    {
        operation: 'POST /actors/{actorId}/run-sync-get-dataset-items',
        says: 'status 405 is not one of',
        reason: 'The specification has 405 for GET of this path and for all other paths, and omits it here.',
    },
];

/** Each `error.type` of the engine that is not in the specification, with a remark. */
export const OWN_ERROR_TYPES: Readonly<Record<string, string>> = {
    'api-refused': 'Only in the command line.',
    'bad-usage': 'Only in the command line.',
    'confirmation-needed': 'Only in the command line.',
    'server-unreachable': 'Only in the command line.',
    'storage-missing': 'Only in the command line.',
    'cannot-listen': 'Only by `engine.listen()`.',
    'actor-failed-to-start': 'The platform reports this in the log of a build.',
    'actor-source-invalid': 'The platform reports this in the log of a build.',
    'bad-gateway': 'Only by a failure that a test injects.',
    'engine-closed': 'The platform has no such state.',
    'gateway-timeout': 'Only by a failure that a test injects.',
    'internal-error': 'The status is 500, which the specification does not describe.',
    'invalid-response-body': 'Only in process; `apify-client` has the same name for it.',
    'isolation-impossible': 'The platform has a single isolation mode.',
    'metamorph-forbidden': 'The platform has no option that forbids a metamorph.',
    'network-unanswered': 'Only with a mock network.',
    'not-yet-available': 'A feature of the platform that this version does not have.',
    'request-locked': 'The platform answers `request-handled-or-locked` and does not distinguish the two.',
    'run-gone': 'Only in process: the thread that made the call has ended.',
    'run-not-finished': 'The specification names no type for resurrecting an unfinished run.',
    'service-unavailable': 'Only by a failure that a test injects.',
    'snapshot-not-usable': 'Only by `engine.snapshot()` and `engine.restore()`.',
    'state-being-replaced': 'The platform has no snapshots.',
    'storage-corrupted': 'The status is 500, which the specification does not describe.',
    'storage-failed': 'The status is 500, which the specification does not describe.',
    'storage-in-use': 'Only by `createEngine()`.',
    'unknown-option': 'The platform ignores unknown options.',
};

/** Returns the rows with a prefix added to their paths. */
function below(prefix: string, rows: Rows): Rows {
    return Object.fromEntries(
        Object.entries(rows).map(([name, standing]) => [name.replace(' ', ` ${prefix}`), standing]),
    );
}

/**
 * One step of a call on the client: a method's name and its arguments. `client.run('x').dataset().listItems()` is
 * `[['run', 'x'], ['dataset'], ['listItems']]`. The last step is asynchronous, those before it lead to a resource.
 */
export type CallStep = [method: string, ...args: unknown[]];

/** What a resource of the client can do: which methods lead to another resource, and which do work. */
export interface ResourceShape {
    /** Method name to the name of the resource that it leads to. */
    readonly leadsTo: Readonly<Record<string, ResourceName>>;
    /** Methods that return a promise of something that can be copied. */
    readonly does: readonly string[];
    /** Methods that return a list of pages. */
    readonly lists: readonly string[];
}

export type ResourceName =
    | 'client'
    | 'actor'
    | 'actors'
    | 'actorVersion'
    | 'actorVersions'
    | 'actorEnvVar'
    | 'actorEnvVars'
    | 'build'
    | 'builds'
    | 'run'
    | 'runs'
    | 'dataset'
    | 'keyValueStore'
    | 'requestQueue'
    | 'storages'
    | 'log'
    | 'user'
    | 'store'
    | 'webhook'
    | 'webhooks'
    | 'webhookDispatch'
    | 'webhookDispatches'
    | 'task'
    | 'tasks'
    | 'schedule'
    | 'schedules';

/** The methods that all resources of one record have. */
const RECORD = ['get', 'update', 'delete'];
/** A resource that is a collection of records, and can only be listed. */
const LISTED: ResourceShape = { leadsTo: {}, does: [], lists: ['list'] };
const CREATED: ResourceShape = { ...LISTED, does: ['create'] };

/**
 * The client's methods, as the Actor's side may call them. It is both the list of what the Actor's side offers and the
 * list of what the host lets through: a name that is not here cannot be called.
 */
export const CLIENT_SHAPE: Readonly<Record<ResourceName, ResourceShape>> = {
    client: {
        leadsTo: {
            ...sameNames(
                'actor',
                'actors',
                'build',
                'builds',
                'run',
                'runs',
                'dataset',
                'keyValueStore',
                'requestQueue',
            ),
            ...sameNames('log', 'task', 'tasks', 'schedule', 'schedules', 'user', 'store'),
            ...sameNames('webhook', 'webhooks', 'webhookDispatch', 'webhookDispatches'),
            datasets: 'storages',
            keyValueStores: 'storages',
            requestQueues: 'storages',
        },
        does: ['setStatusMessage'],
        lists: [],
    },
    actor: {
        leadsTo: {
            ...sameNames('run', 'runs', 'builds', 'webhooks'),
            lastRun: 'run',
            version: 'actorVersion',
            versions: 'actorVersions',
        },
        does: [...RECORD, 'start', 'call', 'build', 'defaultBuild', 'validateInput'],
        lists: [],
    },
    actors: CREATED,
    actorVersion: { leadsTo: { envVar: 'actorEnvVar', envVars: 'actorEnvVars' }, does: RECORD, lists: [] },
    actorVersions: CREATED,
    actorEnvVar: { leadsTo: {}, does: RECORD, lists: [] },
    actorEnvVars: CREATED,
    build: {
        leadsTo: sameNames('log'),
        does: ['get', 'delete', 'abort', 'waitForFinish', 'getOpenApiDefinition'],
        lists: [],
    },
    builds: LISTED,
    run: {
        leadsTo: sameNames('dataset', 'keyValueStore', 'requestQueue', 'log'),
        does: [...RECORD, 'abort', 'metamorph', 'reboot', 'resurrect', 'charge', 'waitForFinish'],
        lists: [],
    },
    runs: LISTED,
    dataset: {
        leadsTo: {},
        does: [...RECORD, 'pushItems', 'downloadItems', 'getStatistics', 'createItemsPublicUrl'],
        lists: ['listItems'],
    },
    keyValueStore: {
        leadsTo: {},
        does: [
            ...RECORD,
            ...['recordExists', 'getRecord', 'setRecord', 'deleteRecord', 'getRecordPublicUrl', 'createKeysPublicUrl'],
        ],
        lists: ['listKeys'],
    },
    requestQueue: {
        leadsTo: {},
        does: [
            ...RECORD,
            ...[
                'addRequest',
                'batchAddRequests',
                'batchDeleteRequests',
                'getRequest',
                'updateRequest',
                'deleteRequest',
            ],
            ...['listHead', 'listAndLockHead', 'prolongRequestLock', 'deleteRequestLock', 'unlockRequests'],
        ],
        lists: ['listRequests'],
    },
    storages: { ...LISTED, does: ['getOrCreate'] },
    log: { leadsTo: {}, does: ['get'], lists: [] },
    user: {
        leadsTo: {},
        does: ['get', 'monthlyUsage', 'limits', 'updateLimits', 'encodeAndSign', 'decodeAndVerify'],
        lists: [],
    },
    store: LISTED,
    webhook: { leadsTo: { dispatches: 'webhookDispatches' }, does: [...RECORD, 'test'], lists: [] },
    webhooks: CREATED,
    webhookDispatch: { leadsTo: {}, does: ['get'], lists: [] },
    webhookDispatches: LISTED,
    task: {
        leadsTo: { ...sameNames('runs', 'webhooks'), lastRun: 'run' },
        does: [...RECORD, 'publish', 'unpublish', 'start', 'call', 'getInput', 'updateInput'],
        lists: [],
    },
    tasks: CREATED,
    schedule: { leadsTo: {}, does: [...RECORD, 'getLog'], lists: [] },
    schedules: CREATED,
};

/** Methods that are called like the resource that they lead to. */
function sameNames(...names: ResourceName[]): Record<string, ResourceName> {
    return Object.fromEntries(names.map((name) => [name, name]));
}

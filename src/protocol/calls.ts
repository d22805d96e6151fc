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

/** The resources of the client. */
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

/**
 * The client's methods, as the Actor's side may call them. It is both the list of what the Actor's side offers and the
 * list of what the host lets through: a name that is not here cannot be called.
 */
export const CLIENT_SHAPE: Readonly<Record<ResourceName, ResourceShape>> = {
    client: {
        leadsTo: {
            actor: 'actor',
            actors: 'actors',
            build: 'build',
            builds: 'builds',
            run: 'run',
            runs: 'runs',
            dataset: 'dataset',
            datasets: 'storages',
            keyValueStore: 'keyValueStore',
            keyValueStores: 'storages',
            requestQueue: 'requestQueue',
            requestQueues: 'storages',
            log: 'log',
            task: 'task',
            tasks: 'tasks',
            schedule: 'schedule',
            schedules: 'schedules',
            user: 'user',
            store: 'store',
            webhook: 'webhook',
            webhooks: 'webhooks',
            webhookDispatch: 'webhookDispatch',
            webhookDispatches: 'webhookDispatches',
        },
        does: ['setStatusMessage'],
        lists: [],
    },
    actor: {
        leadsTo: {
            run: 'run',
            runs: 'runs',
            lastRun: 'run',
            builds: 'builds',
            version: 'actorVersion',
            versions: 'actorVersions',
            webhooks: 'webhooks',
        },
        does: ['get', 'update', 'delete', 'start', 'call', 'build', 'defaultBuild', 'validateInput'],
        lists: [],
    },
    actors: { leadsTo: {}, does: ['create'], lists: ['list'] },
    actorVersion: {
        leadsTo: { envVar: 'actorEnvVar', envVars: 'actorEnvVars' },
        does: ['get', 'update', 'delete'],
        lists: [],
    },
    actorVersions: { leadsTo: {}, does: ['create'], lists: ['list'] },
    actorEnvVar: { leadsTo: {}, does: ['get', 'update', 'delete'], lists: [] },
    actorEnvVars: { leadsTo: {}, does: ['create'], lists: ['list'] },
    build: {
        leadsTo: { log: 'log' },
        does: ['get', 'delete', 'abort', 'waitForFinish', 'getOpenApiDefinition'],
        lists: [],
    },
    builds: { leadsTo: {}, does: [], lists: ['list'] },
    run: {
        leadsTo: { dataset: 'dataset', keyValueStore: 'keyValueStore', requestQueue: 'requestQueue', log: 'log' },
        does: ['get', 'update', 'delete', 'abort', 'metamorph', 'reboot', 'resurrect', 'charge', 'waitForFinish'],
        lists: [],
    },
    runs: { leadsTo: {}, does: [], lists: ['list'] },
    dataset: {
        leadsTo: {},
        does: ['get', 'update', 'delete', 'pushItems', 'downloadItems', 'getStatistics', 'createItemsPublicUrl'],
        lists: ['listItems'],
    },
    keyValueStore: {
        leadsTo: {},
        does: [
            'get',
            'update',
            'delete',
            'recordExists',
            'getRecord',
            'setRecord',
            'deleteRecord',
            'getRecordPublicUrl',
            'createKeysPublicUrl',
        ],
        lists: ['listKeys'],
    },
    requestQueue: {
        leadsTo: {},
        does: [
            'get',
            'update',
            'delete',
            'addRequest',
            'batchAddRequests',
            'batchDeleteRequests',
            'getRequest',
            'updateRequest',
            'deleteRequest',
            'listHead',
            'listAndLockHead',
            'prolongRequestLock',
            'deleteRequestLock',
            'unlockRequests',
        ],
        lists: ['listRequests'],
    },
    storages: { leadsTo: {}, does: ['getOrCreate'], lists: ['list'] },
    log: { leadsTo: {}, does: ['get'], lists: [] },
    user: {
        leadsTo: {},
        does: ['get', 'monthlyUsage', 'limits', 'updateLimits', 'encodeAndSign', 'decodeAndVerify'],
        lists: [],
    },
    store: { leadsTo: {}, does: [], lists: ['list'] },
    webhook: {
        leadsTo: { dispatches: 'webhookDispatches' },
        does: ['get', 'update', 'delete', 'test'],
        lists: [],
    },
    webhooks: { leadsTo: {}, does: ['create'], lists: ['list'] },
    webhookDispatch: { leadsTo: {}, does: ['get'], lists: [] },
    webhookDispatches: { leadsTo: {}, does: [], lists: ['list'] },
    task: {
        leadsTo: { runs: 'runs', lastRun: 'run', webhooks: 'webhooks' },
        does: ['get', 'update', 'publish', 'unpublish', 'delete', 'start', 'call', 'getInput', 'updateInput'],
        lists: [],
    },
    tasks: { leadsTo: {}, does: ['create'], lists: ['list'] },
    schedule: { leadsTo: {}, does: ['get', 'update', 'delete', 'getLog'], lists: [] },
    schedules: { leadsTo: {}, does: ['create'], lists: ['list'] },
};

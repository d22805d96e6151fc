/**
 * One step of a call on the client: a method's name and its arguments. `client.run('x').dataset().listItems()` is
 * `[['run', 'x'], ['dataset'], ['listItems']]`. The last step is asynchronous, those before it lead to a resource.
 */
export type CallSegment = [method: string, ...args: unknown[]];

/** What a resource of the client can do: which methods lead to another resource, and which do work. */
export interface ClientResource {
    /** Method name to the name of the resource that it leads to. */
    readonly resources: Readonly<Record<string, ResourceName>>;
    /** Methods that return a promise of something that can be copied. */
    readonly methods: readonly string[];
    /** Methods that return a list of pages. */
    readonly lists: readonly string[];
}

export type ResourceName = keyof typeof CLIENT_METHODS;

/** The methods that all resources of one record have. */
const RECORD = 'get update delete';
/** A resource that is a collection of records, and can only be listed. */
const LIST_ONLY = defineResource('', '', 'list');
const LIST_AND_CREATE = defineResource('', 'create', 'list');

/**
 * The client's methods, as the Actor's side may call them. It is both the list of what the Actor's side offers and the
 * list of what the host lets through: a name that is not here cannot be called.
 */
export const CLIENT_METHODS = {
    client: defineResource(
        `actor actors build builds run runs dataset keyValueStore requestQueue log task tasks schedule schedules user store
        webhook webhooks webhookDispatch webhookDispatches datasets:storages keyValueStores:storages requestQueues:storages`,
        'setStatusMessage',
    ),
    actor: defineResource(
        'run runs builds webhooks lastRun:run version:actorVersion versions:actorVersions',
        `${RECORD} start call build defaultBuild validateInput`,
    ),
    actors: LIST_AND_CREATE,
    actorVersion: defineResource('envVar:actorEnvVar envVars:actorEnvVars', RECORD),
    actorVersions: LIST_AND_CREATE,
    actorEnvVar: defineResource('', RECORD),
    actorEnvVars: LIST_AND_CREATE,
    build: defineResource('log', 'get delete abort waitForFinish getOpenApiDefinition'),
    builds: LIST_ONLY,
    run: defineResource(
        'dataset keyValueStore requestQueue log',
        `${RECORD} abort metamorph reboot resurrect charge waitForFinish`,
    ),
    runs: LIST_ONLY,
    dataset: defineResource('', `${RECORD} pushItems downloadItems getStatistics createItemsPublicUrl`, 'listItems'),
    keyValueStore: defineResource(
        '',
        `${RECORD} recordExists getRecord setRecord deleteRecord getRecordPublicUrl createKeysPublicUrl`,
        'listKeys',
    ),
    requestQueue: defineResource(
        '',
        `${RECORD} addRequest batchAddRequests batchDeleteRequests getRequest updateRequest deleteRequest
        listHead listAndLockHead prolongRequestLock deleteRequestLock unlockRequests`,
        'listRequests',
    ),
    storages: defineResource('', 'getOrCreate', 'list'),
    log: defineResource('', 'get'),
    user: defineResource('', 'get monthlyUsage limits updateLimits encodeAndSign decodeAndVerify'),
    store: LIST_ONLY,
    webhook: defineResource('dispatches:webhookDispatches', `${RECORD} test`),
    webhooks: LIST_AND_CREATE,
    webhookDispatch: defineResource('', 'get'),
    webhookDispatches: LIST_ONLY,
    task: defineResource('runs webhooks lastRun:run', `${RECORD} publish unpublish start call getInput updateInput`),
    tasks: LIST_AND_CREATE,
    schedule: defineResource('', `${RECORD} getLog`),
    schedules: LIST_AND_CREATE,
};

/** @param leadsTo - Methods with the resource that each leads to; without one, it is called like the method. */
function defineResource(resources: string, methods: string, lists = ''): ClientResource {
    const pairs = splitWords(resources).map((pair) => pair.split(':'));
    return {
        resources: Object.fromEntries(
            pairs.map(([method = '', resource = method]) => [method, resource as ResourceName]),
        ),
        methods: splitWords(methods),
        lists: splitWords(lists),
    };
}

function splitWords(text: string): string[] {
    return text.split(/\s+/).filter((word) => word !== '');
}

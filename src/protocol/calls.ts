/**
 * One segment of a client call: a method name and its arguments. `client.run('x').dataset().listItems()` is `[['run',
 * 'x'], ['dataset'], ['listItems']]`. The last segment is asynchronous; those before it select a resource.
 */
export type CallSegment = [method: string, ...args: unknown[]];

/** The methods of one resource of the client. */
export interface ClientResource {
    /** Method names, each with the name of the resource that it returns. */
    readonly resources: Readonly<Record<string, ResourceName>>;
    /** Methods that return a promise of a value that can be cloned. */
    readonly methods: readonly string[];
    /** Methods that return a paginated list. */
    readonly lists: readonly string[];
}

/** Name of a resource of the client. */
export type ResourceName = keyof typeof CLIENT_METHODS;

/** Methods that every single resource has. */
const RECORD = 'get update delete';
/** A collection that can only be listed. */
const LIST_ONLY = defineResource('', '', 'list');
const LIST_AND_CREATE = defineResource('', 'create', 'list');

/**
 * The client methods that an Actor can call. The Actor's side creates its methods from this list, and the host rejects
 * every method that is not in it.
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

/**
 * @param resources - Method names, each with the resource that it returns after a colon; without a colon, both have one
 *   name.
 */
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

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
const LISTED = shape('', '', 'list');
const CREATED = shape('', 'create', 'list');

/**
 * The client's methods, as the Actor's side may call them. It is both the list of what the Actor's side offers and the
 * list of what the host lets through: a name that is not here cannot be called.
 */
export const CLIENT_METHODS = {
    client: shape(
        `actor actors build builds run runs dataset keyValueStore requestQueue log task tasks schedule schedules user store
        webhook webhooks webhookDispatch webhookDispatches datasets:storages keyValueStores:storages requestQueues:storages`,
        'setStatusMessage',
    ),
    actor: shape(
        'run runs builds webhooks lastRun:run version:actorVersion versions:actorVersions',
        `${RECORD} start call build defaultBuild validateInput`,
    ),
    actors: CREATED,
    actorVersion: shape('envVar:actorEnvVar envVars:actorEnvVars', RECORD),
    actorVersions: CREATED,
    actorEnvVar: shape('', RECORD),
    actorEnvVars: CREATED,
    build: shape('log', 'get delete abort waitForFinish getOpenApiDefinition'),
    builds: LISTED,
    run: shape(
        'dataset keyValueStore requestQueue log',
        `${RECORD} abort metamorph reboot resurrect charge waitForFinish`,
    ),
    runs: LISTED,
    dataset: shape('', `${RECORD} pushItems downloadItems getStatistics createItemsPublicUrl`, 'listItems'),
    keyValueStore: shape(
        '',
        `${RECORD} recordExists getRecord setRecord deleteRecord getRecordPublicUrl createKeysPublicUrl`,
        'listKeys',
    ),
    requestQueue: shape(
        '',
        `${RECORD} addRequest batchAddRequests batchDeleteRequests getRequest updateRequest deleteRequest
        listHead listAndLockHead prolongRequestLock deleteRequestLock unlockRequests`,
        'listRequests',
    ),
    storages: shape('', 'getOrCreate', 'list'),
    log: shape('', 'get'),
    user: shape('', 'get monthlyUsage limits updateLimits encodeAndSign decodeAndVerify'),
    store: LISTED,
    webhook: shape('dispatches:webhookDispatches', `${RECORD} test`),
    webhooks: CREATED,
    webhookDispatch: shape('', 'get'),
    webhookDispatches: LISTED,
    task: shape('runs webhooks lastRun:run', `${RECORD} publish unpublish start call getInput updateInput`),
    tasks: CREATED,
    schedule: shape('', `${RECORD} getLog`),
    schedules: CREATED,
};

/** @param leadsTo - Methods with the resource that each leads to; without one, it is called like the method. */
function shape(leadsTo: string, does: string, lists = ''): ClientResource {
    const ways = words(leadsTo).map((way) => way.split(':'));
    return {
        resources: Object.fromEntries(
            ways.map(([method = '', resource = method]) => [method, resource as ResourceName]),
        ),
        methods: words(does),
        lists: words(lists),
    };
}

function words(text: string): string[] {
    return text.split(/\s+/).filter((word) => word !== '');
}

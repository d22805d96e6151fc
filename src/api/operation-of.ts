import { nameOf, OPERATIONS } from '../protocol/operations.js';

/*
 * Which operation a route is for. Routes repeat each other under many paths: a dataset is reached by its id, by its run, and
 * by the last run of its Actor. So a path is read from its beginning, from one resource to the next.
 */

/** By a part of a path: the names of the collection that stands there, and of one of its resources. */
const COLLECTIONS: Readonly<Record<string, readonly [all: string, one: string]>> = {
    acts: ['actors', 'actor'],
    actors: ['actors', 'actor'],
    'actor-builds': ['builds', 'build'],
    builds: ['builds', 'build'],
    'actor-runs': ['runs', 'run'],
    runs: ['runs', 'run'],
    'actor-tasks': ['tasks', 'task'],
    versions: ['actorVersions', 'actorVersion'],
    'env-vars': ['actorEnvVars', 'actorEnvVar'],
    datasets: ['datasets', 'dataset'],
    'key-value-stores': ['keyValueStores', 'keyValueStore'],
    'request-queues': ['requestQueues', 'requestQueue'],
    schedules: ['schedules', 'schedule'],
    webhooks: ['webhooks', 'webhook'],
    'webhook-dispatches': ['webhookDispatches', 'webhookDispatch'],
    dispatches: ['webhookDispatches', 'webhookDispatch'],
    users: ['users', 'user'],
    logs: ['logs', 'log'],
    store: ['store', 'store'],
    tools: ['user', 'user'],
};

/** What may stand in a route in place of an id. */
const WORDS_FOR_ONE: ReadonlySet<string> = new Set(['last', 'me']);

/** Parts of a path that lead to the one resource of their kind. */
const SINGLE: Readonly<Record<string, string>> = {
    dataset: 'dataset',
    'key-value-store': 'keyValueStore',
    'request-queue': 'requestQueue',
    log: 'log',
};

const STARTS = ['POST runs', 'GET run-sync', 'POST run-sync', 'GET run-sync-get-dataset-items'];
const STARTED_BY = Object.fromEntries([...STARTS, 'POST run-sync-get-dataset-items'].map((rest) => [rest, 'start']));

/** By a resource: what method and rest of the path ask for, where that is not the whole resource. */
const METHODS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    actor: {
        ...STARTED_BY,
        'POST builds': 'build',
        'POST validate-input': 'validateInput',
    },
    task: { ...STARTED_BY, 'GET input': 'getInput', 'PUT input': 'updateInput' },
    build: { 'POST abort': 'abort', 'GET openapi.json': 'getOpenApiDefinition' },
    run: {
        'POST abort': 'abort',
        'POST metamorph': 'metamorph',
        'POST reboot': 'reboot',
        'POST resurrect': 'resurrect',
        'POST charge': 'charge',
    },
    dataset: { 'GET items': 'listItems', 'POST items': 'pushItems', 'GET statistics': 'getStatistics' },
    keyValueStore: {
        'GET keys': 'listKeys',
        // The archive of all records begins with their keys.
        'GET records': 'listKeys',
        'HEAD records/:': 'recordExists',
        'GET records/:': 'getRecord',
        'PUT records/:': 'setRecord',
        'POST records/:': 'setRecord',
        'DELETE records/:': 'deleteRecord',
    },
    requestQueue: {
        'GET head': 'listHead',
        'POST head/lock': 'listAndLockHead',
        'GET requests': 'listRequests',
        'POST requests': 'addRequest',
        'POST requests/batch': 'batchAddRequests',
        'DELETE requests/batch': 'batchDeleteRequests',
        'POST requests/unlock': 'unlockRequests',
        'GET requests/:': 'getRequest',
        'PUT requests/:': 'updateRequest',
        'DELETE requests/:': 'deleteRequest',
        'PUT requests/:/lock': 'prolongRequestLock',
        'DELETE requests/:/lock': 'deleteRequestLock',
    },
    schedule: { 'GET log': 'getLog' },
    webhook: { 'POST test': 'test' },
    user: {
        'GET usage/monthly': 'monthlyUsage',
        'GET limits': 'limits',
        'PUT limits': 'updateLimits',
        'POST encode-and-sign': 'encodeAndSign',
        'POST decode-and-verify': 'decodeAndVerify',
    },
};

/** What is done to a resource as a whole, in the order in which a method is looked for. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
    GET: ['get', 'list'],
    HEAD: ['get', 'list'],
    POST: ['create', 'getOrCreate', 'update'],
    PUT: ['update'],
    DELETE: ['delete'],
};

/**
 * The name of the operation that requests of a route ask for; undefined for routes that work on nothing of the engine's.
 *
 * @param path - Of the route, below `/v2`: `/datasets/:datasetId/items`.
 */
export function operationOfRoute(method: string, path: string): string | undefined {
    let noun = '';
    let rest = path.split('/').filter((part) => part !== '');
    while (rest.length > 0) {
        const own = METHODS[noun]?.[`${method} ${shapeOf(rest)}`];
        if (own !== undefined) return nameOf(noun, own);
        const step = stepInto(rest);
        if (step === undefined) return undefined;
        noun = step.noun;
        rest = rest.slice(step.length);
    }
    return WHOLE[method]?.map((whole) => nameOf(noun, whole)).find((name) => OPERATIONS.has(name));
}

/** What the next part of a path leads to, or the next two. */
function stepInto([part = '', next = '']: readonly string[]): { noun: string; length: number } | undefined {
    const [all, one] = COLLECTIONS[part] ?? [];
    if (one !== undefined && (next.startsWith(':') || WORDS_FOR_ONE.has(next))) return { noun: one, length: 2 };
    const noun = all ?? SINGLE[part];
    return noun === undefined ? undefined : { noun, length: 1 };
}

/** The rest of a path with a colon in place of whatever differs. */
function shapeOf(parts: readonly string[]): string {
    return parts.map((part) => (part.startsWith(':') ? ':' : part)).join('/');
}

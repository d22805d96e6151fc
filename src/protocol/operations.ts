import { CLIENT_METHODS, type CallSegment, type ResourceName, type ClientResource } from './calls.js';

/*
 * One name for each operation of the API, whether it comes as a client method or over HTTP: `dataset.pushItems` is also
 * `POST /v2/datasets/:datasetId/items`.
 */

/** An operation of the API, and the key of its record, if it concerns one. */
export interface Operation {
    name: string;
    key?: string;
}

/** Client methods that perform the same operation as another one. */
const ALIASES: Readonly<Record<string, string>> = {
    'client.setStatusMessage': 'run.update',
    'actor.call': 'actor.start',
    'actor.defaultBuild': 'build.get',
    'task.call': 'task.start',
    'task.publish': 'task.update',
    'task.unpublish': 'task.update',
    'run.waitForFinish': 'run.get',
    'build.waitForFinish': 'build.get',
    'dataset.downloadItems': 'dataset.listItems',
    'dataset.createItemsPublicUrl': 'dataset.get',
    'keyValueStore.getRecordPublicUrl': 'keyValueStore.get',
    'keyValueStore.createKeysPublicUrl': 'keyValueStore.get',
};

/** Collections that share one shape, by their names on the client. */
const STORAGES = ['datasets', 'keyValueStores', 'requestQueues'];

/** Names of all operations. */
export const OPERATIONS: ReadonlySet<string> = new Set(
    Object.entries(CLIENT_METHODS).flatMap(([resource, { methods, lists }]) => {
        const names = resource === 'storages' ? STORAGES : [resource];
        return names.flatMap((resourceName) =>
            [...methods, ...lists].map((method) => operationName(resourceName, method)),
        );
    }),
);

/** Returns the operation of a client method. */
function operationName(resourceName: string, method: string): string {
    const name = `${resourceName}.${method}`;
    return ALIASES[name] ?? name;
}

/** Returns the operation that an alias stands for; undefined for a name that is not an alias. */
export function canonicalOperation(name: string): string | undefined {
    return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

/** Returns the operation of a call; undefined if its segments do not lead to a method, which the dispatcher rejects. */
export function operationOf(segments: readonly CallSegment[]): Operation | undefined {
    let resource: ResourceName = 'client';
    let resourceName = 'client';
    for (const [method] of segments.slice(0, -1)) {
        const resources: ClientResource['resources'] = CLIENT_METHODS[resource].resources;
        if (!Object.hasOwn(resources, method)) return undefined;
        resource = resources[method]!;
        resourceName = resource === 'storages' ? method : resource;
    }
    const [method, first] = segments.at(-1) ?? [''];
    const name = operationName(resourceName, method);
    if (!OPERATIONS.has(name)) return undefined;
    return { name, key: resource === 'keyValueStore' ? recordKeyOf(first) : undefined };
}

function recordKeyOf(argument: unknown): string | undefined {
    if (typeof argument === 'string') return argument;
    const { key } = (argument ?? {}) as { key?: unknown };
    return typeof key === 'string' ? key : undefined;
}

/** Operations on a request of a queue that depend on its lock. */
export const LOCK_OPERATIONS = ['updateRequest', 'deleteRequest', 'prolongRequestLock', 'deleteRequestLock'] as const;

/** One of {@link LOCK_OPERATIONS}. */
export type LockOperation = (typeof LOCK_OPERATIONS)[number];

/** Applies the scripted faults of a run to a call; rejects if a fault rejects it. */
export type FaultHook = (operation: Operation) => Promise<void>;

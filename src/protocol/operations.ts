import { CLIENT_METHODS, type CallSegment, type ResourceName, type ClientResource } from './calls.js';

/*
 * What can be asked of the API, by one name whichever way it is asked: `dataset.pushItems` is a method of the client and
 * `POST /v2/datasets/:datasetId/items`.
 */

/** A call of the API: what it asks for, and of which record, if of one. */
export interface Operation {
    name: string;
    key?: string;
}

/** Methods of the client that ask for the same as another one. */
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

/** The collections that are of one shape, each under the name by which the client leads to it. */
const STORAGES = ['datasets', 'keyValueStores', 'requestQueues'];

export const OPERATIONS: ReadonlySet<string> = new Set(
    Object.entries(CLIENT_METHODS).flatMap(([resource, { methods, lists }]) => {
        const names = resource === 'storages' ? STORAGES : [resource];
        return names.flatMap((resourceName) =>
            [...methods, ...lists].map((method) => operationName(resourceName, method)),
        );
    }),
);

/** The operation that a method of the client asks for, by the names of the resource and the method. */
function operationName(resourceName: string, method: string): string {
    const name = `${resourceName}.${method}`;
    return ALIASES[name] ?? name;
}

/** The name of the operation that goes by another name where someone may know it from the client, or undefined. */
export function canonicalOperation(name: string): string | undefined {
    return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

/** The operation that a call asks for; undefined for steps that lead nowhere, which whoever performs them refuses. */
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

/** The operations on one request of a queue that its lock matters to. */
export const LOCK_OPERATIONS = ['updateRequest', 'deleteRequest', 'prolongRequestLock', 'deleteRequestLock'] as const;

/** One of {@link LOCK_OPERATIONS}. */
export type LockOperation = (typeof LOCK_OPERATIONS)[number];

/** Lets a call of a run meet with what a test has for it; rejects where it is refused. */
export type FaultHook = (operation: Operation) => Promise<void>;

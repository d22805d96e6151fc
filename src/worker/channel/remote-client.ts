import { setTimeout } from 'node:timers/promises';
import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { CLIENT_METHODS, type CallSegment, type ResourceName } from '../../protocol/calls.js';
import { itemsToJson } from './item-json.js';
import { fromPosted, cloneAsJson, toBuffer, toPostable } from './record-values.js';
import { checkRunInput } from '../../util/json/check-run-input.js';
import { paginate } from '../../util/collections/paged-list.js';
import { createRemoteList, type ListOptions, type ListPage } from './remote-lists.js';
import { MAX_RETRIES, RETRYABLE_CODES, type RetrySettings } from '../../protocol/messages.js';
import type { Client } from '../../model/client/client.js';
import type { ClientRun, WaitOptions } from '../../model/client/run.js';
import type { ClientRequestsPage } from '../../model/client/storage.js';
import type { QueueListOptions, RecordInput, RecordOptions, RecordValue } from '../../model/api/storage.js';
import type { CallTransport } from './host-connection.js';

type CallMethod = (method: string, ...args: unknown[]) => Promise<unknown>;
type Methods = Record<string, (...args: never[]) => unknown>;

/**
 * Creates the client of the Actor's side, whose calls are performed by the host.
 *
 * @param retries - If set, rejected calls are retried.
 */
export function createRemoteClient(transport: CallTransport, retries?: RetrySettings): Client {
    const retrying = retries === undefined ? transport : createRetryingTransport(transport, retries);
    return createResource(retrying, 'client', []) as unknown as Client;
}

function createResource(transport: CallTransport, name: ResourceName, path: readonly CallSegment[]): Methods {
    const shape = CLIENT_METHODS[name];
    const call: CallMethod = (method, ...args) => transport.call([...path, [method, ...args]]);
    const methods: Record<string, (...args: unknown[]) => unknown> = {};
    for (const [method, resource] of Object.entries(shape.resources)) {
        methods[method] = (...args) => {
            const segment: CallSegment = [method, ...(resource === 'requestQueue' ? withClientKey(args) : args)];
            return createResource(transport, resource, [...path, segment]);
        };
    }
    for (const method of shape.methods) {
        const copied = JSON_ARGUMENTS[`${name}.${method}`];
        methods[method] =
            copied === undefined
                ? (...args) => call(method, ...args)
                : async (first, ...args) => {
                      if (WITH_INPUT.has(copied)) checkRunInput(copied, first);
                      return call(method, cloneAsJson(copied, first), ...args);
                  };
    }
    for (const method of shape.lists) {
        const load = (options: ListOptions): Promise<ListPage> => call(method, options) as Promise<ListPage>;
        methods[method] = (options) => createRemoteList(load, options as ListOptions | undefined);
    }
    return { ...methods, ...OVERRIDES[name]?.(call, transport, path) };
}

/** The host creates a client for each call, so a key created there would hold a lock for one call only. */
function withClientKey([id, options, ...rest]: unknown[]): unknown[] {
    if (id === undefined) return [];
    return [id, { clientKey: newClientKey(), ...(options as object | undefined) }, ...rest];
}

/**
 * 24 letters and digits. The key is not secret, so loading `node:crypto`, which takes milliseconds, is not worthwhile.
 */
function newClientKey(): string {
    const randomPart = (): string => Math.random().toString(36).slice(2).padEnd(12, '0').slice(0, 12);
    return randomPart() + randomPart();
}

/** Methods whose first argument is sent as the API would receive it, with the name of that argument. */
const JSON_ARGUMENTS: Readonly<Record<string, string>> = {
    'task.update': 'fields',
    'task.updateInput': 'input',
    'tasks.create': 'task',
    'schedule.update': 'fields',
    'schedules.create': 'schedule',
    'requestQueue.addRequest': 'request',
    'requestQueue.batchAddRequests': 'requests',
    'requestQueue.updateRequest': 'request',
};

/** Arguments that are, or contain, the input of a run. */
const WITH_INPUT: ReadonlySet<string> = new Set(['fields', 'input', 'task']);

/** Methods whose arguments or results need further conversion. */
const OVERRIDES: Partial<
    Record<ResourceName, (call: CallMethod, transport: CallTransport, path: readonly CallSegment[]) => Methods>
> = {
    actor: (call, transport) => ({
        ...startMethods(call, transport),
        validateInput: async (input?: unknown, options?: object) => call('validateInput', toInput(input), options),
        defaultBuild: async (options?: object) => {
            const { id } = (await call('defaultBuild', options)) as { id: string };
            return createResource(transport, 'build', [['build', id]]);
        },
    }),
    build: waitMethods,
    task: startMethods,
    run: (call) => ({
        metamorph: async (targetActorId: string, input?: unknown, options?: object) =>
            call('metamorph', targetActorId, toInput(input), options),
        ...waitMethods(call),
    }),
    dataset: (call) => ({
        pushItems: async (items: unknown) => call('pushItems', itemsToJson(items)),
        downloadItems: async (format: string, options?: object) =>
            toBuffer((await call('downloadItems', format, options)) as Uint8Array),
    }),
    keyValueStore: (call, transport, path) => ({
        getRecord: async (key: string, options: RecordOptions = {}) => {
            const { stream = false, ...rest } = options;
            const input = Object.keys(options).length > 0 ? undefined : takeAssignedInput(transport, path, key);
            if (input !== undefined) return input;
            const record = await call('getRecord', key, stream ? { ...rest, buffer: true } : rest);
            return fromPosted(record as RecordValue | undefined, stream);
        },
        setRecord: async (record: RecordInput, options?: object) =>
            call('setRecord', await toPostable(record), options),
    }),
    requestQueue: (call) => ({
        paginateRequests: (options: QueueListOptions & { maxPageLimit?: number } = {}) =>
            paginate(options, (page) => call('listRequests', page) as Promise<ClientRequestsPage>),
    }),
    log: () => ({
        stream: async () => {
            throw new EngineError(
                'not-yet-available',
                '`log().stream()` is not yet available inside an Actor. Use `log().get()`, or stream the log from the host.',
            );
        },
    }),
};

/** Returns the input of the assignment if that record is read; otherwise the host must be asked. */
function takeAssignedInput(
    transport: CallTransport,
    path: readonly CallSegment[],
    key: string,
): RecordValue | undefined {
    const [[method, storeId] = [''], ...more] = path;
    return method === 'keyValueStore' && more.length === 0
        ? transport.takeAssignedInput?.(storeId as string, key)
        : undefined;
}

/** Methods of Actors and tasks that start runs. */
function startMethods(call: CallMethod, transport: CallTransport): Methods {
    return {
        start: async (input?: unknown, options?: object) =>
            withWaitForFinish((await call('start', toInput(input), options)) as ClientRun, transport),
        call: async (input?: unknown, { log: _log, signal, ...options }: WaitOptions & { log?: unknown } = {}) =>
            rejectOnAbort(call('call', toInput(input), options), signal),
    };
}

/** Converts an input to what JSON can represent; text and bytes have their own content type and pass unchanged. */
function toInput(input: unknown): unknown {
    if (typeof input === 'string' || ArrayBuffer.isView(input)) return input;
    checkRunInput('input', input);
    return cloneAsJson('input', input);
}

function withWaitForFinish(run: ClientRun, transport: CallTransport): ClientRun {
    const { waitForFinish } = createResource(transport, 'run', [['run', run.id]]);
    return Object.defineProperty(run, 'waitForFinish', { value: waitForFinish });
}

function waitMethods(call: CallMethod): Methods {
    return {
        waitForFinish: ({ signal, ...options }: WaitOptions = {}) =>
            rejectOnAbort(call('waitForFinish', options), signal),
    };
}

/** Rejects when the signal is aborted; the signal itself cannot be sent to the host. */
function rejectOnAbort(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
    if (signal === undefined) return work;
    return new Promise((resolve, reject) => {
        const rejectOnAbort = (): void => reject(signal.reason as Error);
        if (signal.aborted) rejectOnAbort();
        signal.addEventListener('abort', rejectOnAbort, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', rejectOnAbort));
    });
}

/**
 * Retries rejected calls as the platform's client does: up to eight times, after a delay that doubles and is randomly
 * up to twice as long. Uses the Actor's own clock. Source: the options of `async-retry` that `apify-client` uses.
 */
function createRetryingTransport(
    transport: CallTransport,
    { minDelayBetweenRetriesMillis }: RetrySettings,
): CallTransport {
    return {
        async call(segments) {
            for (let retries = 0; ; retries += 1) {
                try {
                    return await transport.call(segments);
                } catch (error) {
                    const isWorthIt = isEngineError(error) && RETRYABLE_CODES.has(error.code);
                    if (!isWorthIt || retries === MAX_RETRIES) throw error;
                    await setTimeout((1 + Math.random()) * minDelayBetweenRetriesMillis * 2 ** retries);
                }
            }
        },
    };
}

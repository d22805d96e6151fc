import { setTimeout } from 'node:timers/promises';
import { EngineError, isEngineError } from '../../errors/engine-error.js';
import { CLIENT_METHODS, type CallSegment, type ResourceName } from '../../protocol/calls.js';
import { itemsToJson } from './item-json.js';
import { fromPosted, jsonCopy, toBuffer, toPostable } from './record-values.js';
import { paginate } from '../../util/collections/paged-list.js';
import { remoteList, type ListOptions, type ListPage } from './remote-lists.js';
import { MAX_RETRIES, RETRYABLE_CODES, type RetrySettings } from '../../protocol/messages.js';
import type { Client, ClientRequestsPage, ClientRun, WaitOptions } from '../../model/client/client.js';
import type { QueueListOptions, RecordInput, RecordOptions, RecordValue } from '../../model/api/storage.js';
import type { CallTransport } from './host-connection.js';

type Ask = (method: string, ...args: unknown[]) => Promise<unknown>;
type Methods = Record<string, (...args: never[]) => unknown>;

/**
 * The client of the Actor's side: each call travels to the host and is done there.
 *
 * @param retries - How refused calls are repeated, if they are.
 */
export function createRemoteClient(caller: CallTransport, retries?: RetrySettings): Client {
    const used = retries === undefined ? caller : repeatingCaller(caller, retries);
    return makeResource(used, 'client', []) as unknown as Client;
}

function makeResource(caller: CallTransport, name: ResourceName, path: readonly CallSegment[]): Methods {
    const shape = CLIENT_METHODS[name];
    const ask: Ask = (method, ...args) => caller.call([...path, [method, ...args]]);
    const methods: Record<string, (...args: unknown[]) => unknown> = {};
    for (const [method, resource] of Object.entries(shape.resources)) {
        methods[method] = (...args) => {
            const step: CallSegment = [method, ...(resource === 'requestQueue' ? withClientKey(args) : args)];
            return makeResource(caller, resource, [...path, step]);
        };
    }
    for (const method of shape.methods) {
        const copied = COPIED[`${name}.${method}`];
        methods[method] =
            copied === undefined
                ? (...args) => ask(method, ...args)
                : async (first, ...args) => ask(method, jsonCopy(copied, first), ...args);
    }
    for (const method of shape.lists) {
        const load = (options: ListOptions): Promise<ListPage> => ask(method, options) as Promise<ListPage>;
        methods[method] = (options) => remoteList(load, options as ListOptions | undefined);
    }
    return { ...methods, ...SPECIAL[name]?.(ask, caller, path) };
}

/** The host makes a new client for each call, so that a key it chose would hold a lock for one call only. */
function withClientKey([id, options, ...rest]: unknown[]): unknown[] {
    if (id === undefined) return [];
    return [id, { clientKey: newClientKey(), ...(options as object | undefined) }, ...rest];
}

/** 24 letters and digits. It keeps no secret, and so is not worth the milliseconds that loading `node:crypto` takes. */
function newClientKey(): string {
    const part = (): string => Math.random().toString(36).slice(2).padEnd(12, '0').slice(0, 12);
    return part() + part();
}

/** Methods whose first argument is sent as the API would get it, with its name. */
const COPIED: Readonly<Record<string, string>> = {
    'task.update': 'fields',
    'task.updateInput': 'input',
    'tasks.create': 'task',
    'schedule.update': 'fields',
    'schedules.create': 'schedule',
    'requestQueue.addRequest': 'request',
    'requestQueue.batchAddRequests': 'requests',
    'requestQueue.updateRequest': 'request',
};

/** Methods whose arguments or results need more than that. */
const SPECIAL: Partial<
    Record<ResourceName, (ask: Ask, caller: CallTransport, path: readonly CallSegment[]) => Methods>
> = {
    actor: (ask, caller) => ({
        ...starting(ask, caller),
        validateInput: async (input?: unknown, options?: object) => ask('validateInput', inputOf(input), options),
        defaultBuild: async (options?: object) => {
            const { id } = (await ask('defaultBuild', options)) as { id: string };
            return makeResource(caller, 'build', [['build', id]]);
        },
    }),
    build: waiting,
    task: starting,
    run: (ask) => ({
        metamorph: async (targetActorId: string, input?: unknown, options?: object) =>
            ask('metamorph', targetActorId, inputOf(input), options),
        ...waiting(ask),
    }),
    dataset: (ask) => ({
        pushItems: async (items: unknown) => ask('pushItems', itemsToJson(items)),
        downloadItems: async (format: string, options?: object) =>
            toBuffer((await ask('downloadItems', format, options)) as Uint8Array),
    }),
    keyValueStore: (ask, caller, path) => ({
        getRecord: async (key: string, options: RecordOptions = {}) => {
            const { stream = false, ...rest } = options;
            const input = Object.keys(options).length > 0 ? undefined : assignedInput(caller, path, key);
            if (input !== undefined) return input;
            const record = await ask('getRecord', key, stream ? { ...rest, buffer: true } : rest);
            return fromPosted(record as RecordValue | undefined, stream);
        },
        setRecord: async (record: RecordInput, options?: object) => ask('setRecord', await toPostable(record), options),
    }),
    requestQueue: (ask) => ({
        paginateRequests: (options: QueueListOptions & { maxPageLimit?: number } = {}) =>
            paginate(options, (page) => ask('listRequests', page) as Promise<ClientRequestsPage>),
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

/** The input that came with the assignment, if that is what is read; else the host has to be asked. */
function assignedInput(caller: CallTransport, path: readonly CallSegment[], key: string): RecordValue | undefined {
    const [[method, storeId] = [''], ...more] = path;
    return method === 'keyValueStore' && more.length === 0 ? caller.takeInput?.(storeId as string, key) : undefined;
}

/** What starts runs: Actors and tasks. */
function starting(ask: Ask, caller: CallTransport): Methods {
    return {
        start: async (input?: unknown, options?: object) =>
            waitable((await ask('start', inputOf(input), options)) as ClientRun, caller),
        call: (input?: unknown, { log: _log, signal, ...options }: WaitOptions & { log?: unknown } = {}) =>
            unlessAborted(ask('call', inputOf(input), options), signal),
    };
}

/** An input as JSON would carry it; text and bytes have a type of their own and pass. */
function inputOf(input: unknown): unknown {
    return typeof input === 'string' || ArrayBuffer.isView(input) ? input : jsonCopy('input', input);
}

function waitable(run: ClientRun, caller: CallTransport): ClientRun {
    const { waitForFinish } = makeResource(caller, 'run', [['run', run.id]]);
    return Object.defineProperty(run, 'waitForFinish', { value: waitForFinish });
}

function waiting(ask: Ask): Methods {
    return {
        waitForFinish: ({ signal, ...options }: WaitOptions = {}) =>
            unlessAborted(ask('waitForFinish', options), signal),
    };
}

/** Gives up a wait when its signal is aborted; the signal itself cannot travel to the host. */
function unlessAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
    if (signal === undefined) return work;
    return new Promise((resolve, reject) => {
        const giveUp = (): void => reject(signal.reason as Error);
        if (signal.aborted) giveUp();
        signal.addEventListener('abort', giveUp, { once: true });
        work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    });
}

/**
 * A caller that repeats what is refused as the platform's client does: up to eight times, after a time that doubles and is
 * up to twice as long by chance. Time is the Actor's own. Source: the options of `async-retry` that `apify-client` uses.
 */
function repeatingCaller(caller: CallTransport, { minDelayBetweenRetriesMillis }: RetrySettings): CallTransport {
    return {
        async call(segments) {
            for (let retries = 0; ; retries += 1) {
                try {
                    return await caller.call(segments);
                } catch (error) {
                    const isWorthIt = isEngineError(error) && RETRYABLE_CODES.has(error.code);
                    if (!isWorthIt || retries === MAX_RETRIES) throw error;
                    await setTimeout((1 + Math.random()) * minDelayBetweenRetriesMillis * 2 ** retries);
                }
            }
        },
    };
}

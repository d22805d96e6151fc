import { CLIENT_METHODS, type ResourceName } from '../../protocol/calls.js';
import { checkJsonDepth } from '../../util/json/json.js';
import { itemsToTexts } from '../channel/item-json.js';
import { apiMessage, isEngineError, type EngineError } from '../../errors/engine-error.js';
import { API_BASE_URL } from '../../protocol/api.js';
import { toItemEntries, toKeys, toRecordEntries, toRecordValues } from '../../util/collections/crawlee-lists.js';
import type { DatasetClient, KeyValueStoreClient } from '../../model/client/storage.js';
import type { PagedList } from '../../model/api/page.js';
import type { ItemsOptions, KeysOptions } from '../../model/api/storage.js';
import type { RunContext } from '../sdk/context.js';
import type { ApiClient, ClientPackage } from './packages.js';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

/** Services that a patched client uses instead of requests. */
export interface DirectStorageOptions extends ApiErrors, Pick<RunContext, 'client' | 'push'> {}

/**
 * Makes the storage methods of an `apify-client` call the host directly instead of sending API requests, which takes a
 * tenth of the time. The client and its resources keep their classes and all other methods.
 */
export function patchStorageMethods(client: ApiClient, options: DirectStorageOptions): void {
    if (patched.has(client)) return;
    patched.add(client);
    const run: Method = (id) => ({
        get: createDirectMethods('run', options.client.run(id as string), options)['get'],
    });
    const originals = client as unknown as Methods;
    for (const [name, direct] of Object.entries({ ...createDirectResources(options), run })) {
        const original = originals[name]!.bind(client);
        originals[name] = (...args) => {
            const resource = original(...args) as object;
            const { pushItems, ...methods } = direct(...args) as Methods;
            // A class of the SDK counts pushed items in order to charge for them.
            const counts = pushItems === undefined || Object.getOwnPropertySymbols(resource).length > 0;
            return Object.assign(resource, methods, !counts && { pushItems });
        };
    }
    patchSetStatusMessage(client, options);
}

/** Makes `setStatusMessage` send its message before it returns: the SDK allows one millisecond for the last one. */
export function patchSetStatusMessage(client: ApiClient, options: DirectStorageOptions): void {
    client.setStatusMessage = (message, messageOptions) =>
        translateErrors(options.client.setStatusMessage(message, messageOptions), options, 'setStatusMessage');
}

const patched = new WeakSet<ApiClient>();

/** Creates storages for a Crawlee that is used without the SDK. */
export function createDirectStorages(options: DirectStorageOptions): object {
    const { dataset, keyValueStore, ...others } = createDirectResources(options) as Record<
        keyof typeof CLIENT_METHODS & string,
        Method
    >;
    return {
        stats: { rateLimitErrors: [] },
        ...others,
        dataset: (id: string) => withItemEntries(dataset(id) as DatasetClient),
        keyValueStore: (id: string) => withRecordLists(keyValueStore(id) as KeyValueStoreClient),
        setStatusMessage: async (
            message: string,
            messageOptions?: { isStatusMessageTerminal?: boolean; level?: string },
        ) => options.client.setStatusMessage(message, messageOptions),
    };
}

/** Adds what Crawlee calls, and accepts the options that it passes on, such as `toKVS` and `collectAllKeys` of exports. */
function withItemEntries(dataset: DatasetClient): object {
    const listItems: DatasetClient['listItems'] = (options = {}) => {
        const { toKVS: _1, fromDataset: _2, collectAllKeys: _3, ...known } = options as Record<string, unknown>;
        return dataset.listItems(known);
    };
    const listEntries = (options?: ItemsOptions): object => toItemEntries(listItems(options), options?.offset);
    return { ...dataset, listItems, listEntries };
}

/** Adds what Crawlee calls. */
function withRecordLists(store: KeyValueStoreClient): object {
    const readRecord = (key: string): ReturnType<KeyValueStoreClient['getRecord']> => store.getRecord(key);
    return {
        ...store,
        keys: (options?: KeysOptions) => toKeys(store.listKeys(options)),
        values: (options?: KeysOptions) => toRecordValues(store.listKeys(options), readRecord),
        entries: (options?: KeysOptions) => toRecordEntries(store.listKeys(options), readRecord),
    };
}

/** Creates the storages and their collections, which call the host. */
function createDirectResources(options: DirectStorageOptions): Methods {
    const client = options.client as unknown as Record<string, (...args: unknown[]) => object>;
    const one =
        (name: string, shape: ResourceName): Method =>
        (...args) =>
            createDirectMethods(shape, client[name]!(...args), options);
    return {
        dataset: (id) => createDirectDataset(id as string, options),
        keyValueStore: one('keyValueStore', 'keyValueStore'),
        requestQueue: one('requestQueue', 'requestQueue'),
        datasets: one('datasets', 'storages'),
        keyValueStores: one('keyValueStores', 'storages'),
        requestQueues: one('requestQueues', 'storages'),
    };
}

function createDirectDataset(id: string, options: DirectStorageOptions): Methods & { pushItems: Method } {
    const methods = createDirectMethods('dataset', options.client.dataset(id), options);
    return { ...methods, pushItems: (items) => pushItems(id, items, options) };
}

/** Methods whose results `apify-client` creates on its own, such as URLs signed under its own base URL. */
const UNPATCHED = new Set(['getRecordPublicUrl', 'createKeysPublicUrl', 'createItemsPublicUrl', 'downloadItems']);

function createDirectMethods(name: ResourceName, resource: object, options: DirectStorageOptions): Methods {
    const { methods: names, lists } = CLIENT_METHODS[name];
    const target = resource as Methods;
    const methods: Methods = {};
    for (const method of names) {
        if (UNPATCHED.has(method)) continue;
        methods[method] = (...args) => translateErrors(target[method]!(...args) as Promise<unknown>, options, method);
    }
    for (const method of lists) {
        const list = (...args: unknown[]) => target[method]!(...args) as PagedList<unknown>;
        methods[method] = (...args) => translateListErrors(list(...args), options, method);
    }
    return methods;
}

async function pushItems(datasetId: string, items: unknown, options: DirectStorageOptions): Promise<void> {
    const texts = serializeItems(items);
    if (texts === undefined) {
        await translateErrors(options.client.dataset(datasetId).pushItems(items as string), options, 'pushItems');
        return;
    }
    if (texts.length > 0) await translateErrors(options.push(datasetId, texts), options, 'pushItems');
}

/** Returns one JSON text for each item; undefined for invalid items, so that the host reports the error. */
function serializeItems(items: unknown): string[] | undefined {
    try {
        const values: unknown[] = [items].flat().map((item) => (typeof item === 'string' ? JSON.parse(item) : item));
        const list = values.flat();
        // Crawlee passes an item that it has just serialized: one line of text.
        if (typeof items === 'string' && list.length === 1 && items.startsWith('{') && !items.includes('\n')) {
            checkJsonDepth('items', items);
            return [items];
        }
        return itemsToTexts(list);
    } catch {
        return undefined;
    }
}

/** The class of errors to reject with; without it, errors stay the engine's own. */
type ApiErrors = Pick<Partial<ClientPackage>, 'ApifyApiError'>;

/** Settles as the call does, but rejects with the error of the real client. */
async function translateErrors<T>(work: Promise<T>, errors: ApiErrors, method: string): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw toApiError(error, errors, method);
    }
}

/** Returns a list that fails with the errors of the real client, whether it is awaited or iterated. */
function translateListErrors<Item, P>(list: PagedList<Item, P>, errors: ApiErrors, method: string): PagedList<Item, P> {
    const firstPage = translateErrors(list, errors, method);
    // A caller that only iterates sees the error there; it must not also be an unhandled rejection.
    firstPage.catch(() => {});
    const iterator = async function* (): AsyncGenerator<Item> {
        try {
            yield* list;
        } catch (error) {
            throw toApiError(error, errors, method);
        }
    };
    return Object.assign(firstPage, { [Symbol.asyncIterator]: iterator });
}

function toApiError(error: unknown, { ApifyApiError }: ApiErrors, method: string): unknown {
    if (!isEngineError(error) || ApifyApiError === undefined) return error;
    return Object.assign(new ApifyApiError(createErrorResponse(error, method), 1), { cause: error });
}

function createErrorResponse(error: EngineError, method: string): object {
    const { type, details, statusCode } = error;
    return {
        status: statusCode,
        data: { error: { type, message: apiMessage(error), data: details } },
        config: { method, url: `${API_BASE_URL}/v2/${method}` },
    };
}

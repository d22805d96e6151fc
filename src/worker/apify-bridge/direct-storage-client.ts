import { CLIENT_METHODS, type ResourceName } from '../../protocol/calls.js';
import { checkJsonDepth } from '../../util/json/json.js';
import { itemsToTexts } from '../channel/item-json.js';
import { apiMessage, isEngineError, type EngineError } from '../../errors/engine-error.js';
import { API_BASE_URL } from '../../protocol/api.js';
import type { PagedList } from '../../model/api/page.js';
import type { RunContext } from '../sdk/context.js';
import type { ApiClient, ClientPackage } from './packages.js';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

export interface DirectStorageOptions extends ApiErrors, Pick<RunContext, 'client' | 'push'> {}

/**
 * Lets the storages of an `apify-client` ask the host directly, and not by requests of the API: a call costs a tenth. The
 * client and its resources stay what they are, so that whoever looks at their class or calls anything else sees no
 * difference.
 */
export function patchStorageMethods(client: ApiClient, shortcut: DirectStorageOptions): void {
    if (shortened.has(client)) return;
    shortened.add(client);
    const run: Method = (id) => ({ get: direct('run', shortcut.client.run(id as string), shortcut)['get'] });
    const originals = client as unknown as Methods;
    for (const [name, ask] of Object.entries({ ...directResources(shortcut), run })) {
        const original = originals[name]!.bind(client);
        originals[name] = (...args) => {
            const resource = original(...args) as object;
            const { pushItems, ...methods } = ask(...args) as Methods;
            // A class of the SDK's own counts what it pushes, in order to charge for it.
            const counts = pushItems === undefined || Object.getOwnPropertySymbols(resource).length > 0;
            return Object.assign(resource, methods, !counts && { pushItems });
        };
    }
    patchSetStatusMessage(client, shortcut);
}

/** The SDK gives its last word one millisecond; by this way it has been sent when the call returns. */
export function patchSetStatusMessage(client: ApiClient, shortcut: DirectStorageOptions): void {
    client.setStatusMessage = (message, options) =>
        translated(shortcut.client.setStatusMessage(message, options), shortcut, 'setStatusMessage');
}

const shortened = new WeakSet<ApiClient>();

/** Storages for a Crawlee that is used without the SDK. */
export function directStorages(shortcut: DirectStorageOptions): object {
    return {
        stats: { rateLimitErrors: [] },
        ...directResources(shortcut),
        setStatusMessage: async (message: string, options?: { isStatusMessageTerminal?: boolean; level?: string }) =>
            shortcut.client.setStatusMessage(message, options),
    };
}

/** The storages, and their collections, that ask the host. */
function directResources(shortcut: DirectStorageOptions): Methods {
    const client = shortcut.client as unknown as Record<string, (...args: unknown[]) => object>;
    const one =
        (name: string, shape: ResourceName): Method =>
        (...args) =>
            direct(shape, client[name]!(...args), shortcut);
    return {
        dataset: (id) => directDataset(id as string, shortcut),
        keyValueStore: one('keyValueStore', 'keyValueStore'),
        requestQueue: one('requestQueue', 'requestQueue'),
        datasets: one('datasets', 'storages'),
        keyValueStores: one('keyValueStores', 'storages'),
        requestQueues: one('requestQueues', 'storages'),
    };
}

function directDataset(id: string, shortcut: DirectStorageOptions): Methods & { pushItems: Method } {
    const methods = direct('dataset', shortcut.client.dataset(id), shortcut);
    return { ...methods, pushItems: (items) => pushItems(id, items, shortcut) };
}

/** Those whose results `apify-client` makes by itself, as with URLs signed under a base URL of its own. */
const LEFT_ALONE = new Set(['getRecordPublicUrl', 'createKeysPublicUrl', 'createItemsPublicUrl', 'downloadItems']);

function direct(name: ResourceName, resource: object, shortcut: DirectStorageOptions): Methods {
    const { methods: names, lists } = CLIENT_METHODS[name];
    const asked = resource as Methods;
    const methods: Methods = {};
    for (const method of names) {
        if (LEFT_ALONE.has(method)) continue;
        methods[method] = (...args) => translated(asked[method]!(...args) as Promise<unknown>, shortcut, method);
    }
    for (const method of lists) {
        const list = (...args: unknown[]) => asked[method]!(...args) as PagedList<unknown>;
        methods[method] = (...args) => translatedList(list(...args), shortcut, method);
    }
    return methods;
}

async function pushItems(datasetId: string, items: unknown, shortcut: DirectStorageOptions): Promise<void> {
    const work = textsOf(items);
    if (work === undefined) {
        await translated(shortcut.client.dataset(datasetId).pushItems(items as string), shortcut, 'pushItems');
        return;
    }
    if (work.length > 0) await translated(shortcut.push(datasetId, work), shortcut, 'pushItems');
}

/** One JSON text for each item, or undefined if it takes the host to tell what is wrong with them. */
function textsOf(items: unknown): string[] | undefined {
    try {
        const values: unknown[] = [items].flat().map((item) => (typeof item === 'string' ? JSON.parse(item) : item));
        const list = values.flat();
        // Crawlee hands in what it has just made of the item: a text in one line.
        if (typeof items === 'string' && list.length === 1 && items.startsWith('{') && !items.includes('\n')) {
            checkJsonDepth('items', items);
            return [items];
        }
        return itemsToTexts(list);
    } catch {
        return undefined;
    }
}

/** The class of errors to reject with; without it, errors are the engine's own. */
type ApiErrors = Pick<Partial<ClientPackage>, 'ApifyApiError'>;

/** Settles as the work does, but rejects as the real client would. */
async function translated<T>(work: Promise<T>, errors: ApiErrors, method: string): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw translate(error, errors, method);
    }
}

/** A list that fails as the real client's would, whether it is awaited or iterated over. */
function translatedList<Item, P>(list: PagedList<Item, P>, errors: ApiErrors, method: string): PagedList<Item, P> {
    const firstPage = translated(list, errors, method);
    // Whoever only iterates sees the failure there; it must not also count as unhandled.
    firstPage.catch(() => {});
    const iterator = async function* (): AsyncGenerator<Item> {
        try {
            yield* list;
        } catch (error) {
            throw translate(error, errors, method);
        }
    };
    return Object.assign(firstPage, { [Symbol.asyncIterator]: iterator });
}

function translate(error: unknown, { ApifyApiError }: ApiErrors, method: string): unknown {
    if (!isEngineError(error) || ApifyApiError === undefined) return error;
    return Object.assign(new ApifyApiError(responseOf(error, method), 1), { cause: error });
}

function responseOf(error: EngineError, method: string): object {
    const { type, details, statusCode } = error;
    return {
        status: statusCode,
        data: { error: { type, message: apiMessage(error), data: details } },
        config: { method, url: `${API_BASE_URL}/v2/${method}` },
    };
}

import { CLIENT_SHAPE, type ResourceName } from '../../protocol/calls.js';
import { checkJsonDepth } from '../../util/json.js';
import { apiMessage } from '../../errors/engine-error.js';
import { isEngineError, type EngineError } from '../../errors/engine-error.js';
import { API_BASE_URL } from '../../protocol/api.js';
import type { Client } from '../../model/client.js';
import type { PagedList } from '../../model/page.js';
import type { ApiClient, ClientPackage } from './packages.js';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

export interface Shortcut extends ApiErrors {
    client: Client;
    /** Appends items, given as JSON texts of one object each. */
    push(datasetId: string, texts: readonly string[]): Promise<void>;
}

/**
 * Lets the storages of an `apify-client` ask the host directly, and not by requests of the API: a call costs a tenth. The
 * client and its resources stay what they are, so that whoever looks at their class or calls anything else sees no
 * difference.
 */
export function shortenStorages(client: ApiClient, shortcut: Shortcut): void {
    if (shortened.has(client)) return;
    shortened.add(client);
    const dataset = client.dataset.bind(client);
    const run = client.run.bind(client);
    const one = (name: 'keyValueStore' | 'requestQueue'): Method => {
        const original = client[name].bind(client) as Method;
        const asked = shortcut.client[name] as (...args: unknown[]) => object;
        return (...args) => Object.assign(original(...args) as object, direct(name, asked(...args), shortcut));
    };
    const all = (name: 'datasets' | 'keyValueStores' | 'requestQueues'): Method => {
        const original = client[name].bind(client);
        return () => Object.assign(original(), direct('storages', shortcut.client[name](), shortcut));
    };
    Object.assign(client, {
        dataset(id: string) {
            const original = dataset(id);
            const { pushItems, ...methods } = directDataset(id, shortcut);
            // A class of the SDK's own counts what it pushes, in order to charge for it.
            const counts = Object.getOwnPropertySymbols(original).length > 0;
            return Object.assign(original, methods, !counts && { pushItems });
        },
        keyValueStore: one('keyValueStore'),
        requestQueue: one('requestQueue'),
        datasets: all('datasets'),
        keyValueStores: all('keyValueStores'),
        requestQueues: all('requestQueues'),
        run(id: string) {
            const { get } = direct('run', shortcut.client.run(id), shortcut);
            return Object.assign(run(id), { get });
        },
    });
    shortenLastWord(client, shortcut);
}

/** The SDK gives its last word one millisecond; by this way it has been sent when the call returns. */
export function shortenLastWord(client: ApiClient, shortcut: Shortcut): void {
    client.setStatusMessage = (message, options) =>
        translated(shortcut.client.setStatusMessage(message, options), shortcut, 'setStatusMessage');
}

const shortened = new WeakSet<ApiClient>();

/** Storages for a Crawlee that is used without the SDK. */
export function directStorages(shortcut: Shortcut): object {
    const { client } = shortcut;
    return {
        stats: { rateLimitErrors: [] },
        dataset: (id: string) => directDataset(id, shortcut),
        datasets: () => client.datasets(),
        keyValueStore: (id: string) => direct('keyValueStore', client.keyValueStore(id), shortcut),
        keyValueStores: () => client.keyValueStores(),
        requestQueue: (id: string, options?: object) =>
            direct('requestQueue', client.requestQueue(id, options), shortcut),
        requestQueues: () => client.requestQueues(),
        setStatusMessage: async (message: string, options?: { isStatusMessageTerminal?: boolean; level?: string }) =>
            client.setStatusMessage(message, options),
    };
}

function directDataset(id: string, shortcut: Shortcut): Methods & { pushItems: Method } {
    const methods = direct('dataset', shortcut.client.dataset(id), shortcut);
    return { ...methods, pushItems: (items) => pushItems(id, items, shortcut) };
}

/** Those whose results `apify-client` makes by itself, as with URLs signed under a base URL of its own. */
const LEFT_ALONE = new Set(['getRecordPublicUrl', 'createKeysPublicUrl', 'createItemsPublicUrl', 'downloadItems']);

function direct(name: ResourceName, resource: object, shortcut: Shortcut): Methods {
    const { does, lists } = CLIENT_SHAPE[name];
    const asked = resource as Methods;
    const methods: Methods = {};
    for (const method of does) {
        if (LEFT_ALONE.has(method)) continue;
        methods[method] = (...args) => translated(asked[method]!(...args) as Promise<unknown>, shortcut, method);
    }
    for (const method of lists) {
        const list = (...args: unknown[]) => asked[method]!(...args) as PagedList<unknown>;
        methods[method] = (...args) => translatedList(list(...args), shortcut, method);
    }
    return methods;
}

async function pushItems(datasetId: string, items: unknown, shortcut: Shortcut): Promise<void> {
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
        if (!list.every((value) => typeof value === 'object' && value !== null && !Array.isArray(value))) {
            return undefined;
        }
        // Crawlee hands in what it has just made of the item: a text in one line.
        if (typeof items === 'string' && list.length === 1 && items.startsWith('{') && !items.includes('\n')) {
            checkJsonDepth('items', items);
            return [items];
        }
        const texts = list.map((value) => JSON.stringify(value));
        for (const text of texts) checkJsonDepth('items', text);
        return texts;
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

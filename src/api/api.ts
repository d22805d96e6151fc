import type { ServerResponse } from 'node:http';
import { checkWord } from '../util/check.js';
import { respond } from './responses.js';
import { HttpError, errorResponse } from './errors.js';
import { type AddRoute, createHandler, param } from './route.js';
import { addAccountRoutes } from './routes/account.js';
import { addActorRoutes } from './routes/actors.js';
import { addAllBuildRoutes } from './routes/builds.js';
import { addDatasetRoutes } from './routes/datasets.js';
import { addKeyValueStoreRoutes } from './routes/key-value-stores.js';
import { addRequestQueueRoutes, queueById } from './routes/request-queues.js';
import { addAllRunRoutes } from './routes/runs.js';
import { addScheduleRoutes } from './routes/schedules.js';
import { addStorageRoutes } from './routes/storages.js';
import { addTaskRoutes } from './routes/tasks.js';
import { addWebhookRoutes } from './routes/webhooks.js';
import type { FaultHook } from '../protocol/operations.js';
import type { Client } from '../model/client/client.js';
import { getPathNoStrict, Hono, type ApiAccess, type App, type Bindings } from './context.js';

/** Apify API v2. The client of each request is in its bindings, so that one app serves all engines of a process. */
export const app: App = new Hono<{ Bindings: Bindings }>({ getPath: readPath }).basePath('/v2');

/** Returns the path of a request, without the doubled slashes of a base URL that ends in one, and without one at the end. */
function readPath(request: Request): string {
    const path = getPathNoStrict(request);
    return path.includes('//') ? path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '') : path;
}

const route: AddRoute = (methods, path, operation, handler) => {
    app.on([methods].flat(), path, createHandler(operation, handler));
};

addActorRoutes(route, 'acts');
addActorRoutes(route, 'actors');
addAllBuildRoutes(route);
addAllRunRoutes(route);
addStorageRoutes(route, {
    collection: 'datasets',
    noun: 'datasets',
    all: (client) => client.datasets(),
    one: (client, reference) => client.dataset(reference),
});
addDatasetRoutes(route, '/datasets/:datasetId', {
    storageOf: (c) => c.env.client.dataset(param(c, 'datasetId')),
    idOf: (c) => param(c, 'datasetId'),
});
addStorageRoutes(route, {
    collection: 'key-value-stores',
    noun: 'keyValueStores',
    all: (client) => client.keyValueStores(),
    one: (client, reference) => client.keyValueStore(reference),
});
addKeyValueStoreRoutes(route, '/key-value-stores/:storeId', {
    storageOf: (c) => c.env.client.keyValueStore(param(c, 'storeId')),
    idOf: (c) => param(c, 'storeId'),
});
addStorageRoutes(route, {
    collection: 'request-queues',
    noun: 'requestQueues',
    all: (client) => client.requestQueues(),
    one: (client, reference) => client.requestQueue(reference),
});
addRequestQueueRoutes(route, '/request-queues/:queueId', (c) => queueById(c, param(c, 'queueId')));
addAccountRoutes(route);
addWebhookRoutes(route);
addTaskRoutes(route);
addScheduleRoutes(route);

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

app.options('*', (c) => {
    const methods = methodsOf(c.req.path);
    if (methods.length === 0) throw routeNotFound(c.req.method, c.req.path);
    return respond(c, null, { status: 204, headers: { allow: methods.join(', ') } });
});
app.notFound(
    createHandler(undefined, ({ req }) => {
        throw routeNotFound(req.method, req.path);
    }),
);
app.onError((error, c) => errorResponse(c, error));

/**
 * Handles a trusted request with a client. Only its path and query count, not its host or token.
 *
 * Never throws: errors become responses in the API's shape, `{ error: { type, message } }`.
 */
export async function handleTrustedRequest(request: Request, client: Client, faultHook?: FaultHook): Promise<Response> {
    return dispatch(request, { client, faultHook, method: request.method });
}

/**
 * Handles an external request, after checking its credentials. Never throws.
 *
 * @param outgoing - If set, the response is written to it, and the returned `Response` has no meaning.
 */
export async function handleRequest(request: Request, access: ApiAccess, outgoing?: ServerResponse): Promise<Response> {
    // The client is set once the credentials have been checked.
    return dispatch(request, { client: undefined as unknown as Client, access, outgoing, method: request.method });
}

/** As {@link handleRequest}; once the request is aborted, it rejects as `fetch` does, or the response body fails. */
export async function handleFetch(request: Request, access: ApiAccess): Promise<Response> {
    const { signal } = request;
    signal.throwIfAborted();
    const response = await handleRequest(request, access);
    if (signal.aborted) {
        await response.body?.cancel().catch(() => {});
        signal.throwIfAborted();
    }
    return response;
}

function dispatch(request: Request, bindings: Bindings): Response | Promise<Response> {
    try {
        return app.fetch(overrideMethod(request), bindings);
    } catch (error) {
        return errorResponse({ env: bindings, req: request }, error);
    }
}

function methodsOf(path: string): string[] {
    const methods = METHODS.filter((method) => app.router.match(method, path)[0].length > 0);
    return methods.length === 0 ? [] : ['OPTIONS', ...methods];
}

function routeNotFound(method: string, path: string): HttpError {
    const allowed = methodsOf(path);
    if (allowed.length === 0) {
        const message =
            `This engine has no API endpoint \`${method} ${path}\`. Check the path. If Apify API v2 has the endpoint, ` +
            'this version of the engine does not support it.';
        return new HttpError(404, 'page-not-found', message);
    }
    const message = `\`${path}\` can only be accessed using the following HTTP methods: ${allowed.join(', ')}. Yours is ${method}.`;
    return new HttpError(405, 'method-not-allowed', message);
}

/** Returns the request with the method of `?method=`, for clients that only support GET and POST. */
function overrideMethod(request: Request): Request {
    const { url } = request;
    // Most requests have no override, and parsing a URL takes longer than routing.
    if (!url.includes('method=')) return request;
    const method = new URL(url).searchParams.get('method')?.toUpperCase();
    if (!method || method === request.method) return request;
    checkWord('method', method, ['HEAD', ...METHODS]);
    const { headers, signal } = request;
    // As a stream: only the route knows the size limit.
    const body = method === 'GET' || method === 'HEAD' ? null : request.body;
    // Node needs `duplex` for a stream; the DOM types lack it.
    return new Request(url, { method, headers, signal, body, duplex: 'half' } as RequestInit);
}

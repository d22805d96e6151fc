import type { ServerResponse } from 'node:http';
import { checkWord } from '../util/check.js';
import { respond } from './responses.js';
import { HttpError, errorResponse } from './errors.js';
import { type AddRoute, guarded, param } from './route.js';
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
import { Hono, type ApiAccess, type App, type Bindings } from './context.js';

/** Apify API v2. Whose client performs a request is in its bindings, so that one app serves all engines of a process. */
export const app: App = new Hono<{ Bindings: Bindings }>({ strict: false }).basePath('/v2');

const route: AddRoute = (methods, path, operation, handler) => {
    app.on([methods].flat(), path, guarded(operation, handler));
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
    if (methods.length === 0) throw noSuchRoute(c.req.method, c.req.path);
    return respond(c, null, { status: 204, headers: { allow: methods.join(', ') } });
});
app.notFound(
    guarded(undefined, ({ req }) => {
        throw noSuchRoute(req.method, req.path);
    }),
);
app.onError((error, c) => errorResponse(c, error));

/**
 * Answers a request that is trusted, by means of a client: only its path and query count, not its host or token.
 *
 * Never throws: errors become answers in the API's shape, `{ error: { type, message } }`.
 */
export async function handleTrustedRequest(request: Request, client: Client, hinder?: FaultHook): Promise<Response> {
    return dispatch(request, { client, hinder });
}

/**
 * Answers a request from outside, whose credentials are checked. Never throws.
 *
 * @param outgoing - If given, the answer is written to it, and the `Response` has no meaning.
 */
export async function handleRequest(request: Request, access: ApiAccess, outgoing?: ServerResponse): Promise<Response> {
    // There is no client before the credentials have been checked.
    return dispatch(request, { client: undefined as unknown as Client, access, outgoing });
}

/** As {@link handleRequest}, but once the request is aborted it rejects, as `fetch` does, or its answer breaks off. */
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

function noSuchRoute(method: string, path: string): HttpError {
    const allowed = methodsOf(path);
    if (allowed.length === 0) {
        const message =
            `There is no API endpoint \`${method} ${path}\` in this engine. Check the path; if Apify API v2 has it, ` +
            'this version of the engine does not.';
        return new HttpError(404, 'page-not-found', message);
    }
    const message = `\`${path}\` can only be accessed using the following HTTP methods: ${allowed.join(', ')}. Yours is ${method}.`;
    return new HttpError(405, 'method-not-allowed', message);
}

/** The request as `?method=` overrides it, for clients that only know GET and POST. */
function overrideMethod(request: Request): Request {
    const { url } = request;
    // Nearly all requests have none, and parsing a URL takes longer than routing.
    if (!url.includes('method=')) return request;
    const method = new URL(url).searchParams.get('method')?.toUpperCase();
    if (!method || method === request.method) return request;
    checkWord('method', method, ['HEAD', ...METHODS]);
    const { headers, signal } = request;
    // As a stream: only the route knows how large it may be.
    const body = method === 'GET' || method === 'HEAD' ? null : request.body;
    // Types of browsers do not know `duplex`, without which Node takes no stream.
    return new Request(url, { method, headers, signal, body, duplex: 'half' } as RequestInit);
}

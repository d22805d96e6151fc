import { Hono } from 'hono';
import { ApiRefusal } from './api-refusal.js';
import { errorAnswer } from './error-answer.js';
import { Query } from './query.js';
import { routes } from './routes.js';
import type { Client } from '../model/client.js';
import type { RouteHandler } from './route.js';

const PREFIX = '/v2';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

interface Env {
    Bindings: { client: Client };
}

const app = makeApp();

/** Hands a request to the handler of its route. */
export async function routeRequest(request: Request, client: Client): Promise<Response> {
    return app.fetch(request, { client });
}

function makeApp(): Hono<Env> {
    const app = new Hono<Env>({ strict: false });
    for (const [route, handle] of Object.entries(routes)) addRoute(app, route, handle);
    app.notFound(({ req }) => errorAnswer(noSuchRoute(app, req.method, req.path)));
    return app;
}

function addRoute(app: Hono<Env>, route: string, handle: RouteHandler): void {
    const [method = '', path = ''] = route.split(' ');
    app.on(method, PREFIX + path, async ({ req, env }) => {
        try {
            return await handle({
                client: env.client,
                request: req.raw,
                query: new Query(new URL(req.url).searchParams),
                param: (name) => req.param(name) ?? '',
            });
        } catch (error) {
            // Here and not in `onError`, which rethrows errors of other realms.
            return errorAnswer(error);
        }
    });
}

function noSuchRoute(app: Hono<Env>, method: string, path: string): ApiRefusal {
    const allowed = METHODS.filter((other) => app.router.match(other, path)[0].length > 0);
    if (allowed.length === 0) {
        const message =
            `There is no API endpoint \`${method} ${path}\` in this engine. Check the path; if Apify API v2 has it, ` +
            'this version of the engine does not.';
        return new ApiRefusal(404, 'page-not-found', message);
    }
    const message = `\`${path}\` can only be accessed using the following HTTP methods: ${allowed.join(', ')}. Yours is ${method}.`;
    return new ApiRefusal(405, 'method-not-allowed', message);
}

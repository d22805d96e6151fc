import { Hono } from 'hono';
import { withoutBody } from './answers.js';
import { ApiRefusal } from './api-refusal.js';
import { errorAnswer } from './error-answer.js';
import { operationOfRoute } from './operation-of.js';
import { Query } from './query.js';
import { routes } from './routes.js';
import type { Hinder } from '../protocol/operations.js';
import type { Client } from '../model/client.js';
import type { RouteHandler } from './route.js';

const PREFIX = '/v2';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

/** For whom a request is answered. */
export interface RequestScope {
    readonly client: Client;
    /** Whether links in the answer are to lead to where the request came in. */
    readonly isFromOutside?: boolean;
    /** What the operation is to meet with before it is done; may refuse it. */
    readonly hinder?: Hinder;
}

interface Env {
    Bindings: RequestScope;
}

const app = makeApp();

/** Hands a request to the handler of its route. */
export async function routeRequest(request: Request, scope: RequestScope): Promise<Response> {
    return app.fetch(request, scope);
}

/** Answers a request with the method OPTIONS, without asking any handler; throws when there is no such route. */
export function answerOptions(request: Request): Response {
    const path = app.getPath(request);
    const methods = methodsOf(app, path);
    if (methods.length === 0) throw noSuchRoute(app, request.method, path);
    return new Response(null, { status: 204, headers: { allow: methods.join(', ') } });
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
            if (env.hinder) await meet(env.hinder, req.raw.method, path, req.param('key'));
            const answer = await handle({
                client: env.client,
                isFromOutside: env.isFromOutside === true,
                request: req.raw,
                get query() {
                    return new Query(queryOf(req.url));
                },
                param: (name) => req.param(name) ?? '',
            });
            return req.raw.method === 'HEAD' ? withoutBody(answer) : answer;
        } catch (error) {
            // Here and not in `onError`, which rethrows errors of other realms.
            return errorAnswer(error);
        }
    });
}

async function meet(hinder: Hinder, method: string, path: string, key?: string): Promise<void> {
    const name = operationOfRoute(method, path);
    if (name !== undefined) await hinder({ name, key });
}

/** Not by the URL class: most requests have none, and most that have are asked for little of it. */
function queryOf(url: string): URLSearchParams {
    const start = url.indexOf('?');
    return new URLSearchParams(start === -1 ? '' : url.slice(start + 1).split('#', 1)[0]);
}

function methodsOf(app: Hono<Env>, path: string): string[] {
    const methods = METHODS.filter((method) => app.router.match(method, path)[0].length > 0);
    return methods.length === 0 ? [] : ['OPTIONS', ...methods];
}

function noSuchRoute(app: Hono<Env>, method: string, path: string): ApiRefusal {
    const allowed = methodsOf(app, path);
    if (allowed.length === 0) {
        const message =
            `There is no API endpoint \`${method} ${path}\` in this engine. Check the path; if Apify API v2 has it, ` +
            'this version of the engine does not.';
        return new ApiRefusal(404, 'page-not-found', message);
    }
    const message = `\`${path}\` can only be accessed using the following HTTP methods: ${allowed.join(', ')}. Yours is ${method}.`;
    return new ApiRefusal(405, 'method-not-allowed', message);
}

import { withoutBody } from './answers.js';
import { ApiRefusal } from './api-refusal.js';
import { errorAnswer } from './error-answer.js';
import { operationOfRoute } from './operation-of.js';
import { pathOf, queryOf } from './path.js';
import { Query } from './query.js';
import { RouteTree, type FoundRoute } from './route-tree.js';
import { routes } from './routes.js';
import type { Hinder } from '../protocol/operations.js';
import type { Client } from '../model/client.js';
import type { RouteCall } from './route.js';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

/** For whom a request is answered. */
export interface RequestScope {
    readonly client: Client;
    /** Whether links in the answer are to lead to where the request came in. */
    readonly isFromOutside?: boolean;
    /** What the operation is to meet with before it is done; may refuse it. */
    readonly hinder?: Hinder;
}

const tree = new RouteTree(routes, METHODS, '/v2');

/** Hands a request to the handler of its route. Never throws. */
export async function routeRequest(request: Request, scope: RequestScope): Promise<Response> {
    const isHead = request.method === 'HEAD';
    let answer: Response;
    try {
        const path = pathOf(request.url);
        const route = tree.find(isHead ? 'GET' : request.method, path);
        if (route === undefined) throw noSuchRoute(request.method, path);
        if (scope.hinder) await meet(scope.hinder, request.method, route);
        answer = await route.handle(new Call(request, scope, route.params));
    } catch (error) {
        answer = errorAnswer(error);
    }
    return isHead ? withoutBody(answer) : answer;
}

/** Answers a request with the method OPTIONS, without asking any handler; throws when there is no such route. */
export function answerOptions(request: Request): Response {
    const path = pathOf(request.url);
    const methods = methodsOf(path);
    if (methods.length === 0) throw noSuchRoute(request.method, path);
    return new Response(null, { status: 204, headers: { allow: methods.join(', ') } });
}

class Call implements RouteCall {
    readonly client: Client;
    readonly isFromOutside: boolean;
    readonly request: Request;
    readonly #params: Readonly<Record<string, string>>;
    #query: Query | undefined;

    constructor(request: Request, scope: RequestScope, params: Readonly<Record<string, string>>) {
        this.client = scope.client;
        this.isFromOutside = scope.isFromOutside === true;
        this.request = request;
        this.#params = params;
    }

    get query(): Query {
        return (this.#query ??= new Query(queryOf(this.request.url)));
    }

    readonly param = (name: string): string => this.#params[name] ?? '';
}

async function meet(hinder: Hinder, method: string, { path, params }: FoundRoute): Promise<void> {
    const name = operationOfRoute(method, path);
    if (name !== undefined) await hinder({ name, key: params['key'] });
}

function methodsOf(path: string): string[] {
    const methods = tree.methodsOf(path);
    return methods.length === 0 ? [] : ['OPTIONS', ...methods];
}

function noSuchRoute(method: string, path: string): ApiRefusal {
    const allowed = methodsOf(path);
    if (allowed.length === 0) {
        const message =
            `There is no API endpoint \`${method} ${path}\` in this engine. Check the path; if Apify API v2 has it, ` +
            'this version of the engine does not.';
        return new ApiRefusal(404, 'page-not-found', message);
    }
    const message = `\`${path}\` can only be accessed using the following HTTP methods: ${allowed.join(', ')}. Yours is ${method}.`;
    return new ApiRefusal(405, 'method-not-allowed', message);
}

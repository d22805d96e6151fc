import { authenticate } from './access.js';
import { dataResponse, emptyResponse } from './responses.js';
import { errorResponse } from './errors.js';
import type { FaultHook } from '../protocol/operations.js';
import type { ApiContext, Handler, Resolver } from './context.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Adds a route. It names its operation, one of `OPERATIONS`; undefined if it does not use the engine.
 *
 * @example
 * route('GET', '/schedules', 'schedules.list', (c) => c.env.client.schedules().list(pageQuery(c)));
 */
export type AddRoute<H = Handler> = (
    methods: Method | readonly Method[] | 'ALL',
    path: string,
    operation: string | undefined,
    handler: H,
) => void;

/** Returns a function that adds routes below the path of one resource; their handlers receive the resource. */
export function routesBelow<Resource>(
    route: AddRoute,
    base: string,
    resolve: Resolver<Resource>,
): AddRoute<(resource: Resource, c: ApiContext) => unknown> {
    return (methods, path, operation, handler) =>
        route(methods, base + path, operation, async (c) => handler(await resolve(c), c));
}

/**
 * Creates the handler of a route: it checks the credentials of external requests, injects the faults of a test, and turns the
 * result into a response. A value gets the API's envelope, undefined an empty body; errors become error responses.
 */
export function createHandler(operation: string | undefined, handler: Handler): (c: ApiContext) => Promise<Response> {
    return async (c) => {
        try {
            authenticate(c);
            if (c.env.faultHook !== undefined && operation !== undefined)
                await injectFault(c.env.faultHook, operation, c);
            const result = await handler(c);
            if (result === undefined) return emptyResponse(c);
            return result instanceof Response ? result : dataResponse(c, result);
        } catch (error) {
            return errorResponse(c, error);
        }
    };
}

/** Operations that have another name with HEAD. */
const HEAD_OPERATIONS: Readonly<Record<string, string>> = { 'keyValueStore.getRecord': 'keyValueStore.recordExists' };

function injectFault(hook: FaultHook, operation: string, { req }: ApiContext): Promise<void> {
    const name = (req.method === 'HEAD' && HEAD_OPERATIONS[operation]) || operation;
    return hook({ name, key: req.param('key') });
}

/** Returns a path parameter by its name in the route, percent-decoded. */
export function param({ req }: ApiContext, name: string): string {
    return req.param(name) ?? '';
}

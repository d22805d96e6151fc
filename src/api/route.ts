import { authenticate } from './access.js';
import { dataResponse, emptyResponse } from './responses.js';
import { errorResponse } from './errors.js';
import type { FaultHook } from '../protocol/operations.js';
import type { ApiContext, Handler, Resolver } from './context.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Adds a route. It names its operation, one of `OPERATIONS`, or undefined if it does not use the engine.
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

/** Returns what adds routes below the path of one resource, which their handlers get. */
export function routesBelow<Resource>(
    route: AddRoute,
    base: string,
    resolve: Resolver<Resource>,
): AddRoute<(resource: Resource, c: ApiContext) => unknown> {
    return (methods, path, operation, handler) =>
        route(methods, base + path, operation, async (c) => handler(await resolve(c), c));
}

/**
 * Makes a handler that checks the credentials of requests from outside, injects the faults of a test, and answers with a value that
 * is no answer yet in the API's envelope, without a body for undefined, or with the error that is thrown.
 */
export function guarded(operation: string | undefined, handler: Handler): (c: ApiContext) => Promise<Response> {
    return async (c) => {
        try {
            await authenticate(c);
            if (c.env.hinder !== undefined && operation !== undefined) await inject(c.env.hinder, operation, c);
            const answered = await handler(c);
            if (answered === undefined) return emptyResponse(c);
            return answered instanceof Response ? answered : dataResponse(c, answered);
        } catch (error) {
            return errorResponse(c, error);
        }
    };
}

/** Operations that have a name of their own with HEAD. */
const HEAD_OPERATIONS: Readonly<Record<string, string>> = { 'keyValueStore.getRecord': 'keyValueStore.recordExists' };

function inject(hinder: FaultHook, operation: string, { req }: ApiContext): Promise<void> {
    const name = (req.method === 'HEAD' && HEAD_OPERATIONS[operation]) || operation;
    return hinder({ name, key: req.param('key') });
}

/** A part of the path by its name in the route, percent-decoded. */
export function param({ req }: ApiContext, name: string): string {
    return req.param(name) ?? '';
}

import { admit } from './access.js';
import { dataAnswer } from './answers.js';
import { errorAnswer } from './errors.js';
import type { Hinder } from '../protocol/operations.js';
import type { ApiContext, App, Handler } from './context.js';

/**
 * Adds routes to a hono app. Each names its operation, one of `OPERATIONS`, or undefined if it does not use the engine.
 *
 * @example
 * routes.get('/datasets/:datasetId/items', 'dataset.listItems', async (c) => answer(c, …));
 */
export class Routes {
    readonly #app: App;

    constructor(app: App) {
        this.#app = app;
    }

    get(path: string, operation: string, handler: Handler): void {
        this.#app.get(path, guarded(operation, handler));
    }

    post(path: string, operation: string, handler: Handler): void {
        this.#app.post(path, guarded(operation, handler));
    }

    put(path: string, operation: string, handler: Handler): void {
        this.#app.put(path, guarded(operation, handler));
    }

    delete(path: string, operation: string, handler: Handler): void {
        this.#app.delete(path, guarded(operation, handler));
    }

    all(path: string, operation: string | undefined, handler: Handler): void {
        this.#app.all(path, guarded(operation, handler));
    }
}

/**
 * Makes a handler that checks the credentials of requests from outside, injects the faults of a test, and answers with a value that
 * is no answer yet in the API's envelope, or with the error that is thrown.
 */
export function guarded(operation: string | undefined, handler: Handler): (c: ApiContext) => Promise<Response> {
    return async (c) => {
        try {
            await admit(c);
            if (c.env.hinder !== undefined && operation !== undefined) await inject(c.env.hinder, operation, c);
            const answered = await handler(c);
            return answered instanceof Response ? answered : dataAnswer(c, answered);
        } catch (error) {
            return errorAnswer(c, error);
        }
    };
}

/** Operations that have a name of their own with HEAD. */
const HEAD_OPERATIONS: Readonly<Record<string, string>> = { 'keyValueStore.getRecord': 'keyValueStore.recordExists' };

function inject(hinder: Hinder, operation: string, { req }: ApiContext): Promise<void> {
    const name = (req.method === 'HEAD' && HEAD_OPERATIONS[operation]) || operation;
    return hinder({ name, key: req.param('key') });
}

/** A part of the path by its name in the route, percent-decoded. */
export function param({ req }: ApiContext, name: string): string {
    return req.param(name) ?? '';
}

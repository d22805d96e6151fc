import { dataAnswer, emptyAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { found } from '../errors.js';
import { locationHeader, withLinks } from '../links.js';
import type { Routes } from '../route.js';
import type { ApiContext, Handler, Resolver } from '../context.js';

/** A resource that can be read, changed and deleted as a whole. */
export interface WholeResource<Fields> {
    get(): Promise<object | undefined>;
    update(fields: Fields): Promise<object>;
    delete(): Promise<void>;
}

/** The names of a resource. */
export interface ResourceNames {
    /** In operations: `dataset`. */
    readonly noun: string;
    /** In messages: `Dataset`. */
    readonly kind: string;
}

/** Adds the routes that read, change and delete one resource. */
export function addResourceRoutes<Fields>(
    routes: Routes,
    path: string,
    { noun, kind }: ResourceNames,
    resolve: Resolver<WholeResource<Fields>>,
): void {
    routes.get(path, `${noun}.get`, async (c) => {
        const resource = await resolve(c);
        return withLinks(found(await resource.get(), kind, c), c);
    });
    routes.put(path, `${noun}.update`, updateHandler(resolve));
    routes.delete(path, `${noun}.delete`, deleteHandler(kind, resolve));
}

/** Makes the handler that changes a resource. Its client checks the fields, as it does for callers in process. */
export function updateHandler<Fields>(resolve: Resolver<Pick<WholeResource<Fields>, 'update'>>): Handler {
    return async (c) => {
        const resource = await resolve(c);
        return withLinks(await resource.update((await readFields(c)) as Fields), c);
    };
}

/** Makes the handler that deletes a resource. */
export function deleteHandler(kind: string, resolve: Resolver<Pick<WholeResource<never>, 'get' | 'delete'>>): Handler {
    return async (c) => {
        const resource = await resolve(c);
        found(await resource.get(), kind, c);
        await resource.delete();
        return emptyAnswer(c);
    };
}

/** Answers with a record that a request has made, and its location below `/v2`. */
export function createdAnswer(c: ApiContext, record: { id: string }, collection: string): Response {
    return dataAnswer(c, record, 201, locationHeader(c, collection, record.id));
}

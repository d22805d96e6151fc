import { dataResponse } from '../responses.js';
import { readFields } from '../body.js';
import { orNotFound } from '../errors.js';
import { locationHeader, withLinks } from '../links.js';
import { routesBelow, type AddRoute, type Method } from '../route.js';
import type { ApiContext, Resolver } from '../context.js';

/** A resource that can be read, updated and deleted. */
export interface CrudResource<Fields> {
    get(): Promise<object | undefined>;
    update(fields: Fields): Promise<object>;
    delete(): Promise<void>;
}

interface ResourceNames {
    /** In operations: `dataset`. */
    readonly noun: string;
    /** In messages: `Dataset`. */
    readonly kind: string;
    /** Default: PUT. */
    readonly updatedBy?: readonly Method[];
}

/** Adds the routes that read, update and delete one resource. Its client validates the fields, as for callers in process. */
export function addResourceRoutes<Fields>(
    route: AddRoute,
    path: string,
    { noun, kind, updatedBy = ['PUT'] }: ResourceNames,
    resolve: Resolver<CrudResource<Fields>>,
): void {
    const at = routesBelow(route, path, resolve);
    at('GET', '', `${noun}.get`, async (resource, c) => withLinks(orNotFound(await resource.get(), kind, c), c));
    at(updatedBy, '', `${noun}.update`, async (resource, c) =>
        withLinks(await resource.update((await readFields(c)) as Fields), c),
    );
    at('DELETE', '', `${noun}.delete`, (resource, c) => deleteFound(resource, kind, c));
}

/** Deletes a resource; throws `record-not-found` if it does not exist. */
export async function deleteFound(
    resource: Pick<CrudResource<never>, 'get' | 'delete'>,
    kind: string,
    c: ApiContext,
): Promise<void> {
    orNotFound(await resource.get(), kind, c);
    await resource.delete();
}

/** Responds with a created record and its location below `/v2`. */
export function createdResponse(c: ApiContext, record: { id: string }, collection: string): Response {
    return dataResponse(c, record, 201, locationHeader(c, collection, record.id));
}

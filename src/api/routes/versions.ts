import { dataResponse } from '../responses.js';
import { readFields } from '../body.js';
import { locationHeader } from '../links.js';
import { readPageQuery } from '../query.js';
import { param, type AddRoute } from '../route.js';
import { addResourceRoutes } from './resource.js';
import type { ActorClient, ActorVersionClient } from '../../model/client/client.js';
import type { PageOptions } from '../../model/api/page.js';
import type { EnvVarFields, VersionFields } from '../../model/api/version.js';
import type { ApiContext } from '../context.js';

/** POST also updates, for older clients. */
const UPDATED_BY = ['PUT', 'POST'] as const;

/** Adds the routes of the versions of one Actor, with those of their environment variables. */
export function addVersionRoutes(route: AddRoute, path: string, actorOf: (c: ApiContext) => ActorClient): void {
    const version = `${path}/:versionNumber`;
    const versionOf = (c: ApiContext): ActorVersionClient => actorOf(c).version(param(c, 'versionNumber'));
    addListRoutes(route, path, { noun: 'actorVersions', key: 'versionNumber' }, (c) => actorOf(c).versions());
    const versionNames = { noun: 'actorVersion', kind: 'Version', updatedBy: UPDATED_BY };
    addResourceRoutes<VersionFields>(route, version, versionNames, versionOf);
    const variables = `${version}/env-vars`;
    addListRoutes(route, variables, { noun: 'actorEnvVars', key: 'name' }, (c) => versionOf(c).envVars());
    const names = { noun: 'actorEnvVar', kind: 'Environment variable', updatedBy: UPDATED_BY };
    addResourceRoutes<EnvVarFields>(route, `${variables}/:envVarName`, names, (c) =>
        versionOf(c).envVar(param(c, 'envVarName')),
    );
}

/** The versions of an Actor, or the environment variables of a version. */
interface VersionCollection<Fields> {
    list(options: PageOptions): PromiseLike<object>;
    create(fields: Fields): Promise<object>;
}

/** @param names - `key` is the field that identifies a new resource below the path. */
function addListRoutes<Fields>(
    route: AddRoute,
    path: string,
    { noun, key }: { noun: string; key: string },
    collectionOf: (c: ApiContext) => VersionCollection<Fields>,
): void {
    route('GET', path, `${noun}.list`, (c) => collectionOf(c).list(readPageQuery(c)));
    route('POST', path, `${noun}.create`, async (c) => {
        // The client validates the fields, as for callers in process.
        const created = await collectionOf(c).create((await readFields(c)) as Fields);
        const id = String((created as Record<string, unknown>)[key]);
        return dataResponse(c, created, 201, locationHeader(c, ...resolveParameters(c, path), id));
    });
}

/** Returns the segments of a route path, with the parameters of the request. */
function resolveParameters(c: ApiContext, path: string): string[] {
    const parts = path.split('/').filter((part) => part !== '');
    return parts.map((part) => (part.startsWith(':') ? param(c, part.slice(1)) : part));
}

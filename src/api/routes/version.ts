import { dataAnswer } from '../answers.js';
import { locationHeader } from '../location.js';
import { readFields } from '../body.js';
import { resourceRoutes, type WholeResource } from './resource.js';
import type { ActorClient, ActorVersionClient } from '../../model/client.js';
import type { EnvVarFields, VersionFields } from '../../model/version.js';
import type { Resolver, RouteCall, RouteTable } from '../route.js';

/** The routes of the versions of one Actor, with those of their environment variables. */
export function versionRoutes(path: string, actorOf: (call: RouteCall) => ActorClient): RouteTable {
    const version = `${path}/:versionNumber`;
    const versionOf = (call: RouteCall): ActorVersionClient => actorOf(call).version(call.param('versionNumber'));
    return {
        ...listRoutes(path, 'versionNumber', (call) => actorOf(call).versions()),
        ...wholeRoutes<VersionFields>(version, 'Version', versionOf),
        ...listRoutes(`${version}/env-vars`, 'name', (call) => versionOf(call).envVars()),
        ...wholeRoutes<EnvVarFields>(`${version}/env-vars/:envVarName`, 'Environment variable', (call) => {
            return versionOf(call).envVar(call.param('envVarName'));
        }),
    };
}

/** What can be listed as a whole, and added to. */
interface WholeCollection<Fields> {
    list(): PromiseLike<object>;
    create(fields: Fields): Promise<object>;
}

/** @param key - The field by which what is added is found below the path. */
function listRoutes<Fields>(
    path: string,
    key: string,
    collectionOf: (call: RouteCall) => WholeCollection<Fields>,
): RouteTable {
    return {
        [`GET ${path}`]: async (call) => dataAnswer(await collectionOf(call).list()),
        [`POST ${path}`]: async (call) => {
            // The client checks the fields, as it does for callers in process.
            const made = await collectionOf(call).create((await readFields(call.request)) as Fields);
            const id = String((made as Record<string, unknown>)[key]);
            return dataAnswer(made, 201, locationHeader(call, [...filledPath(path, call), id]));
        },
    };
}

/** The parts of the path of a request, as its route has them. */
function filledPath(path: string, { param }: RouteCall): string[] {
    const parts = path.split('/').filter((part) => part !== '');
    return parts.map((part) => (part.startsWith(':') ? param(part.slice(1)) : part));
}

/** A resource that can also be updated by POST, for clients that know nothing else. */
function wholeRoutes<Fields>(path: string, kind: string, resolve: Resolver<WholeResource<Fields>>): RouteTable {
    const routes = resourceRoutes(path, kind, resolve);
    return { ...routes, [`POST ${path}`]: routes[`PUT ${path}`]! };
}

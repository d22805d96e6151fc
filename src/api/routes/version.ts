import { dataAnswer } from '../answers.js';
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
        ...listRoutes(path, (call) => actorOf(call).versions()),
        ...wholeRoutes<VersionFields>(version, 'Version', versionOf),
        ...listRoutes(`${version}/env-vars`, (call) => versionOf(call).envVars()),
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

function listRoutes<Fields>(path: string, collectionOf: (call: RouteCall) => WholeCollection<Fields>): RouteTable {
    return {
        [`GET ${path}`]: async (call) => dataAnswer(await collectionOf(call).list()),
        [`POST ${path}`]: async (call) => {
            // The client checks the fields, as it does for callers in process.
            return dataAnswer(await collectionOf(call).create((await readFields(call.request)) as Fields), 201);
        },
    };
}

/** A resource that can also be updated by POST, for clients that know nothing else. */
function wholeRoutes<Fields>(path: string, kind: string, resolve: Resolver<WholeResource<Fields>>): RouteTable {
    const routes = resourceRoutes(path, kind, resolve);
    return { ...routes, [`POST ${path}`]: routes[`PUT ${path}`]! };
}

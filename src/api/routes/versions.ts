import { dataAnswer } from '../answers.js';
import { readFields } from '../body.js';
import { locationHeader } from '../links.js';
import { param, type Routes } from '../route.js';
import { addResourceRoutes, updateHandler, type ResourceNames, type WholeResource } from './resource.js';
import type { ActorClient, ActorVersionClient } from '../../model/client.js';
import type { EnvVarFields, VersionFields } from '../../model/version.js';
import type { ApiContext, Resolver } from '../context.js';

/** Adds the routes of the versions of one Actor, with those of their environment variables. */
export function addVersionRoutes(routes: Routes, path: string, actorOf: (c: ApiContext) => ActorClient): void {
    const version = `${path}/:versionNumber`;
    const versionOf = (c: ApiContext): ActorVersionClient => actorOf(c).version(param(c, 'versionNumber'));
    addListRoutes(routes, path, { noun: 'actorVersions', key: 'versionNumber' }, (c) => actorOf(c).versions());
    addOneRoutes<VersionFields>(routes, version, { noun: 'actorVersion', kind: 'Version' }, versionOf);
    const variables = `${version}/env-vars`;
    addListRoutes(routes, variables, { noun: 'actorEnvVars', key: 'name' }, (c) => versionOf(c).envVars());
    const names = { noun: 'actorEnvVar', kind: 'Environment variable' };
    addOneRoutes<EnvVarFields>(routes, `${variables}/:envVarName`, names, (c) => {
        return versionOf(c).envVar(param(c, 'envVarName'));
    });
}

/** A collection that is listed as a whole, and added to. */
interface WholeCollection<Fields> {
    list(): PromiseLike<object>;
    create(fields: Fields): Promise<object>;
}

/** @param names - `key` is the field by which a new resource is found below the path. */
function addListRoutes<Fields>(
    routes: Routes,
    path: string,
    { noun, key }: { noun: string; key: string },
    collectionOf: (c: ApiContext) => WholeCollection<Fields>,
): void {
    routes.get(path, `${noun}.list`, (c) => collectionOf(c).list());
    routes.post(path, `${noun}.create`, async (c) => {
        // The client checks the fields, as it does for callers in process.
        const created = await collectionOf(c).create((await readFields(c)) as Fields);
        const id = String((created as Record<string, unknown>)[key]);
        return dataAnswer(c, created, 201, locationHeader(c, ...filledParts(c, path), id));
    });
}

/** The parts of the path of a request, as its route has them. */
function filledParts(c: ApiContext, path: string): string[] {
    const parts = path.split('/').filter((part) => part !== '');
    return parts.map((part) => (part.startsWith(':') ? param(c, part.slice(1)) : part));
}

/** A resource that can also be updated by POST, for clients that know nothing else. */
function addOneRoutes<Fields>(
    routes: Routes,
    path: string,
    names: ResourceNames,
    resolve: Resolver<WholeResource<Fields>>,
): void {
    addResourceRoutes(routes, path, names, resolve);
    routes.post(path, `${names.noun}.update`, updateHandler(resolve));
}

import { dataResponse, jsonResponse } from '../responses.js';
import { orNotFound } from '../errors.js';
import { locationHeader } from '../links.js';
import { flag, readPageQuery, readQuery, requiredText, text } from '../query.js';
import { param, routesBelow, type AddRoute } from '../route.js';
import { deleteFound } from './resource.js';
import { logResponse } from './runs.js';
import { startingClient, waitForFinish, readWaitSecs } from './start-run.js';
import type {
    ActorBuildOptions,
    ActorClient,
    BuildClient,
    BuildCollectionClient,
    Client,
} from '../../model/client/client.js';
import type { ApiContext, Resolver } from '../context.js';

/** Adds the routes of all builds. */
export function addAllBuildRoutes(route: AddRoute): void {
    addListRoute(route, '/actor-builds', (c) => c.env.client.builds());
    addOneRoutes(route, '/actor-builds/:buildId', (c) => c.env.client.build(param(c, 'buildId')));
}

/** Adds the routes of the builds of one Actor. The id `default` is the build that its runs use by default. */
export function addBuildRoutes(
    route: AddRoute,
    path: string,
    actorOf: (client: Client, c: ApiContext) => ActorClient,
): void {
    const actorOfRequest = (c: ApiContext): ActorClient => actorOf(c.env.client, c);
    addListRoute(route, path, (c) => actorOfRequest(c).builds());
    route('POST', path, 'actor.build', async (c) => {
        // An invalid wait time is rejected before a build exists.
        readWaitSecs(c);
        const options = readQuery<ActorBuildOptions>(c, { tag: text, useCache: flag, betaPackages: flag });
        const started = await actorOf(startingClient(c), c).build(requiredText(c, 'version'), options);
        const build = await waitForFinish(c, started, c.env.client.build(started.id));
        return dataResponse(c, build, 201, locationHeader(c, 'actor-builds', build.id));
    });
    addOneRoutes(route, `${path}/:buildId`, (c) => resolveBuild(c, actorOfRequest(c)));
}

function addListRoute(route: AddRoute, path: string, buildsOf: (c: ApiContext) => BuildCollectionClient): void {
    route('GET', path, 'builds.list', (c) => buildsOf(c).list(readPageQuery(c)));
}

function addOneRoutes(route: AddRoute, path: string, resolve: Resolver<BuildClient>): void {
    const at = routesBelow(route, path, resolve);
    at('GET', '', 'build.get', async (build, c) => waitForFinish(c, orNotFound(await build.get(), 'Build', c), build));
    at('DELETE', '', 'build.delete', (build, c) => deleteFound(build, 'Build', c));
    at('POST', '/abort', 'build.abort', (build) => build.abort());
    // A document without the envelope.
    at('GET', '/openapi.json', 'build.getOpenApiDefinition', async (build, c) =>
        jsonResponse(c, await build.getOpenApiDefinition()),
    );
    at('GET', '/log', 'log.get', (build, c) => logResponse(c, build.log()));
}

/** Resolves a build of the Actor; a build of another Actor is not found. */
async function resolveBuild(c: ApiContext, actor: ActorClient): Promise<BuildClient> {
    const id = param(c, 'buildId');
    if (id === 'default') return actor.defaultBuild();
    const client = c.env.client.build(id);
    const [build, owner] = await Promise.all([client.get(), actor.get()]);
    orNotFound(build?.actId === owner?.id ? build : undefined, 'Build', c);
    return client;
}

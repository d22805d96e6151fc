import { dataAnswer, jsonAnswer } from '../answers.js';
import { found } from '../errors.js';
import { locationHeader } from '../links.js';
import { flag, pageQuery, requiredText, text } from '../query.js';
import { param, type Routes } from '../route.js';
import { deleteHandler } from './resource.js';
import { addLogRoute } from './runs.js';
import { afterWait, waitQuery } from './start-run.js';
import type { ActorClient, BuildClient, BuildCollectionClient } from '../../model/client.js';
import type { ApiContext, Resolver } from '../context.js';

/** Adds the routes of all builds. */
export function addAllBuildRoutes(routes: Routes): void {
    addListRoute(routes, '/actor-builds', (c) => c.env.client.builds());
    addOneRoutes(routes, '/actor-builds/:buildId', (c) => c.env.client.build(param(c, 'buildId')));
}

/** Adds the routes of the builds of one Actor. `default` in place of an id is the one that its runs use by default. */
export function addBuildRoutes(routes: Routes, path: string, actorOf: (c: ApiContext) => ActorClient): void {
    addListRoute(routes, path, (c) => actorOf(c).builds());
    routes.post(path, 'actor.build', async (c) => {
        // A wait that cannot be read is refused before there is a build.
        waitQuery(c);
        const started = await actorOf(c).build(requiredText(c, 'version'), {
            tag: text(c, 'tag'),
            useCache: flag(c, 'useCache'),
            betaPackages: flag(c, 'betaPackages'),
        });
        const build = await afterWait(c, started, c.env.client.build(started.id));
        return dataAnswer(c, build, 201, locationHeader(c, 'actor-builds', build.id));
    });
    addOneRoutes(routes, `${path}/:buildId`, (c) => buildOf(c, actorOf(c)));
}

function addListRoute(routes: Routes, path: string, buildsOf: Resolver<BuildCollectionClient>): void {
    routes.get(path, 'builds.list', async (c) => (await buildsOf(c)).list(pageQuery(c)));
}

function addOneRoutes(routes: Routes, path: string, resolve: Resolver<BuildClient>): void {
    routes.get(path, 'build.get', async (c) => {
        const build = await resolve(c);
        return afterWait(c, found(await build.get(), 'Build', c), build);
    });
    routes.delete(path, 'build.delete', deleteHandler('Build', resolve));
    routes.post(`${path}/abort`, 'build.abort', async (c) => (await resolve(c)).abort());
    // Without the envelope, as a document of its own.
    routes.get(`${path}/openapi.json`, 'build.getOpenApiDefinition', async (c) =>
        jsonAnswer(c, await (await resolve(c)).getOpenApiDefinition()),
    );
    addLogRoute(routes, `${path}/log`, async (c) => (await resolve(c)).log());
}

/** A build of the Actor; one of another Actor is not found. */
async function buildOf(c: ApiContext, actor: ActorClient): Promise<BuildClient> {
    const id = param(c, 'buildId');
    if (id === 'default') return actor.defaultBuild();
    const client = c.env.client.build(id);
    const [build, owner] = await Promise.all([client.get(), actor.get()]);
    found(build?.actId === owner?.id ? build : undefined, 'Build', c);
    return client;
}

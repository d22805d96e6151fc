import { afterWait } from '../after-wait.js';
import { dataAnswer, emptyAnswer, jsonAnswer } from '../answers.js';
import { found } from '../found.js';
import { pageQuery } from '../page-query.js';
import { waitQuery } from '../run-query.js';
import { logRoutes } from './log.js';
import type { ActorClient, BuildClient, BuildCollectionClient } from '../../model/client.js';
import type { Resolver, RouteCall, RouteTable } from '../route.js';

/** The route that lists builds, of one Actor or of all. */
export function buildListRoutes(path: string, resolve: Resolver<BuildCollectionClient>): RouteTable {
    return {
        [`GET ${path}`]: async (call) => dataAnswer(await (await resolve(call)).list(pageQuery(call.query))),
    };
}

/** The routes of one build, with that of its log. */
export function buildRoutes(path: string, resolve: Resolver<BuildClient>): RouteTable {
    return {
        [`GET ${path}`]: async (call) => {
            const build = await resolve(call);
            const record = found(await build.get(), 'Build', call);
            return dataAnswer(await afterWait(record, build, call));
        },
        [`DELETE ${path}`]: async (call) => {
            const build = await resolve(call);
            found(await build.get(), 'Build', call);
            await build.delete();
            return emptyAnswer();
        },
        [`POST ${path}/abort`]: async (call) => dataAnswer(await (await resolve(call)).abort()),
        // Without the envelope, as a document of its own.
        [`GET ${path}/openapi.json`]: async (call) => {
            return jsonAnswer(await (await resolve(call)).getOpenApiDefinition());
        },
        ...logRoutes(`${path}/log`, async (call) => (await resolve(call)).log()),
    };
}

/** The routes of the builds of one Actor. `default` in place of an id is the one that its runs get by default. */
export function actorBuildRoutes(path: string, actorOf: (call: RouteCall) => ActorClient): RouteTable {
    return {
        ...buildListRoutes(path, (call) => actorOf(call).builds()),
        [`POST ${path}`]: async (call) => {
            const { client, query } = call;
            // What cannot be read is to be refused before there is a build.
            waitQuery(query);
            const started = await actorOf(call).build(query.requiredText('version'), {
                tag: query.text('tag'),
                useCache: query.flag('useCache'),
                betaPackages: query.flag('betaPackages'),
            });
            const build = await afterWait(started, client.build(started.id), call);
            const location = new URL(`/v2/actor-builds/${build.id}`, call.request.url).href;
            return dataAnswer(build, 201, { location });
        },
        ...buildRoutes(`${path}/:buildId`, async (call) => {
            const id = call.param('buildId');
            if (id === 'default') return actorOf(call).defaultBuild();
            return buildOf(call, actorOf(call), id);
        }),
    };
}

/** A build of the Actor; that of another one is not found. */
async function buildOf(call: RouteCall, actor: ActorClient, id: string): Promise<BuildClient> {
    const client = call.client.build(id);
    const [build, owner] = await Promise.all([client.get(), actor.get()]);
    found(build?.actId === owner?.id ? build : undefined, 'Build', call);
    return client;
}

import { jsonResponse } from '../responses.js';
import { readFieldsIfAny } from '../body.js';
import { flag, PAGE, readQuery, text, type Readers } from '../query.js';
import { param, type AddRoute } from '../route.js';
import { addBuildRoutes } from './builds.js';
import { addResourceRoutes, createdResponse } from './resource.js';
import { addRunListRoute, addRunRoutes, LAST_RUN } from './runs.js';
import { addStartRoutes, readRunBody, START, startingClient } from './start-run.js';
import { addVersionRoutes } from './versions.js';
import { addWebhookListRoutes } from './webhooks.js';
import type { ActorClient, ActorListOptions } from '../../model/client/client.js';
import type { RunClient } from '../../model/client/run.js';
import type { ApiContext } from '../context.js';

const LIST: Readers<ActorListOptions> = { ...PAGE, my: flag, sortBy: text };

/** Adds the routes of Actors, with those of the versions, builds and runs of each. Older clients use the path `acts` for them. */
export function addActorRoutes(route: AddRoute, collection: 'acts' | 'actors'): void {
    const actor = `/${collection}/:actorId`;
    route('GET', `/${collection}`, 'actors.list', (c) => c.env.client.actors().list(readQuery(c, LIST)));
    route('POST', `/${collection}`, 'actors.create', async (c) =>
        createdResponse(c, await c.env.client.actors().create(await readFieldsIfAny(c)), collection),
    );
    addResourceRoutes(route, actor, { noun: 'actor', kind: 'Actor' }, actorOf);
    addVersionRoutes(route, `${actor}/versions`, actorOf);
    addBuildRoutes(route, `${actor}/builds`, (client, c) => client.actor(param(c, 'actorId')));
    addRunListRoute(route, `${actor}/runs`, (c) => actorOf(c).runs());
    addStartRoutes(route, actor, 'actor', async (c, { input, contentType }) =>
        startingClient(c)
            .actor(param(c, 'actorId'))
            .start(input, { ...readQuery(c, START), contentType }),
    );
    route('POST', `${actor}/validate-input`, 'actor.validateInput', validateInput);
    addRunRoutes(route, `${actor}/runs/:runId`, runOfActor);
    addWebhookListRoutes(route, `${actor}/webhooks`, (c) => actorOf(c).webhooks());
}

function actorOf(c: ApiContext): ActorClient {
    return c.env.client.actor(param(c, 'actorId'));
}

/** Returns the client of a run of the Actor by its id; for `last`, of the last run that matches the query. */
function runOfActor(c: ApiContext): RunClient {
    const runId = param(c, 'runId');
    return runId === 'last' ? actorOf(c).lastRun(readQuery(c, LAST_RUN)) : actorOf(c).run(runId);
}

/** Responds with `{ valid }`, without the `data` envelope. */
async function validateInput(c: ApiContext): Promise<Response> {
    const { input, contentType } = await readRunBody(c);
    const build = text(c, 'build');
    return jsonResponse(c, { valid: await actorOf(c).validateInput(input, { build, contentType }) });
}

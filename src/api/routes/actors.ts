import { dataAnswer } from '../answers.js';
import { pageQuery } from '../page-query.js';
import { readRunBody } from '../run-body.js';
import { startQuery } from '../run-query.js';
import { resourceRoutes } from './resource.js';
import { lastRunQuery, runListRoutes, runRoutes } from './run.js';
import type { ActorClient, ActorListOptions, RunClient } from '../../model/client.js';
import type { RouteCall, RouteTable } from '../route.js';

/** The routes of Actors, with those of the runs of each. */
export function actorRoutes(path: string): RouteTable {
    const actor = `${path}/:actorId`;
    return {
        [`GET ${path}`]: async ({ client, query }) => {
            const options: ActorListOptions = {
                ...pageQuery(query),
                my: query.flag('my'),
                // The client refuses all other words.
                sortBy: query.text('sortBy') as ActorListOptions['sortBy'],
            };
            return dataAnswer(await client.actors().list(options));
        },
        ...resourceRoutes(actor, 'Actor', actorOf),
        ...runListRoutes(`${actor}/runs`, (call) => actorOf(call).runs()),
        [`POST ${actor}/runs`]: startRun,
        ...runRoutes(`${actor}/runs/:runId`, runOfActor),
    };
}

function actorOf({ client, param }: RouteCall): ActorClient {
    return client.actor(param('actorId'));
}

/** A run of the Actor by its id, or `last` for the last one that is as the query says. */
function runOfActor(call: RouteCall): RunClient {
    const runId = call.param('runId');
    if (runId !== 'last') return actorOf(call).run(runId);
    return actorOf(call).lastRun(lastRunQuery(call));
}

async function startRun(call: RouteCall): Promise<Response> {
    const { input, contentType } = await readRunBody(call.request);
    const run = await actorOf(call).start(input, { ...startQuery(call.query), contentType });
    const location = new URL(`/v2/actor-runs/${run.id}`, call.request.url).href;
    return dataAnswer(run, 201, { location });
}

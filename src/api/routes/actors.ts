import { dataAnswer } from '../answers.js';
import { pageQuery } from '../page-query.js';
import { locationHeader } from '../location.js';
import { readRunBody, type RunBody } from '../run-body.js';
import { startQuery } from '../run-query.js';
import { resourceRoutes } from './resource.js';
import { runSyncRoutes } from './run-sync.js';
import { runListRoutes, runRoutes } from './run.js';
import type { ActorClient, ActorListOptions, LastRunOptions, RunClient, StartedRun } from '../../model/client.js';
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
        [`POST ${actor}/runs`]: startAsync,
        ...runSyncRoutes(actor, startRun),
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
    const { query } = call;
    return actorOf(call).lastRun({
        // The client refuses all other words.
        status: query.text('status') as LastRunOptions['status'],
        origin: query.text('origin') as LastRunOptions['origin'],
    });
}

async function startAsync(call: RouteCall): Promise<Response> {
    const run = await startRun(call, await readRunBody(call.request));
    return dataAnswer(run, 201, locationHeader(call, ['actor-runs', run.id]));
}

async function startRun(call: RouteCall, { input, contentType }: RunBody): Promise<StartedRun> {
    return actorOf(call).start(input, { ...startQuery(call.query), contentType });
}

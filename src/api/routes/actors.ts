import { startAndWait } from '../after-wait.js';
import { dataAnswer, jsonAnswer } from '../answers.js';
import { readFieldsIfAny } from '../body.js';
import { pageQuery } from '../page-query.js';
import { locationHeader } from '../location.js';
import { readRunBody, type RunBody } from '../run-body.js';
import { startQuery } from '../run-query.js';
import { actorBuildRoutes } from './build.js';
import { createdAnswer } from './created.js';
import { resourceRoutes } from './resource.js';
import { runSyncRoutes } from './run-sync.js';
import { lastRunQuery, runListRoutes, runRoutes } from './run.js';
import { versionRoutes } from './version.js';
import { webhookCollectionRoutes } from './webhooks.js';
import type { ActorClient, ActorListOptions, RunClient, StartedRun } from '../../model/client.js';
import type { RouteCall, RouteTable } from '../route.js';

/** The routes of Actors, with those of the versions, builds and runs of each. */
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
        [`POST ${path}`]: async (call) => {
            const { client, request } = call;
            return createdAnswer(await client.actors().create(await readFieldsIfAny(request)), path, call);
        },
        ...resourceRoutes(actor, 'Actor', actorOf),
        ...versionRoutes(`${actor}/versions`, actorOf),
        ...actorBuildRoutes(`${actor}/builds`, actorOf),
        ...runListRoutes(`${actor}/runs`, (call) => actorOf(call).runs()),
        [`POST ${actor}/runs`]: startAsync,
        ...runSyncRoutes(actor, startRun),
        [`POST ${actor}/validate-input`]: validateInput,
        ...runRoutes(`${actor}/runs/:runId`, runOfActor),
        ...webhookCollectionRoutes(`${actor}/webhooks`, (call) => actorOf(call).webhooks()),
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

async function startAsync(call: RouteCall): Promise<Response> {
    const body = await readRunBody(call.request);
    const run = await startAndWait(call, () => startRun(call, body));
    return dataAnswer(run, 201, locationHeader(call, ['actor-runs', run.id]));
}

async function startRun(call: RouteCall, { input, contentType }: RunBody): Promise<StartedRun> {
    return actorOf(call).start(input, { ...startQuery(call.query), contentType });
}

/** The answer has no envelope. */
async function validateInput(call: RouteCall): Promise<Response> {
    const { input, contentType } = await readRunBody(call.request);
    const build = call.query.text('build');
    return jsonAnswer({ valid: await actorOf(call).validateInput(input, { build, contentType }) });
}

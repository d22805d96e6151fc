import { startAndWait } from '../after-wait.js';
import { dataAnswer, jsonAnswer } from '../answers.js';
import { parseBody, readFields, readJson } from '../body.js';
import { found } from '../found.js';
import { pageQuery } from '../page-query.js';
import { readRunBody, type RunBody } from '../run-body.js';
import { startQuery } from '../run-query.js';
import { createdAnswer } from './created.js';
import { resourceRoutes } from './resource.js';
import { lastRunQuery, runListRoutes, runRoutes } from './run.js';
import { runSyncRoutes } from './run-sync.js';
import { webhookCollectionRoutes } from './webhooks.js';
import type { StartedRun } from '../../model/client.js';
import type { TaskClient, TaskCreation, TaskInput } from '../../model/task.js';
import type { RouteCall, RouteTable } from '../route.js';

/** The routes of Actor tasks, with those of the runs of each. */
export function taskRoutes(path: string): RouteTable {
    const task = `${path}/:actorTaskId`;
    return {
        [`GET ${path}`]: async ({ client, query }) => dataAnswer(await client.tasks().list(pageQuery(query))),
        [`POST ${path}`]: async (call) => {
            // The client checks the fields, as it does for callers in process.
            const fields = (await readFields(call.request)) as unknown as TaskCreation;
            return createdAnswer(await call.client.tasks().create(fields), path, call);
        },
        ...resourceRoutes(task, 'Actor task', taskOf),
        ...inputRoutes(`${task}/input`),
        ...runListRoutes(`${task}/runs`, (call) => taskOf(call).runs()),
        [`POST ${task}/runs`]: async (call) => {
            const body = await readRunBody(call.request);
            const run = await startAndWait(call, () => startTask(call, body));
            return createdAnswer(run, '/actor-runs', call);
        },
        ...runSyncRoutes(task, startTask),
        ...webhookCollectionRoutes(`${task}/webhooks`, (call) => taskOf(call).webhooks()),
        ...runRoutes(`${task}/runs/last`, (call) => taskOf(call).lastRun(lastRunQuery(call))),
    };
}

/** The input of a task, which comes and goes without an envelope. */
function inputRoutes(path: string): RouteTable {
    return {
        [`GET ${path}`]: async (call) => jsonAnswer(found(await taskOf(call).getInput(), 'Actor task', call)),
        [`PUT ${path}`]: async (call) => {
            const input = (await readJson(call.request)) as TaskInput;
            return jsonAnswer(await taskOf(call).updateInput(input));
        },
    };
}

function taskOf({ client, param }: RouteCall): TaskClient {
    return client.task(param('actorTaskId'));
}

async function startTask(call: RouteCall, { input }: RunBody): Promise<StartedRun> {
    // Of Actors alone.
    const { forcePermissionLevel: _, ...options } = startQuery(call.query);
    // The client refuses what is no object.
    const override = input && (parseBody(input.toString()) as Record<string, unknown>);
    return taskOf(call).start(override, options);
}

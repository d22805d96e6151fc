import { jsonResponse } from '../responses.js';
import { parseBody, readFields, readJson } from '../body.js';
import { orNotFound } from '../errors.js';
import { readPageQuery, readQuery } from '../query.js';
import { param, type AddRoute } from '../route.js';
import { addResourceRoutes, createdResponse } from './resource.js';
import { addRunListRoute, addRunRoutes, LAST_RUN } from './runs.js';
import { addStartRoutes, START, startingClient, type RunBody } from './start-run.js';
import { addWebhookListRoutes } from './webhooks.js';
import type { StartedRun } from '../../model/client/run.js';
import type { TaskClient, TaskCreation, TaskInput } from '../../model/api/task.js';
import type { ApiContext } from '../context.js';

const TASK = '/actor-tasks/:actorTaskId';

/** Adds the routes of Actor tasks, with those of the runs of each. */
export function addTaskRoutes(route: AddRoute): void {
    route('GET', '/actor-tasks', 'tasks.list', (c) => c.env.client.tasks().list(readPageQuery(c)));
    route('POST', '/actor-tasks', 'tasks.create', async (c) => {
        // The client validates the fields, as for callers in process.
        const fields = (await readFields(c)) as unknown as TaskCreation;
        return createdResponse(c, await c.env.client.tasks().create(fields), 'actor-tasks');
    });
    addResourceRoutes(route, TASK, { noun: 'task', kind: 'Actor task' }, taskOf);
    // The input has no envelope.
    route('GET', `${TASK}/input`, 'task.getInput', async (c) =>
        jsonResponse(c, orNotFound(await taskOf(c).getInput(), 'Actor task', c)),
    );
    route('PUT', `${TASK}/input`, 'task.updateInput', async (c) =>
        jsonResponse(c, await taskOf(c).updateInput((await readJson(c)) as TaskInput)),
    );
    addRunListRoute(route, `${TASK}/runs`, (c) => taskOf(c).runs());
    addStartRoutes(route, TASK, 'task', startTask);
    addWebhookListRoutes(route, `${TASK}/webhooks`, (c) => taskOf(c).webhooks());
    addRunRoutes(route, `${TASK}/runs/last`, (c) => taskOf(c).lastRun(readQuery(c, LAST_RUN)));
}

function taskOf(c: ApiContext): TaskClient {
    return c.env.client.task(param(c, 'actorTaskId'));
}

async function startTask(c: ApiContext, { input }: RunBody): Promise<StartedRun> {
    // Only Actors have a permission level.
    const { forcePermissionLevel: _, ...options } = readQuery(c, START);
    // The client rejects other JSON.
    const override = input && (parseBody(input.toString()) as Record<string, unknown>);
    return startingClient(c).task(param(c, 'actorTaskId')).start(override, options);
}

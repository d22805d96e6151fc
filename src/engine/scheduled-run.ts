import { createClient } from '../client/client.js';
import { toStartOptions } from '../client/task-start.js';
import { JSON_TYPE } from '../util/json.js';
import type { ClientServices } from '../client/services.js';
import type { ScheduleCause } from '../model/run.js';
import type { ScheduleAction } from '../model/schedule.js';

/** Starts the run that an action of a schedule is to start, as a client that speaks for the schedule, and gives its id. */
export async function startScheduledRun(
    services: ClientServices,
    action: ScheduleAction,
    schedule: ScheduleCause,
): Promise<string> {
    const client = createClient(() => services, { origin: 'SCHEDULER', schedule });
    if (action.type === 'RUN_ACTOR_TASK') {
        const input = typeof action.input === 'string' ? (JSON.parse(action.input) as object) : action.input;
        return (await client.task(action.actorTaskId).start({ ...input })).id;
    }
    const { body, contentType = JSON_TYPE } = action.runInput ?? {};
    // An empty text is what forms send that have been left empty.
    const input = body === '' ? undefined : body;
    const options = { ...toStartOptions(action.runOptions), ...(input !== undefined && { contentType }) };
    return (await client.actor(action.actorId).start(input, options)).id;
}

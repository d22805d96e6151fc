import { Scheduler } from '../scheduler/scheduler.js';
import { createClient } from '../client/client.js';
import { toStartOptions } from '../client/task-start.js';
import { JSON_TYPE } from '../util/json.js';
import type { ClientServices } from '../client/services.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { EngineEvents } from '../model/events.js';
import type { RunRegistry } from '../registry/runs.js';
import type { Clock } from '../util/clock.js';
import type { Emitter } from '../util/emitter.js';
import type { DocumentStore } from '../registry/document-store.js';
import type { User } from './users/users.js';
import type { ScheduleCause } from '../model/run.js';
import type { ScheduleAction } from '../model/schedule.js';

/** What the schedules of a user have to do with in an engine. */
interface Surroundings {
    clock: Clock;
    owner: User;
    documents: DocumentStore;
    emitter: Emitter<EngineEvents>;
    runs: RunService;
    runRecords: RunRegistry;
    /** Called once there is one. */
    services: () => ClientServices;
}

/** Makes the scheduler of a user; it does nothing before it is started. */
export function createScheduler({
    clock,
    owner,
    documents,
    emitter,
    runs,
    runRecords,
    services,
}: Surroundings): Scheduler {
    return new Scheduler({
        documents,
        clock,
        owner,
        startAction: (action, cause) => startScheduledRun(services(), action, cause),
        liveRunOf: (actionId) => runs.liveIds().find((id) => runRecords.get(id)?.scheduleActionId === actionId),
        emit: (name, event) => emitter.emit(name, event),
    });
}

/** Starts the run that an action of a schedule is to start, as a client that speaks for the schedule, and gives its id. */
async function startScheduledRun(
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

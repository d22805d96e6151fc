import { Scheduler } from '../scheduler/scheduler.js';
import { startScheduledRun } from './scheduled-run.js';
import type { ClientServices } from '../client/services.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { EngineEvents } from '../model/events.js';
import type { RunRegistry } from '../registry/runs.js';
import type { Clock } from '../util/clock.js';
import type { Emitter } from '../util/emitter.js';
import type { DocumentStore } from '../registry/document-store.js';
import type { User } from './users/users.js';

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

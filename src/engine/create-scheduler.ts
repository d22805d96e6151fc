import { Scheduler } from '../scheduler/scheduler.js';
import { startScheduledRun } from './scheduled-run.js';
import type { ClientHost } from '../client/client-host.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { EngineEvents } from '../model/events.js';
import type { RunRegistry } from '../registry/runs.js';
import type { Clock } from '../util/clock.js';
import type { Emitter } from '../util/emitter.js';
import type { Medium } from './medium.js';
import type { Owner } from './owner.js';

/** What schedules have to do with in an engine. */
interface Surroundings {
    clock: Clock;
    owner: Owner;
    emitter: Emitter<EngineEvents>;
    runs: RunService;
    runRecords: RunRegistry;
    /** Called once there is one. */
    host: () => ClientHost;
}

/** Makes the scheduler of an engine; it does nothing before it is started. */
export function createScheduler(
    { documents }: Medium,
    { clock, owner, emitter, runs, runRecords, host }: Surroundings,
): Scheduler {
    return new Scheduler({
        documents,
        clock,
        owner,
        startAction: (action, cause) => startScheduledRun(host(), action, cause),
        liveRunOf: (actionId) => runs.liveIds().find((id) => runRecords.get(id)?.scheduleActionId === actionId),
        emit: (name, event) => emitter.emit(name, event),
    });
}

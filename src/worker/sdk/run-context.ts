import { ChargingManager } from './charging-manager.js';
import { ActorEventManager } from './events.js';
import { Session } from './session.js';
import type { SystemEvent } from '../../protocol/messages.js';
import type { RunContext } from './context.js';

/** Creates the context of a run from its services. */
export function createRunContext(
    services: Omit<RunContext, 'events' | 'session' | 'storages' | 'charging'>,
): RunContext {
    const charging = new ChargingManager(services);
    return { ...services, events: new ActorEventManager(), session: new Session(), storages: new Map(), charging };
}

/** Emits a system event of the host to the Actor's listeners. */
export function emitSystemEvent({ events }: Pick<RunContext, 'events'>, event: SystemEvent): void {
    const { name, ...data } = event;
    const isBare = name === 'aborting' || (name === 'migrating' && event.timeRemainingSecs === undefined);
    void events.emit(name, (isBare ? undefined : data) as never);
    // The platform sends the load as an event of its own too.
    if (name === 'systemInfo') void events.emit('cpuInfo', { isCpuOverloaded: event.isCpuOverloaded });
}

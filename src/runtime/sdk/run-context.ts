import { ChargingManager } from './charging-manager.js';
import { RunEvents } from './events.js';
import { Session } from './session.js';
import type { SystemEvent } from '../../protocol/messages.js';
import type { RunContext } from './context.js';

/** Makes the context of a run out of what its surroundings give it. */
export function createRunContext(
    surroundings: Omit<RunContext, 'events' | 'session' | 'storages' | 'charging'>,
): RunContext {
    const charging = new ChargingManager(surroundings);
    return { ...surroundings, events: new RunEvents(), session: new Session(), storages: new Map(), charging };
}

/** Passes a system event of the host on to the Actor's listeners. */
export function announce({ events }: Pick<RunContext, 'events'>, event: SystemEvent): void {
    switch (event.name) {
        case 'aborting':
            void events.emit('aborting', undefined);
            break;
        case 'migrating':
            void events.emit(
                'migrating',
                event.timeRemainingSecs === undefined ? undefined : { timeRemainingSecs: event.timeRemainingSecs },
            );
            break;
        case 'persistState':
            void events.emit('persistState', { isMigrating: event.isMigrating });
            break;
        case 'systemInfo': {
            const { name: _, ...info } = event;
            void events.emit('systemInfo', info);
            break;
        }
    }
}

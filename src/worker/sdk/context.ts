import { EngineError } from '../../errors/engine-error.js';
import { findRunServices, setServicesSource, type RunServices } from './run-services.js';
import type { ChargingManager } from './charging-manager.js';
import type { ActorEventManager } from './events.js';
import type { OpenStorages } from './storages/open-storage.js';
import type { Session } from './session.js';

/** State and services of the run that the SDK is used in. */
export interface RunContext extends RunServices {
    readonly events: ActorEventManager;
    readonly session: Session;
    readonly storages: OpenStorages;
    readonly charging: ChargingManager;
}

/** Sets the function that finds the run of a call: the run of this thread, or that of the async context. */
export function setContextSource(find: () => RunContext | undefined): void {
    setServicesSource(find);
}

/** Returns the run that the SDK is used in; undefined outside of a run. */
export function findContext(): RunContext | undefined {
    // Only contexts are set.
    return findRunServices() as RunContext | undefined;
}

/**
 * Returns the run that the SDK is used in.
 *
 * @throws {@link EngineError} `run-gone` outside of a run.
 */
export function currentContext(): RunContext {
    const context = findContext();
    if (context !== undefined) return context;
    throw new EngineError(
        'run-gone',
        '`greenroom/actor` works only inside a run. Run this code with `engine.call()`, or on the platform.',
    );
}

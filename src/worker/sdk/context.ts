import { EngineError } from '../../errors/engine-error.js';
import type { Client } from '../../model/client/client.js';
import type { ChargingManager } from './charging-manager.js';
import type { ActorEventManager } from './events.js';
import type { OpenStorages } from './storages/open-storage.js';
import type { Session } from './session.js';

/** State and services of the run that the SDK is used in. */
export interface RunContext {
    readonly client: Client;
    /** Environment variables of the run, read at each access. */
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly events: ActorEventManager;
    readonly session: Session;
    readonly storages: OpenStorages;
    readonly charging: ChargingManager;
    /** Aborted when the run must end. */
    readonly signal: AbortSignal;
    /** Appends items to a dataset, each given as the JSON text of one object. */
    push(datasetId: string, texts: readonly string[]): Promise<void>;
    /** Reports to the host why the run fails. The log already contains the error. */
    reportFailure(error: unknown): void;
    /** Writes to the log of the run. */
    write(stream: 'stdout' | 'stderr', text: string): void;
    /** Ends the run. Does not return, or never settles, if none of the Actor's code must run any more. */
    exit(exitCode: number): void | Promise<never>;
}

let source: () => RunContext | undefined = () => undefined;

/** Sets the function that finds the run of a call: the run of this thread, or that of the async context. */
export function setContextSource(find: () => RunContext | undefined): void {
    source = find;
}

/** Returns the run that the SDK is used in; undefined outside of a run. */
export function findContext(): RunContext | undefined {
    return source();
}

/**
 * Returns the run that the SDK is used in.
 *
 * @throws {@link EngineError} `run-gone` outside of a run.
 */
export function currentContext(): RunContext {
    const context = source();
    if (context !== undefined) return context;
    throw new EngineError(
        'run-gone',
        '`greenroom/actor` works only inside a run. Run this code with `engine.call()`, or on the platform.',
    );
}

import { EngineError } from '../../errors/engine-error.js';
import type { Client } from '../../model/client/client.js';
import type { ChargingManager } from './charging-manager.js';
import type { ActorEventManager } from './events.js';
import type { OpenStorages } from './storages/open-storage.js';
import type { Session } from './session.js';

/** What the SDK knows of the run that it is used in. */
export interface RunContext {
    readonly client: Client;
    /** The variables of the run, read anew at each use. */
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly events: ActorEventManager;
    readonly session: Session;
    readonly storages: OpenStorages;
    readonly charging: ChargingManager;
    /** Aborted when the run is to end. */
    readonly signal: AbortSignal;
    /** Appends items, given as JSON texts of one object each, to a dataset. */
    push(datasetId: string, texts: readonly string[]): Promise<void>;
    /** Tells the host why the run is about to fail; the log has it already. */
    reportFailure(error: unknown): void;
    /** Writes to the log of the run. */
    write(stream: 'stdout' | 'stderr', text: string): void;
    /** Ends the run; does not return, or settle, where nothing of the Actor is to go on. */
    exit(exitCode: number): void | Promise<never>;
}

let source: () => RunContext | undefined = () => undefined;

/** Says where the SDK finds the run that it is used in: the one of this thread, or the one of this chain of calls. */
export function setContextSource(find: () => RunContext | undefined): void {
    source = find;
}

/** The run that the SDK is used in, if there is one. */
export function findContext(): RunContext | undefined {
    return source();
}

/**
 * The run that the SDK is used in.
 *
 * @throws {@link EngineError} `run-gone` outside of a run.
 */
export function currentContext(): RunContext {
    const context = source();
    if (context !== undefined) return context;
    throw new EngineError(
        'run-gone',
        '`greenroom/actor` works only inside a run, and this code is in none. Run it with `engine.call()`, or on the platform.',
    );
}

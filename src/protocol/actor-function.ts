import type { Actor } from '../worker/sdk/actor.js';
import type { log } from '../worker/sdk/log.js';

/** What an Actor of the function style is called with. */
export interface ActorFunctionContext {
    /** The input of the run, or null if it has none. */
    input: unknown;
    /** The built-in SDK's, of this run. */
    Actor: typeof Actor;
    /** Aborted when the run is to end. */
    signal: AbortSignal;
    /** The logger of the run. */
    log: typeof log;
}

/** An Actor of the function style; what it returns, or promises, becomes the output of the run. */
export type ActorFunction = (context: ActorFunctionContext) => unknown;

import type { Actor } from '../worker/sdk/actor.js';
import type { log } from '../worker/sdk/logging/log.js';

/** Argument of an Actor written as a function. */
export interface ActorFunctionContext {
    /** The input of the run, or null if it has none. */
    input: unknown;
    /** The `Actor` class of the built-in SDK, bound to this run. */
    Actor: typeof Actor;
    /** Aborted when the run must end: by its timeout, by an abort, or when the engine closes. */
    signal: AbortSignal;
    /** The logger of the run. */
    log: typeof log;
}

/**
 * An Actor written as a function. Its return value, or what the promise it returns resolves to, becomes the record
 * `OUTPUT`.
 */
export type ActorFunction = (context: ActorFunctionContext) => unknown;

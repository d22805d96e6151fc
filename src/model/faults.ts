/** HTTP status of an injected API failure. The platform's clients retry all of these. */
export type FaultStatus = 429 | 500 | 502 | 503 | 504;

/** A fault injected into an API call of an Actor. */
export type Fault =
    /** Delays the call by the engine's clock. With a `status` the call then fails, else it succeeds. */
    | { latencyMillis: number; status?: FaultStatus }
    /** Fails the call, without performing it. */
    | { status: FaultStatus }
    /**
     * Expires the lock of the call's request just before the call. With `'taken'`, another client has locked the request
     * since, for the same duration.
     */
    | { lostLock: true | 'taken' };

/** Selects among the calls of an operation. Without any field: all calls. */
export interface FaultChoice {
    /** Number of the first failing call, from 1. Only that call fails, unless `times` is set. */
    nth?: number;
    /** Maximum number of calls that fail; later calls succeed. */
    times?: number;
    /** Fails each call whose number is a multiple of this. */
    every?: number;
    /** Restricts and counts only calls for the record with this key. */
    key?: string;
}

/** A rule of a {@link FaultScript}: which calls fail, and how. */
export interface FaultRule {
    /** Name of an operation; `dataset.*` for all of a resource; `*` for all operations. */
    readonly operation: string;
    /** Selects among the calls of the operation. */
    readonly choice: Readonly<FaultChoice>;
    /** The fault of the selected calls. */
    readonly fault: Readonly<Fault>;
}

/** A fault that was injected into a call. */
export interface FaultEvent {
    /** Id of the run whose Actor made the call. */
    runId: string;
    /** Time of the call, by the engine's clock. */
    at: Date;
    /** Name of the operation, such as `dataset.pushItems`. */
    operation: string;
    /** Key of the record, for operations on records. */
    key?: string;
    /** Number of the call among those that the rule counts, from 1. */
    nth: number;
    /** The injected fault. */
    fault: Readonly<Fault>;
}

/** Faults to inject into the API calls of Actors. Created by `createFaults` of `greenroom/testing`. */
export interface FaultScript {
    /** The rules, in the order in which they were added. */
    readonly rules: readonly FaultRule[];
    /** Milliseconds before a client's first retry, where the client allows to set it. Default: 500. */
    readonly minDelayBetweenRetriesMillis?: number;
    /** Records an injected fault. Called by the engine. */
    record(event: FaultEvent): void;
}

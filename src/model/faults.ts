/** What the API answers instead of doing what it was asked for. Clients repeat all of these. */
export type FaultStatus = 429 | 500 | 502 | 503 | 504;

/** What a call of an Actor meets with instead of plain success. */
export type Fault =
    /** The call waits so long, by the engine's clock; then it is refused, if there is a status, and else done. */
    | { latencyMillis: number; status?: FaultStatus }
    /** The call is refused, and nothing is done. */
    | { status: FaultStatus }
    /**
     * The lock on the request that the call is about has run out just before; with `'taken'`, another client has locked it
     * since, for as long as it was locked.
     */
    | { lostLock: true | 'taken' };

/** Which of the calls that an operation gets meet with the fault. All of them, if nothing is said. */
export interface FaultChoice {
    /** From this one on, counting from 1; one call, unless `times` says more. */
    nth?: number;
    /** So many calls; all others are spared. */
    times?: number;
    /** Each time that so many calls have been counted. */
    every?: number;
    /** Only calls for the record with this key, and only these are counted. */
    key?: string;
}

/** What is to happen to which calls. */
export interface FaultRule {
    /** The name of an operation, all operations of a resource as `dataset.*`, or all as `*`. */
    readonly operation: string;
    readonly choice: Readonly<FaultChoice>;
    readonly fault: Readonly<Fault>;
}

/** A call that has met with a fault. */
export interface FaultEvent {
    runId: string;
    /** By the engine's clock. */
    at: Date;
    operation: string;
    key?: string;
    /** Which one of the calls that the rule counts. */
    nth: number;
    fault: Readonly<Fault>;
}

/** Faults that calls of Actors are to meet with, as `createFaults` of `greenroom/testing` makes them. */
export interface FaultScript {
    readonly rules: readonly FaultRule[];
    /** How long clients wait before they first repeat a call, where they can be told; else half a second. */
    readonly minDelayBetweenRetriesMillis?: number;
    /** Told of each call that has met with a fault. */
    record(happening: FaultEvent): void;
}

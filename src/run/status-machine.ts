import type { Execution, ExitReason } from '../protocol/execution.js';
import type { JobStatus } from '../model/api/status.js';
import type { CancelTimer } from '../util/clock.js';

/** An event in the life of a run. */
export type RunEvent =
    /** The admission queue lets the run start. */
    | { type: 'admitted' }
    /** The Actor ended with exit code 0. */
    | { type: 'exit-success' }
    /** The Actor ended in any other way: another exit code, a crash, a kill, or a failed start. */
    | { type: 'exit-failure' }
    /** The run exceeded its timeout. */
    | { type: 'deadline-passed' }
    /** The grace period between the request to stop and the forced kill is over. */
    | { type: 'grace-over' }
    | { type: 'abort' }
    | { type: 'abort-gracefully' }
    /** The Actor restarts within the same run: the same Actor, or another one after a metamorph. */
    | { type: 'restart' }
    /** The Actor ends immediately; `exit` replaces the exit reason of the kill. */
    | { type: 'fail'; exit: ExitReason }
    | { type: 'resurrect' }
    /** The host of the run died; detected when the storage directory is opened again. */
    | { type: 'host-lost' };

/** The action that follows an event. The table only names it; the driver performs it. */
export type Effect =
    /** Start the Actor and its timeout. */
    | 'launch'
    /** Ask the Actor to stop, and start the grace period after which it is killed. */
    | 'stop-for-timeout'
    | 'stop-for-abort'
    /** Restart the grace period: the Actor was already asked to stop. */
    | 'rearm-grace'
    | 'kill'
    /** Kill the Actor and launch the current target; the deadline does not change. */
    | 'restart'
    /** Kill the Actor; the event contains the exit reason to record. */
    | 'fail'
    /** Add the run to the admission queue. */
    | 'enqueue'
    /** Cancel all timers, close the log, release the admission slot, and announce the end. */
    | 'finish';

/** The new status after an event, and the effect to perform. */
export interface Transition {
    readonly status: JobStatus;
    readonly effect: Effect;
}

/** The state of a run's Actor, as its driver tracks it. */
export type Phase =
    /** The run is in the admission queue; no Actor exists. */
    | { readonly type: 'waiting' }
    /** The driver is resolving the Actor's code and secrets. */
    | { readonly type: 'starting' }
    | { readonly type: 'running'; readonly execution: Execution }
    /** The Actor was asked to save its state. It restarts when it requests a reboot or when the grace period is over. */
    | { readonly type: 'migrating'; readonly execution: Execution; readonly cancelTimer: CancelTimer }
    /** The Actor was killed, or its start was cancelled. `exit`, if set, is recorded in place of the exit reason of the kill. */
    | {
          readonly type: 'stopping';
          readonly execution?: Execution;
          readonly next: 'end' | 'restart';
          readonly exit?: ExitReason;
      }
    /** The Actor and its run have ended. */
    | { readonly type: 'ended'; readonly exit: ExitReason };

type Row = Partial<Record<RunEvent['type'], Transition>>;

const ENDED: Row = { resurrect: { status: 'READY', effect: 'enqueue' } };

/** Transitions by status and event. A missing pair means that the event is ignored: it came too late or does not apply. */
const TABLE: Readonly<Record<JobStatus, Row>> = {
    READY: {
        admitted: { status: 'RUNNING', effect: 'launch' },
        abort: { status: 'ABORTED', effect: 'finish' },
        'abort-gracefully': { status: 'ABORTED', effect: 'finish' },
        'host-lost': { status: 'ABORTED', effect: 'finish' },
    },
    RUNNING: {
        'exit-success': { status: 'SUCCEEDED', effect: 'finish' },
        'exit-failure': { status: 'FAILED', effect: 'finish' },
        'deadline-passed': { status: 'TIMING-OUT', effect: 'stop-for-timeout' },
        abort: { status: 'ABORTING', effect: 'kill' },
        'abort-gracefully': { status: 'ABORTING', effect: 'stop-for-abort' },
        restart: { status: 'RUNNING', effect: 'restart' },
        fail: { status: 'RUNNING', effect: 'fail' },
        'host-lost': { status: 'ABORTED', effect: 'finish' },
    },
    'TIMING-OUT': {
        'exit-success': { status: 'TIMED-OUT', effect: 'finish' },
        'exit-failure': { status: 'TIMED-OUT', effect: 'finish' },
        'grace-over': { status: 'TIMING-OUT', effect: 'kill' },
        abort: { status: 'ABORTING', effect: 'kill' },
        'abort-gracefully': { status: 'ABORTING', effect: 'rearm-grace' },
        fail: { status: 'TIMING-OUT', effect: 'fail' },
        'host-lost': { status: 'TIMED-OUT', effect: 'finish' },
    },
    ABORTING: {
        'exit-success': { status: 'ABORTED', effect: 'finish' },
        'exit-failure': { status: 'ABORTED', effect: 'finish' },
        'grace-over': { status: 'ABORTING', effect: 'kill' },
        // As on the platform, the status does not change; but a forced abort after a graceful one kills immediately.
        abort: { status: 'ABORTING', effect: 'kill' },
        fail: { status: 'ABORTING', effect: 'fail' },
        'host-lost': { status: 'ABORTED', effect: 'finish' },
    },
    SUCCEEDED: ENDED,
    FAILED: ENDED,
    'TIMED-OUT': ENDED,
    ABORTED: ENDED,
};

/**
 * Returns the transition for a run with this status on an event, or undefined if the event is ignored. A pure function.
 *
 * Source: "Actor run lifecycle" in the platform's docs. Abort is allowed in READY, RUNNING and TIMING-OUT.
 */
export function step(status: JobStatus, type: RunEvent['type']): Transition | undefined {
    return TABLE[status][type];
}

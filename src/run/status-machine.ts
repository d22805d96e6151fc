import type { Execution, ExitReason } from '../protocol/execution.js';
import type { JobStatus } from '../model/api/status.js';
import type { CancelTimer } from '../util/clock.js';

/** An event in the life of a run. */
export type RunEvent =
    /** There is room for the run among those that run. */
    | { type: 'admitted' }
    /** The Actor ended with exit code 0. */
    | { type: 'exit-success' }
    /** The Actor ended in any other way: an exit code, a crash, a kill, a start that failed. */
    | { type: 'exit-failure' }
    /** The run has used up its timeout. */
    | { type: 'deadline-passed' }
    /** The time between the request to stop and the end by force is over. */
    | { type: 'grace-over' }
    | { type: 'abort' }
    | { type: 'abort-gracefully' }
    /** The Actor restarts within the same run: as itself, or as another one. */
    | { type: 'restart' }
    /** The Actor ends at once, with this exit in place of that of a kill. */
    | { type: 'fail'; exit: ExitReason }
    | { type: 'resurrect' }
    /** The host that ran it is gone; found when the storage directory is opened again. */
    | { type: 'host-lost' };

/** The action that an event leads to. The table only names it, the driver performs it. */
export type Effect =
    /** Start the Actor and arm the deadline. */
    | 'launch'
    /** Ask the Actor to stop, and arm the grace after which it is killed. */
    | 'stop-for-timeout'
    | 'stop-for-abort'
    /** Arm the grace again: the Actor has been asked to stop already. */
    | 'rearm-grace'
    | 'kill'
    /** Kill the Actor and launch the current target; the deadline stays. */
    | 'restart'
    /** Kill the Actor; the event has the exit to record. */
    | 'fail'
    /** Ask for a place among the runs that run. */
    | 'enqueue'
    /** Disarm all timers, finalise the record, announce the end. */
    | 'finish';

/** The status and the effect that an event leads to. */
export interface Transition {
    readonly status: JobStatus;
    readonly effect: Effect;
}

/** The Actor of a run, as its driver sees it. */
export type Phase =
    /** The run waits for room; there is no Actor. */
    | { readonly type: 'waiting' }
    /** Its code and secrets are being looked up. */
    | { readonly type: 'starting' }
    | { readonly type: 'running'; readonly execution: Execution }
    /** It has been asked to save its state, and restarts when it asks for a reboot or when its time is over. */
    | { readonly type: 'migrating'; readonly execution: Execution; readonly cancelTimer: CancelTimer }
    /** It has been killed, or its start is called off. `exit` is the exit to record in place of that of the kill. */
    | {
          readonly type: 'stopping';
          readonly execution?: Execution;
          readonly next: 'end' | 'restart';
          readonly exit?: ExitReason;
      }
    /** It has ended, and the run with it. */
    | { readonly type: 'ended'; readonly exit: ExitReason };

type Row = Partial<Record<RunEvent['type'], Transition>>;

const ENDED: Row = { resurrect: { status: 'READY', effect: 'enqueue' } };

/** The transition of each pair. A pair that is missing is refused: the event came too late, or makes no sense. */
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
        // The status stays, as on the platform; but a second abort that is not graceful does not wait for the grace.
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
 * Returns the transition of a run with this status on an event, or undefined if the event is refused. Pure: it touches no
 * clock, no thread, no disk.
 *
 * Semantics: "Actor run lifecycle" of the platform's docs; abort is allowed in READY, RUNNING and TIMING-OUT.
 */
export function step(status: JobStatus, type: RunEvent['type']): Transition | undefined {
    return TABLE[status][type];
}

import type { JobStatus } from '../model/status.js';

/** What can happen to a run. */
export type Happening =
    /** There is room for the run among those that run. */
    | { type: 'admitted' }
    /** The Actor ended with exit code 0. */
    | { type: 'exited-well' }
    /** The Actor ended in any other way: an exit code, a crash, a kill, a start that failed. */
    | { type: 'exited-badly' }
    /** The run has used up its timeout. */
    | { type: 'deadline-passed' }
    /** The time between the call to stop and the end by force is over. */
    | { type: 'grace-over' }
    | { type: 'abort-asked' }
    | { type: 'graceful-abort-asked' }
    /** The Actor is to start anew within the same run: as itself, or as another one. */
    | { type: 'restart-asked' }
    /** The Actor is to end at once, as by a failure of its own. */
    | { type: 'failure-asked' }
    /** The run is to live once more. */
    | { type: 'resurrection-asked' }
    /** The host that ran it is gone; found when the storage directory is opened again. */
    | { type: 'host-lost' };

/** What is to be done about it. The step only says it, the driver does it. */
export type Effect =
    /** Start the Actor and arm the deadline. */
    | { type: 'launch' }
    /** Tell the Actor to stop, and arm the grace after which it is killed. */
    | { type: 'call-to-stop'; reason: 'timeout' | 'abort' }
    /** Arm the grace anew: the Actor has been told already. */
    | { type: 'extend-grace'; reason: 'abort' }
    | { type: 'kill' }
    /** End the Actor at once and launch what is to run now; the deadline stays. */
    | { type: 'restart' }
    /** End the Actor at once; how it has ended then is said by whoever asked for it. */
    | { type: 'fail' }
    /** Ask for a place among the runs that run. */
    | { type: 'enter' }
    /** Disarm all timers, settle the record, let others know. */
    | { type: 'finish' };

/** Where a happening leads, or that it leads nowhere. */
export type Step = { ok: true; status: JobStatus; effects: readonly Effect[] } | { ok: false };

interface Cell {
    to: JobStatus;
    effects: readonly Effect[];
}

const FINISH: Effect = { type: 'finish' };
const KILL: Effect = { type: 'kill' };
const FAIL: Effect = { type: 'fail' };

const RESURRECTABLE: Partial<Record<Happening['type'], Cell>> = {
    'resurrection-asked': { to: 'READY', effects: [{ type: 'enter' }] },
};

/** Where each happening leads. A pair that is missing is refused: it came too late, or makes no sense. */
const TABLE: Readonly<Record<JobStatus, Partial<Record<Happening['type'], Cell>>>> = {
    READY: {
        admitted: { to: 'RUNNING', effects: [{ type: 'launch' }] },
        'abort-asked': { to: 'ABORTED', effects: [FINISH] },
        'graceful-abort-asked': { to: 'ABORTED', effects: [FINISH] },
        'host-lost': { to: 'ABORTED', effects: [FINISH] },
    },
    RUNNING: {
        'exited-well': { to: 'SUCCEEDED', effects: [FINISH] },
        'exited-badly': { to: 'FAILED', effects: [FINISH] },
        'deadline-passed': { to: 'TIMING-OUT', effects: [{ type: 'call-to-stop', reason: 'timeout' }] },
        'abort-asked': { to: 'ABORTING', effects: [KILL] },
        'graceful-abort-asked': { to: 'ABORTING', effects: [{ type: 'call-to-stop', reason: 'abort' }] },
        'restart-asked': { to: 'RUNNING', effects: [{ type: 'restart' }] },
        'failure-asked': { to: 'RUNNING', effects: [FAIL] },
        'host-lost': { to: 'ABORTED', effects: [FINISH] },
    },
    'TIMING-OUT': {
        'exited-well': { to: 'TIMED-OUT', effects: [FINISH] },
        'exited-badly': { to: 'TIMED-OUT', effects: [FINISH] },
        'grace-over': { to: 'TIMING-OUT', effects: [KILL] },
        'abort-asked': { to: 'ABORTING', effects: [KILL] },
        'graceful-abort-asked': { to: 'ABORTING', effects: [{ type: 'extend-grace', reason: 'abort' }] },
        'failure-asked': { to: 'TIMING-OUT', effects: [FAIL] },
        'host-lost': { to: 'TIMED-OUT', effects: [FINISH] },
    },
    ABORTING: {
        'exited-well': { to: 'ABORTED', effects: [FINISH] },
        'exited-badly': { to: 'ABORTED', effects: [FINISH] },
        'grace-over': { to: 'ABORTING', effects: [KILL] },
        // The status stays, as on the platform; but whoever asks again, and not gracefully, does not want to wait.
        'abort-asked': { to: 'ABORTING', effects: [KILL] },
        'failure-asked': { to: 'ABORTING', effects: [FAIL] },
        'host-lost': { to: 'ABORTED', effects: [FINISH] },
    },
    SUCCEEDED: RESURRECTABLE,
    FAILED: RESURRECTABLE,
    'TIMED-OUT': RESURRECTABLE,
    ABORTED: RESURRECTABLE,
};

/**
 * Where a happening leads a run with this status, and what is to be done. Pure: it touches no clock, no thread, no disk.
 *
 * Semantics: "Actor run lifecycle" of the platform's docs; abort is allowed in READY, RUNNING and TIMING-OUT.
 */
export function step(status: JobStatus, happening: Happening): Step {
    const cell = TABLE[status][happening.type];
    return cell === undefined ? { ok: false } : { ok: true, status: cell.to, effects: cell.effects };
}

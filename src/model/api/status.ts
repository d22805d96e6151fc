/** Where a run or a build is in its life, spelled as the platform spells it. */
export type JobStatus =
    | 'READY'
    | 'RUNNING'
    | 'SUCCEEDED'
    | 'FAILED'
    | 'TIMING-OUT'
    | 'TIMED-OUT'
    | 'ABORTING'
    | 'ABORTED';

/** A status that a job does not leave by itself. */
export type TerminalStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED-OUT' | 'ABORTED';

/** Every status, in the order of a job's life. */
export const JOB_STATUSES: readonly JobStatus[] = [
    'READY',
    'RUNNING',
    'SUCCEEDED',
    'FAILED',
    'TIMING-OUT',
    'TIMED-OUT',
    'ABORTING',
    'ABORTED',
];

const TERMINAL: ReadonlySet<JobStatus> = new Set<TerminalStatus>(['SUCCEEDED', 'FAILED', 'TIMED-OUT', 'ABORTED']);

/** Whether a job with this status has ended. */
export function isTerminal(status: JobStatus): status is TerminalStatus {
    return TERMINAL.has(status);
}

/** Status of a run or build, as the platform spells it. Source: "Run lifecycle" in the platform's docs. */
export type JobStatus =
    | 'READY'
    | 'RUNNING'
    | 'SUCCEEDED'
    | 'FAILED'
    | 'TIMING-OUT'
    | 'TIMED-OUT'
    | 'ABORTING'
    | 'ABORTED';

/** A final status. Only a resurrection changes it. */
export type TerminalStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED-OUT' | 'ABORTED';

/** All statuses. */
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

/** True if the status is final. */
export function isTerminal(status: JobStatus): status is TerminalStatus {
    return TERMINAL.has(status);
}

import type { RunDocument } from '../model/run-document.js';
import type { RunOrigin } from '../model/run.js';
import { isTerminal, JOB_STATUSES, type JobStatus } from '../model/status.js';
import type { OutlineRow } from '../storage/outline-file.js';

/** What lists need to know of a run. */
export interface RunOutline {
    readonly id: string;
    /** In milliseconds since the epoch. */
    readonly startedAt: number;
    readonly status: JobStatus;
    readonly actId: string;
    readonly userId: string;
    readonly origin: RunOrigin;
    readonly actorTaskId?: string | undefined;
    /** The run whose Actor started it. */
    readonly startedByRunId?: string | undefined;
}

/** The outline of a run, whose times may be dates, or texts as they are in a file. */
export function outlineOfRun({ run, startedByRunId }: RunDocument): RunOutline {
    const { id, status, actId, userId, actorTaskId, meta } = run;
    const startedAt = new Date(run.startedAt).getTime();
    return { id, startedAt, status, actId, userId, origin: meta.origin, actorTaskId, startedByRunId };
}

/** Whether the run has ended. */
export function isSettled({ status }: Pick<RunOutline, 'status'>): boolean {
    return isTerminal(status);
}

/** As it is kept in a file. */
export function rowOfRun({ id, startedAt, status, actId, userId, origin, ...more }: RunOutline): OutlineRow {
    return [id, startedAt, status, actId, userId, origin, more.actorTaskId ?? null, more.startedByRunId ?? null];
}

/** Whether a row says that its run has ended. */
export function isSettledRow([, , status]: OutlineRow): boolean {
    return isTerminal(status as JobStatus);
}

/** The outline that a row stands for; undefined for a row that is none. */
export function runOfRow(row: OutlineRow): RunOutline | undefined {
    const [id, startedAt, status, actId, userId, origin, actorTaskId, startedByRunId] = row;
    const isRow = typeof startedAt === 'number' && (JOB_STATUSES as readonly unknown[]).includes(status);
    if (!isRow || typeof actId !== 'string' || typeof userId !== 'string' || typeof origin !== 'string')
        return undefined;
    return {
        id,
        startedAt,
        status: status as JobStatus,
        actId,
        userId,
        origin: origin as RunOrigin,
        actorTaskId: typeof actorTaskId === 'string' ? actorTaskId : undefined,
        startedByRunId: typeof startedByRunId === 'string' ? startedByRunId : undefined,
    };
}

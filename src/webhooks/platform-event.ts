import { isTerminal } from '../model/status.js';
import type { Build } from '../model/actor.js';
import type { Run } from '../model/run.js';
import type { JobStatus, TerminalStatus } from '../model/status.js';
import type { WebhookCondition, WebhookEventData } from '../model/webhook.js';
import type { PlatformEvent } from './parts.js';

const SUFFIXES = {
    SUCCEEDED: 'SUCCEEDED',
    FAILED: 'FAILED',
    'TIMED-OUT': 'TIMED_OUT',
    ABORTED: 'ABORTED',
} as const satisfies Record<TerminalStatus, string>;

/** The event of a run that came to be, or lives once more. */
export function runBegan(
    what: 'CREATED' | 'RESURRECTED',
    run: Run,
    resource: PlatformEvent['resource'],
): PlatformEvent {
    return { type: `ACTOR.RUN.${what}`, data: dataOfRun(run), resource };
}

/** The event of a run that has ended; none before. */
export function runEnded(run: Run, resource: PlatformEvent['resource']): PlatformEvent | undefined {
    const suffix = suffixOf(run.status);
    return suffix && { type: `ACTOR.RUN.${suffix}`, data: dataOfRun(run), resource };
}

/** The event of a build that came to be. */
export function buildBegan(build: Build): PlatformEvent {
    return { type: 'ACTOR.BUILD.CREATED', data: dataOfBuild(build), resource: () => build };
}

/** The event of a build that has ended; none before. */
export function buildEnded(build: Build): PlatformEvent | undefined {
    const suffix = suffixOf(build.status);
    return suffix && { type: `ACTOR.BUILD.${suffix}`, data: dataOfBuild(build), resource: () => build };
}

/** Whether a condition is about what an event is about: every id of it has to be there. */
export function concerns(condition: WebhookCondition, data: WebhookEventData): boolean {
    const { actorId, actorTaskId, actorRunId } = condition;
    return fits(actorId, data.actorId) && fits(actorTaskId, data.actorTaskId) && fits(actorRunId, data.actorRunId);
}

function fits(wanted: string | undefined, actual: string | undefined): boolean {
    return wanted === undefined || wanted === actual;
}

function suffixOf(status: JobStatus): (typeof SUFFIXES)[TerminalStatus] | undefined {
    return isTerminal(status) ? SUFFIXES[status] : undefined;
}

function dataOfRun({ id, actId, actorTaskId }: Run): WebhookEventData {
    return { actorId: actId, ...(actorTaskId !== undefined && { actorTaskId }), actorRunId: id };
}

function dataOfBuild({ id, actId }: Build): WebhookEventData {
    return { actorId: actId, actorBuildId: id };
}

import { EngineError } from '../errors/engine-error.js';
import { createClient } from '../client/client.js';
import { isTerminal } from '../model/status.js';
import { buildBegan, buildEnded, runBegan, runEnded } from '../webhooks/platform-event.js';
import { WebhookService } from '../webhooks/webhook-service.js';
import { answerRequest } from './answer-request.js';
import type { ClientHost } from '../client/client-host.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { EngineEvents } from '../model/events.js';
import type { Run } from '../model/run.js';
import type { WebhookCondition } from '../model/webhook.js';
import type { ActorRegistry } from '../registry/actors.js';
import type { TaskRegistry } from '../registry/tasks.js';
import type { DocumentStore } from '../registry/document-store.js';
import type { Emitter } from '../util/emitter.js';
import type { ResolvedEngineOptions } from './options.js';
import type { Owner } from './owner.js';

/** What webhooks meet with. */
export interface WebhookSurroundings {
    emitter: Emitter<EngineEvents>;
    owner: Owner;
    documents: DocumentStore;
    actors: ActorRegistry;
    tasks: TaskRegistry;
    runs: Pick<RunService, 'find' | 'last'>;
    /** What the API is answered by; not there yet when the webhooks are made. */
    host: () => ClientHost;
}

/** Makes the webhooks of an engine, which hear of whatever happens in it. They send nothing before they are opened. */
export function createWebhooks(
    { clock, network }: ResolvedEngineOptions,
    { emitter, owner, documents, actors, tasks, runs, host }: WebhookSurroundings,
): WebhookService {
    const webhooks = new WebhookService({
        clock,
        network,
        owner,
        documents,
        answer: (request) => answerRequest(request, createClient(host(), { origin: 'WEBHOOK' })),
        resolveCondition: (condition) => resolveCondition(condition, { actors, tasks, runs }),
        findRun: (id) => runs.find(id),
        lastRun: ({ actorId, actorTaskId, actorRunId }) => {
            if (actorRunId !== undefined) return runs.find(actorRunId);
            if (actorTaskId !== undefined) return runs.last({ actorTaskId });
            return actorId === undefined ? undefined : runs.last({ actId: actorId });
        },
        onAttempt: (dispatch) => emitter.emit('webhook.dispatched', { dispatch }),
        onWarning: (message, error) => emitter.emit('warning', { message, error }),
    });
    // Runs of which the event has but a copy, whose figures may be out of date.
    const current = (run: Run) => () => runs.find(run.id) ?? run;
    emitter.on('run.created', ({ run }) => webhooks.happen(runBegan('CREATED', run, current(run))));
    emitter.on('run.status-changed', ({ run, previousStatus }) => {
        if (isTerminal(previousStatus)) webhooks.happen(runBegan('RESURRECTED', run, current(run)));
    });
    emitter.on('run.finished', ({ run }) => webhooks.happen(runEnded(run, () => run)));
    emitter.on('build.created', ({ build }) => webhooks.happen(buildBegan(build)));
    emitter.on('build.finished', ({ build }) => webhooks.happen(buildEnded(build)));
    return webhooks;
}

/** The condition by ids. */
function resolveCondition(
    condition: WebhookCondition,
    { actors, tasks, runs }: Pick<WebhookSurroundings, 'actors' | 'tasks' | 'runs'>,
): WebhookCondition {
    const { actorId, actorTaskId, actorRunId } = condition;
    if (actorRunId !== undefined && runs.find(actorRunId) === undefined) throw noSuchRun(actorRunId);
    return {
        ...condition,
        ...(actorId !== undefined && { actorId: actors.require(actorId).id }),
        ...(actorTaskId !== undefined && { actorTaskId: tasks.require(actorTaskId).id }),
    };
}

function noSuchRun(id: string): EngineError {
    return new EngineError(
        'record-not-found',
        `No run has the id \`${id}\`, which the condition of the webhook names. It may have been deleted.`,
        { details: { run: id } },
    );
}

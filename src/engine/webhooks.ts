import { EngineError } from '../errors/engine-error.js';
import { actorIdOf, assertReadableRun, userService } from '../client/access.js';
import { createClient } from '../client/client.js';
import { isTerminal } from '../model/status.js';
import { buildBegan, buildEnded, runBegan, runEnded, type PlatformEvent } from '../webhooks/events.js';
import { WebhookService } from '../webhooks/webhook-service.js';
import { answerRequest } from './answer-request.js';
import type { ClientServices } from '../client/services.js';
import type { RunService } from '../lifecycle/run-service.js';
import type { EngineEvents } from '../model/events.js';
import type { Run } from '../model/run.js';
import type { WebhookCondition } from '../model/webhook.js';
import type { DocumentStore } from '../registry/document-store.js';
import type { Emitter } from '../util/emitter.js';
import type { ResolvedEngineOptions } from './options.js';
import type { NetworkPolicies } from './network/network-policies.js';
import type { User } from './users/users.js';

/** What the webhooks of a user meet with. */
export interface WebhookSurroundings {
    emitter: Emitter<EngineEvents>;
    owner: User;
    /** Whether something is the user's that was made by the user with this id. */
    owns: (userId: string) => boolean;
    documents: DocumentStore;
    runs: Pick<RunService, 'find' | 'last'>;
    networks: NetworkPolicies;
    /** The services of the user's clients, which do not exist yet when the webhooks are made. */
    services: () => ClientServices;
}

/** Makes the webhooks of a user, which hear of whatever happens to what the user has. They send nothing before they are opened. */
export function createWebhooks(
    { clock, network }: ResolvedEngineOptions,
    { emitter, owner, owns, documents, runs, networks, services }: WebhookSurroundings,
): WebhookService {
    const webhooks = new WebhookService({
        clock,
        network,
        owner,
        documents,
        answer: (request) => answerRequest(request, createClient(services, { origin: 'WEBHOOK' })),
        ask: (request, exchange, { actorRunId }) => {
            const run = actorRunId === undefined ? undefined : runs.find(actorRunId);
            return networks.fetchForWebhook(request, exchange, run);
        },
        resolveCondition: (condition) => resolveCondition(condition, services()),
        findRun: (id) => runs.find(id),
        lastRun: ({ actorId, actorTaskId, actorRunId }) => {
            if (actorRunId !== undefined) return runs.find(actorRunId);
            if (actorTaskId !== undefined) return runs.last({ actorTaskId, isOf: owns });
            return actorId === undefined ? undefined : runs.last({ actId: actorId, isOf: owns });
        },
        onAttempt: (dispatch) => emitter.emit('webhook.dispatched', { dispatch }),
        onWarning: (message, error) => emitter.emit('warning', { message, error }),
    });
    // Runs of which the event has but a copy, whose figures may be out of date.
    const current = (run: Run) => () => runs.find(run.id) ?? run;
    const tell = ({ userId }: { userId: string }, event: PlatformEvent | undefined): void => {
        if (owns(userId)) webhooks.happen(event);
    };
    emitter.on('run.created', ({ run }) => tell(run, runBegan('CREATED', run, current(run))));
    emitter.on('run.status-changed', ({ run, previousStatus }) => {
        if (isTerminal(previousStatus)) tell(run, runBegan('RESURRECTED', run, current(run)));
    });
    emitter.on('run.finished', ({ run }) =>
        tell(
            run,
            runEnded(run, () => run),
        ),
    );
    emitter.on('build.created', ({ build }) => tell(build, buildBegan(build)));
    emitter.on('build.finished', ({ build }) => tell(build, buildEnded(build)));
    return webhooks;
}

/** The condition by ids. */
function resolveCondition(condition: WebhookCondition, services: ClientServices): WebhookCondition {
    const { actorId, actorTaskId, actorRunId } = condition;
    if (actorRunId !== undefined) {
        const run = services.runs.glance(actorRunId);
        if (run === undefined) throw noSuchRun(actorRunId);
        assertReadableRun(services, run);
    }
    return {
        ...condition,
        ...(actorId !== undefined && { actorId: actorIdOf(services, actorId) }),
        ...(actorTaskId !== undefined && { actorTaskId: userService(services, 'tasks').require(actorTaskId).id }),
    };
}

function noSuchRun(id: string): EngineError {
    return new EngineError(
        'record-not-found',
        `No run has the id \`${id}\`, which the condition of the webhook names. It may have been deleted.`,
        { details: { run: id } },
    );
}

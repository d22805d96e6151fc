import { EngineError } from '../../errors/engine-error.js';
import { readableActorId, assertReadableRun, requireUserService } from '../../client/access.js';
import { createClient } from '../../client/client.js';
import { isTerminal } from '../../model/api/status.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import { buildCreatedEvent, buildFinishedEvent, runCreatedEvent, runFinishedEvent } from '../../webhooks/events.js';
import { WebhookService } from '../../webhooks/webhook-service.js';
import { handleActorRequest } from './handle-actor-request.js';
import type { ClientServices } from '../../client/services.js';
import type { EngineEvents } from '../../model/events.js';
import type { Run } from '../../model/api/run.js';
import type { WebhookCondition } from '../../model/api/webhook.js';
import type { Emitter } from '../../util/emitter.js';
import type { DocumentStore } from '../../records/document-store.js';
import type { TaskRegistry } from '../../records/tasks.js';
import type { RunService } from '../../run/run-service.js';
import type { UserDependencies } from './user-dependencies.js';
import type { User } from './users.js';

/** The services of the user whose webhooks they are. */
interface WebhookOwner {
    readonly user: User;
    readonly owns: (userId: string) => boolean;
    readonly documents: DocumentStore;
    readonly services: ClientServices;
    readonly tasks: TaskRegistry;
}

/** The runs of an engine, and the webhooks of the owner of a record. */
interface WebhookSource {
    readonly runs: RunService;
    forOwnerOf(record: { userId: string }): { readonly webhooks: WebhookService };
}

/** Creates the webhook service of a user. It sends nothing before it is opened. */
export function createWebhooks(
    user: WebhookOwner,
    { settings, emitter, networkPolicies, runs }: UserDependencies,
): WebhookService {
    const { owns, documents } = user;
    const findRun = (id: string): Run | undefined => runs.find(id);
    const lastRun = ({ actorId, actorTaskId, actorRunId }: WebhookCondition): Run | undefined => {
        if (actorRunId !== undefined) return findRun(actorRunId);
        if (actorTaskId !== undefined) return runs.last({ actorTaskId, isOwner: owns });
        return actorId === undefined ? undefined : runs.last({ actId: actorId, isOwner: owns });
    };
    return new WebhookService({
        clock: settings.clock,
        network: settings.network,
        owner: user.user,
        documents,
        sendToApi: (request) =>
            handleActorRequest(
                request,
                createClient(() => user.services, { origin: 'WEBHOOK' }),
            ),
        sendToHandler: (request, exchange, { actorRunId }) => {
            const run = actorRunId === undefined ? undefined : findRun(actorRunId);
            return networkPolicies.fetchForWebhook(request, exchange, run);
        },
        resolveCondition: (condition) => resolveCondition(condition, user.services),
        findRun,
        createTestEvent: (condition) => {
            const run = lastRun(condition);
            if (run !== undefined) return { ...runCreatedEvent('CREATED', run, () => run), type: 'TEST' };
            const { actorTaskId } = condition;
            const actorId = actorTaskId === undefined ? undefined : user.tasks.find(actorTaskId)?.actId;
            return { type: 'TEST', data: withoutUndefined({ actorId, ...condition }), resource: () => undefined };
        },
        onAttempt: (dispatch) => emitter.emit('webhook.dispatched', { dispatch }),
        onWarning: (message, error) => emitter.emit('warning', { message, error }),
    });
}

/** Passes the events of runs and builds to the webhooks of their owners. */
export function reportToWebhooks(emitter: Emitter<EngineEvents>, services: WebhookSource): void {
    // The statistics in an event's copy of the run may be outdated.
    const current = (run: Run) => () => services.runs.find(run.id) ?? run;
    emitter.on('run.created', ({ run }) => {
        const { webhooks } = services.forOwnerOf(run);
        if (webhooks.isActive) webhooks.trigger(runCreatedEvent('CREATED', run, current(run)));
    });
    emitter.on('run.status-changed', ({ run, previousStatus }) => {
        if (isTerminal(previousStatus))
            services.forOwnerOf(run).webhooks.trigger(runCreatedEvent('RESURRECTED', run, current(run)));
    });
    emitter.on('run.finished', ({ run }) =>
        services.forOwnerOf(run).webhooks.trigger(runFinishedEvent(run, () => run)),
    );
    emitter.on('build.created', ({ build }) => services.forOwnerOf(build).webhooks.trigger(buildCreatedEvent(build)));
    emitter.on('build.finished', ({ build }) => services.forOwnerOf(build).webhooks.trigger(buildFinishedEvent(build)));
}

/** Resolves the names in a condition to ids. */
function resolveCondition(condition: WebhookCondition, services: ClientServices): WebhookCondition {
    const { actorId, actorTaskId, actorRunId } = condition;
    if (actorRunId !== undefined) {
        const run = services.runs.peek(actorRunId);
        if (run === undefined) throw createRunNotFoundError(actorRunId);
        assertReadableRun(services, run);
    }
    return {
        ...condition,
        ...(actorId !== undefined && { actorId: readableActorId(services, actorId) }),
        ...(actorTaskId !== undefined && {
            actorTaskId: requireUserService(services, 'tasks').require(actorTaskId).id,
        }),
    };
}

function createRunNotFoundError(id: string): EngineError {
    return new EngineError(
        'record-not-found',
        `The run \`${id}\` in the condition of the webhook does not exist. It may have been deleted.`,
        { details: { run: id } },
    );
}

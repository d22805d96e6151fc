import type { WebhookCondition } from '../../model/webhook.js';

/** What a webhook is about, in a word or two. */
export function conditionText(
    { actorId, actorTaskId, actorRunId }: WebhookCondition,
    nameOf: (actorId: string) => string,
): string {
    return [
        ...(actorId === undefined ? [] : [nameOf(actorId)]),
        ...(actorTaskId === undefined ? [] : [`task ${actorTaskId}`]),
        ...(actorRunId === undefined ? [] : [`run ${actorRunId}`]),
    ].join(', ');
}

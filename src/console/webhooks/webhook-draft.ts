import type { Webhook } from '../api/json.js';

/** What a webhook is about. */
export type ConditionKind = 'actor' | 'task' | 'run';

/** A webhook as it is being written. */
export interface WebhookDraft {
    readonly kind: ConditionKind;
    /** Of what it is about. */
    readonly aboutId: string;
    readonly eventTypes: readonly string[];
    readonly requestUrl: string;
    readonly payloadTemplate: string;
    readonly headersTemplate: string;
    readonly shouldInterpolateStrings: boolean;
    readonly ignoreSslErrors: boolean;
    readonly doNotRetry: boolean;
    readonly description: string;
    readonly isEnabled: boolean;
}

/** What a new webhook begins with. */
export function newWebhook(kind: ConditionKind, aboutId: string): WebhookDraft {
    return {
        kind,
        aboutId,
        eventTypes: ['ACTOR.RUN.SUCCEEDED', 'ACTOR.RUN.FAILED', 'ACTOR.RUN.TIMED_OUT', 'ACTOR.RUN.ABORTED'],
        requestUrl: '',
        payloadTemplate: '',
        headersTemplate: '',
        shouldInterpolateStrings: false,
        ignoreSslErrors: false,
        doNotRetry: false,
        description: '',
        isEnabled: true,
    };
}

export function draftOfWebhook(webhook: Webhook): WebhookDraft {
    const { actorId, actorTaskId, actorRunId } = webhook.condition;
    const kind: ConditionKind = actorRunId !== undefined ? 'run' : actorTaskId !== undefined ? 'task' : 'actor';
    return {
        ...newWebhook(kind, actorRunId ?? actorTaskId ?? actorId ?? ''),
        eventTypes: webhook.eventTypes,
        requestUrl: webhook.requestUrl,
        payloadTemplate: webhook.payloadTemplate,
        headersTemplate: webhook.headersTemplate ?? '',
        shouldInterpolateStrings: webhook.shouldInterpolateStrings,
        ignoreSslErrors: webhook.ignoreSslErrors,
        doNotRetry: webhook.doNotRetry,
        description: webhook.description ?? '',
        isEnabled: webhook.isEnabled,
    };
}

/** As the API takes it. An empty template is the default. */
export function fieldsOf({ kind, aboutId, payloadTemplate, headersTemplate, ...same }: WebhookDraft): object {
    if (aboutId === '') throw new Error(`Choose the ${kind === 'actor' ? 'Actor' : kind} that it is about.`);
    const names = { actor: 'actorId', task: 'actorTaskId', run: 'actorRunId' } as const;
    return {
        ...same,
        condition: { [names[kind]]: aboutId },
        payloadTemplate: payloadTemplate.trim() === '' ? null : payloadTemplate,
        headersTemplate: headersTemplate.trim() === '' ? null : headersTemplate,
    };
}

import type { PagedList, PageOptions } from './page.js';

/** What can happen on the platform that webhooks are told of. */
export type WebhookEventType =
    | 'ACTOR.RUN.CREATED'
    | 'ACTOR.RUN.SUCCEEDED'
    | 'ACTOR.RUN.FAILED'
    | 'ACTOR.RUN.ABORTED'
    | 'ACTOR.RUN.TIMED_OUT'
    | 'ACTOR.RUN.RESURRECTED'
    | 'ACTOR.BUILD.CREATED'
    | 'ACTOR.BUILD.SUCCEEDED'
    | 'ACTOR.BUILD.FAILED'
    | 'ACTOR.BUILD.ABORTED'
    | 'ACTOR.BUILD.TIMED_OUT'
    | 'TEST';

/** Every type of event. */
export const WEBHOOK_EVENT_TYPES: readonly WebhookEventType[] = [
    'ACTOR.RUN.CREATED',
    'ACTOR.RUN.SUCCEEDED',
    'ACTOR.RUN.FAILED',
    'ACTOR.RUN.ABORTED',
    'ACTOR.RUN.TIMED_OUT',
    'ACTOR.RUN.RESURRECTED',
    'ACTOR.BUILD.CREATED',
    'ACTOR.BUILD.SUCCEEDED',
    'ACTOR.BUILD.FAILED',
    'ACTOR.BUILD.ABORTED',
    'ACTOR.BUILD.TIMED_OUT',
    'TEST',
];

/** Which runs and builds a webhook is about, by the ids of what they are of. Where there are several, all have to fit. */
export type WebhookCondition =
    | { actorId: string; actorTaskId?: string; actorRunId?: string }
    | { actorId?: string; actorTaskId: string; actorRunId?: string }
    | { actorId?: string; actorTaskId?: string; actorRunId: string };

/** What a webhook does, and when. */
export interface WebhookSettings {
    eventTypes: WebhookEventType[];
    condition: WebhookCondition;
    /** Where the requests go: http or https. */
    requestUrl: string;
    /** JSON with variables in double curly braces. Default: all that is known of the event. */
    payloadTemplate: string;
    /** The same for an object of headers. Default: none but those that always go with a request. */
    headersTemplate?: string;
    /** Whether variables inside texts of the templates are replaced, too. Default: false. */
    shouldInterpolateStrings: boolean;
    /** Whether a certificate that cannot be trusted is taken all the same. Default: false. */
    ignoreSslErrors: boolean;
    /** Whether one attempt is all. Default: false. */
    doNotRetry: boolean;
    /** For its owner; it is not sent. */
    description?: string;
    /** Made for one run; sends at most one request for each type of event. Default: false. */
    isAdHoc: boolean;
    /** One that is not enabled sends nothing but tests. Default: true. */
    isEnabled: boolean;
    /** Kept for the sake of the platform's clients. Default: false. */
    isApifyIntegration: boolean;
}

/** Tells of events by HTTP requests, in the shape of the API's Webhook object. */
export interface Webhook extends WebhookSettings {
    id: string;
    userId: string;
    createdAt: Date;
    modifiedAt: Date;
    /** How the latest one went, or null before there is one. */
    lastDispatch: WebhookLastDispatch | null;
    stats: { totalDispatches: number };
}

/** How the latest dispatch of a webhook went. */
export interface WebhookLastDispatch {
    status: WebhookDispatchStatus;
    /** Null while it is ACTIVE. */
    finishedAt: Date | null;
}

/**
 * What can be said of a webhook that is made or changed. For a new one `eventTypes`, `requestUrl` and a condition have to be
 * there; null is as good as left out for these, and the default for all others.
 */
export interface WebhookFields {
    eventTypes?: readonly WebhookEventType[] | null;
    condition?: { actorId?: string | null; actorTaskId?: string | null; actorRunId?: string | null } | null;
    requestUrl?: string | null;
    payloadTemplate?: string | null;
    headersTemplate?: string | null;
    shouldInterpolateStrings?: boolean | null;
    ignoreSslErrors?: boolean | null;
    doNotRetry?: boolean | null;
    description?: string | null;
    isAdHoc?: boolean | null;
    isEnabled?: boolean | null;
    isApifyIntegration?: boolean | null;
    /** A text by which a webhook is made only once: the second time, the one that is there is the result. */
    idempotencyKey?: string | null;
}

/** ACTIVE until the receiver has taken it, or all attempts have failed. */
export type WebhookDispatchStatus = 'ACTIVE' | 'SUCCEEDED' | 'FAILED';

/** One event on its way to the receiver of one webhook, in the shape of the API's WebhookDispatch object. */
export interface WebhookDispatch {
    id: string;
    userId: string;
    webhookId: string;
    createdAt: Date;
    status: WebhookDispatchStatus;
    eventType: WebhookEventType;
    eventData: WebhookEventData | null;
    /** The webhook as it was at the event. */
    webhook: { requestUrl: string; isAdHoc: boolean; condition: WebhookCondition };
    /** Every attempt that has ended, oldest first. */
    calls: WebhookCall[];
}

/** What an event is about, by ids. */
export interface WebhookEventData {
    actorId?: string;
    actorTaskId?: string;
    actorRunId?: string;
    actorBuildId?: string;
}

/** One attempt to deliver. */
export interface WebhookCall {
    startedAt: Date;
    finishedAt: Date;
    /** Null where it went well. */
    errorMessage: string | null;
    /** Null where there was no response. */
    responseStatus: number | null;
    /** Its first 8192 bytes. */
    responseBody: string | null;
    /** What was sent, as far as its first 8192 characters; null where nothing was. Not in the API of the platform. */
    requestBody: string | null;
}

/** A webhook. `lastDispatch` is declared as text, as in `apify-client`, but is an object or null. */
export type ClientWebhook = Webhook & { lastDispatch: string };

/** A webhook of a list, without its templates. */
export type WebhookListItem = Omit<ClientWebhook, 'payloadTemplate' | 'headersTemplate'>;

/** Which webhooks or dispatches to list; oldest first unless `desc`. */
export interface WebhookListOptions extends PageOptions {
    /** How many to load at a time while iterating. Default: as many as one page may have. */
    chunkSize?: number;
}

/** Webhooks: all of the user, or those of one Actor or task. */
export interface WebhookCollectionClient {
    list(options?: WebhookListOptions): PagedList<WebhookListItem>;
    /**
     * Makes a webhook. Of an Actor's or a task's, the condition need not be given.
     *
     * @throws EngineError `invalid-value`, `unknown-option`, `actor-not-found`, `record-not-found`, `too-many-webhooks`.
     *
     * @example
     * await client.actor('my-actor').webhooks().create({
     *     eventTypes: ['ACTOR.RUN.SUCCEEDED'],
     *     requestUrl: 'https://example.com/done',
     * });
     */
    create(webhook?: WebhookFields): Promise<ClientWebhook>;
}

/** One webhook. */
export interface WebhookClient {
    get(): Promise<ClientWebhook | undefined>;
    update(fields: WebhookFields): Promise<ClientWebhook>;
    /** Deletes it with its dispatches; what is still to be delivered is not. */
    delete(): Promise<void>;
    /** Sends a request as for an event of the type TEST, once; returns before it is answered. */
    test(): Promise<WebhookDispatch | undefined>;
    dispatches(): WebhookDispatchCollectionClient;
}

/** Dispatches, of one webhook or of all. */
export interface WebhookDispatchCollectionClient {
    list(options?: WebhookListOptions): PagedList<WebhookDispatch>;
}

/** One dispatch. */
export interface WebhookDispatchClient {
    get(): Promise<WebhookDispatch | undefined>;
}

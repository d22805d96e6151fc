import type { PagedList, PageOptions } from './page.js';

/** Types of webhook events. Source: "Webhook events" in the platform's docs. */
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

/** All types of events. */
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

/** Selects the runs and builds of a webhook, by ids. All given ids must match. */
export type WebhookCondition =
    | { actorId: string; actorTaskId?: string; actorRunId?: string }
    | { actorId?: string; actorTaskId: string; actorRunId?: string }
    | { actorId?: string; actorTaskId?: string; actorRunId: string };

/** Settings of a webhook. */
export interface WebhookSettings {
    /** Events to deliver. */
    eventTypes: WebhookEventType[];
    /** Runs and builds whose events are delivered. */
    condition: WebhookCondition;
    /** URL to deliver to, over HTTP or HTTPS. */
    requestUrl: string;
    /** Payload: JSON with variables in double curly braces. Default: all data of the event. */
    payloadTemplate: string;
    /** Additional headers: a JSON object with variables in double curly braces. Default: none. */
    headersTemplate?: string;
    /** If true, variables inside strings of the templates are replaced, too. Default: false. */
    shouldInterpolateStrings: boolean;
    /** If true, invalid TLS certificates are accepted. Default: false. */
    ignoreSslErrors: boolean;
    /** If true, a failed delivery is not retried. Default: false. */
    doNotRetry: boolean;
    /** Description for the owner. Not sent. */
    description?: string;
    /** True for a webhook of one run. It fires once for each event type. Default: false. */
    isAdHoc: boolean;
    /** If false, only tests are delivered. Default: true. */
    isEnabled: boolean;
    /** Stored for compatibility with the platform's clients. Default: false. */
    isApifyIntegration: boolean;
}

/** A webhook, which delivers events as HTTP requests. Source: the API's Webhook object. */
export interface Webhook extends WebhookSettings {
    /** Id of the webhook. */
    id: string;
    /** Id of the user who owns the webhook. */
    userId: string;
    /** Time of creation. */
    createdAt: Date;
    /** Time of the last change. */
    modifiedAt: Date;
    /** Latest dispatch; null before the first. */
    lastDispatch: WebhookLastDispatch | null;
    /** Number of dispatches. */
    stats: { totalDispatches: number };
}

/** Result of the latest dispatch of a webhook. */
export interface WebhookLastDispatch {
    /** Status of the dispatch. */
    status: WebhookDispatchStatus;
    /** Time of the end; null while ACTIVE. */
    finishedAt: Date | null;
}

/**
 * Fields of a new webhook, or changes of one; see {@link WebhookSettings}. A new one requires `eventTypes`, `requestUrl` and
 * a `condition`. Null counts as omitted for these, and resets all others to their defaults.
 */
export interface WebhookFields {
    /** Events to deliver. */
    eventTypes?: readonly WebhookEventType[] | null;
    /** Runs and builds whose events are delivered. */
    condition?: { actorId?: string | null; actorTaskId?: string | null; actorRunId?: string | null } | null;
    /** URL to deliver to. */
    requestUrl?: string | null;
    /** Template of the payload. */
    payloadTemplate?: string | null;
    /** Template of additional headers. */
    headersTemplate?: string | null;
    /** If true, variables inside strings of the templates are replaced, too. */
    shouldInterpolateStrings?: boolean | null;
    /** If true, invalid TLS certificates are accepted. */
    ignoreSslErrors?: boolean | null;
    /** If true, a failed delivery is not retried. */
    doNotRetry?: boolean | null;
    /** Description for the owner. */
    description?: string | null;
    /** If true, the webhook belongs to one run. */
    isAdHoc?: boolean | null;
    /** If false, only tests are delivered. */
    isEnabled?: boolean | null;
    /** Stored for compatibility with the platform's clients. */
    isApifyIntegration?: boolean | null;
    /** A key that makes creation idempotent: a second call with the same key returns the existing webhook. */
    idempotencyKey?: string | null;
}

/** Status of a dispatch: ACTIVE until a delivery succeeds or all attempts have failed. */
export type WebhookDispatchStatus = 'ACTIVE' | 'SUCCEEDED' | 'FAILED';

/** Delivery of one event of one webhook. Source: the API's WebhookDispatch object. */
export interface WebhookDispatch {
    /** Id of the dispatch. */
    id: string;
    /** Id of the user who owns the webhook. */
    userId: string;
    /** Id of the webhook. */
    webhookId: string;
    /** Time of the event. */
    createdAt: Date;
    /** Current status. */
    status: WebhookDispatchStatus;
    /** Type of the event. */
    eventType: WebhookEventType;
    /** Ids of the event's resources. */
    eventData: WebhookEventData | null;
    /** The webhook as of the event. */
    webhook: { requestUrl: string; isAdHoc: boolean; condition: WebhookCondition };
    /** Completed attempts, oldest first. */
    calls: WebhookCall[];
}

/** Ids of an event's resources. */
export interface WebhookEventData {
    /** Id of the Actor. */
    actorId?: string;
    /** Id of the task. */
    actorTaskId?: string;
    /** Id of the run. */
    actorRunId?: string;
    /** Id of the build. */
    actorBuildId?: string;
}

/** An attempt to deliver an event. */
export interface WebhookCall {
    /** Time of the start. */
    startedAt: Date;
    /** Time of the end. */
    finishedAt: Date;
    /** Error; null if the delivery succeeded. */
    errorMessage: string | null;
    /** HTTP status of the response; null without a response. */
    responseStatus: number | null;
    /** First 8192 bytes of the response's body. */
    responseBody: string | null;
    /** First 8192 characters of the sent payload; null if nothing was sent. Not in the platform's API. */
    requestBody: string | null;
}

/** A webhook. `lastDispatch` is declared as a string, as in `apify-client`, but is an object or null. */
export type ClientWebhook = Webhook & {
    /** Latest dispatch: an object or null, despite its declared type. */
    lastDispatch: string;
};

/** A webhook in a list, without its templates. */
export type WebhookListItem = Omit<ClientWebhook, 'payloadTemplate' | 'headersTemplate'>;

/** Options of lists of webhooks and dispatches. */
export interface WebhookListOptions extends PageOptions {
    /** Number of items to load at a time while iterating. Default: the maximum of a page. */
    chunkSize?: number;
}

/** Client of webhooks: all of the user, or those of one Actor or task. */
export interface WebhookCollectionClient {
    /** Lists the webhooks, oldest first unless `desc`. */
    list(options?: WebhookListOptions): PagedList<WebhookListItem>;
    /**
     * Creates a webhook. For the client of an Actor or task, the condition is optional.
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

/** Client of one webhook. */
export interface WebhookClient {
    /** Returns the webhook, or undefined if it does not exist. */
    get(): Promise<ClientWebhook | undefined>;
    /**
     * Updates the given fields.
     *
     * @throws EngineError `record-not-found`, and as {@link WebhookCollectionClient.create}.
     */
    update(fields: WebhookFields): Promise<ClientWebhook>;
    /** Deletes the webhook with its dispatches, and cancels pending deliveries. */
    delete(): Promise<void>;
    /** Dispatches an event of the type TEST, without retries. Does not wait for the delivery. */
    test(): Promise<WebhookDispatch | undefined>;
    /** Returns the client of the webhook's dispatches. */
    dispatches(): WebhookDispatchCollectionClient;
}

/** Client of dispatches: those of one webhook, or all. */
export interface WebhookDispatchCollectionClient {
    /** Lists the dispatches, oldest first unless `desc`. */
    list(options?: WebhookListOptions): PagedList<WebhookDispatch>;
}

/** Client of one dispatch. */
export interface WebhookDispatchClient {
    /** Returns the dispatch, or undefined if it does not exist. */
    get(): Promise<WebhookDispatch | undefined>;
}

import type { PagedList, PageOptions } from './page.js';
import type { Webhook, WebhookDispatch, WebhookFields } from './webhook.js';

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

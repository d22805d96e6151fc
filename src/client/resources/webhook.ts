import { checkGiven } from '../check-argument.js';
import { WebhookDispatchCollectionResource } from './webhook-dispatches.js';
import type { WebhookDispatch, WebhookFields } from '../../model/webhook.js';
import type { ClientWebhook, WebhookClient, WebhookDispatchCollectionClient } from '../../model/webhook-client.js';
import type { WebhookDirectory } from '../webhook-directory.js';

/** One webhook. */
export class WebhookResource implements WebhookClient {
    readonly #webhooks: WebhookDirectory;
    readonly #id: string;

    constructor(webhooks: WebhookDirectory, id: string) {
        this.#webhooks = webhooks;
        this.#id = id;
    }

    async get(): Promise<ClientWebhook | undefined> {
        return this.#webhooks.find(this.#id) as ClientWebhook | undefined;
    }

    async update(fields: WebhookFields): Promise<ClientWebhook> {
        checkGiven('fields', fields);
        return (await this.#webhooks.update(this.#id, fields)) as ClientWebhook;
    }

    async delete(): Promise<void> {
        if (this.#webhooks.find(this.#id)) this.#webhooks.remove(this.#id);
    }

    async test(): Promise<WebhookDispatch | undefined> {
        return this.#webhooks.find(this.#id) && this.#webhooks.test(this.#id);
    }

    dispatches(): WebhookDispatchCollectionClient {
        return new WebhookDispatchCollectionResource(this.#webhooks, this.#id);
    }
}

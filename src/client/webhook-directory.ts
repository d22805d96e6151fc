import type { Webhook, WebhookCondition, WebhookDispatch, WebhookFields } from '../model/webhook.js';

/** The webhooks and their dispatches. Whatever is handed out is a copy. */
export interface WebhookDirectory {
    /** The ids of all, or of those whose condition has the ids of another; oldest first. */
    ids(condition?: WebhookCondition): string[];
    find(id: string): Webhook | undefined;
    /** One that is there already with the same idempotency key is handed out as it is. */
    create(fields: WebhookFields): Promise<Webhook>;
    update(id: string, fields: WebhookFields): Promise<Webhook>;
    remove(id: string): void;
    test(id: string): WebhookDispatch;
    /** The ids of all, or of those of one webhook, which has to be there; oldest first. */
    dispatchIds(webhookId?: string): string[];
    findDispatch(id: string): WebhookDispatch | undefined;
}

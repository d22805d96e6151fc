import type { Webhook } from '../model/webhook.js';
import type { WebhookDocuments } from './events.js';

/** A webhook without what its dispatches tell. */
export type StoredWebhook = Omit<Webhook, 'lastDispatch'>;

/** A webhook as it is kept. */
export interface WebhookDocument {
    webhook: StoredWebhook;
    idempotencyKey?: string;
}

/** The webhooks, oldest first. What it returns are its own documents, not copies. */
export class WebhookStore {
    readonly #documents: WebhookDocuments;
    readonly #webhooks: Map<string, WebhookDocument>;

    constructor(documents: WebhookDocuments) {
        this.#documents = documents;
        const loaded = documents.loadAll('webhooks') as WebhookDocument[];
        loaded.sort((a, b) => a.webhook.createdAt.getTime() - b.webhook.createdAt.getTime());
        this.#webhooks = new Map(loaded.map((document) => [document.webhook.id, document]));
    }

    get size(): number {
        return this.#webhooks.size;
    }

    get(id: string): WebhookDocument | undefined {
        return this.#webhooks.get(id);
    }

    /** All webhooks, or those that pass a test. */
    filter(test: (document: WebhookDocument) => boolean = () => true): WebhookDocument[] {
        const found: WebhookDocument[] = [];
        for (const document of this.#webhooks.values()) if (test(document)) found.push(document);
        return found;
    }

    /** Saves a new document, or replaces the one with its id; keeps nothing that the disk refuses. */
    save(document: WebhookDocument): void {
        this.#documents.save('webhooks', document.webhook.id, document);
        this.#webhooks.set(document.webhook.id, document);
    }

    remove(id: string): void {
        this.#documents.remove('webhooks', id);
        this.#webhooks.delete(id);
    }
}

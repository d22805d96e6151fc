import type { Webhook, WebhookEventData } from '../model/webhook.js';
import { type WebhookDocuments, concerns } from './events.js';

/** A webhook without what its dispatches tell. */
export type StoredWebhook = Omit<Webhook, 'lastDispatch'>;

/** A webhook as it is kept. */
export interface WebhookDocument {
    webhook: StoredWebhook;
    idempotencyKey?: string;
}

/** The webhooks, oldest first. The documents are its own: whoever hands one out hands out a copy. */
export class WebhookStore {
    readonly #documents: WebhookDocuments;
    readonly #webhooks = new Map<string, WebhookDocument>();
    readonly #idsByKey = new Map<string, string>();
    /** Ids of the webhooks that name a run, by run: there may be as many as there are runs, and an event is about one. */
    readonly #ofRuns = new Map<string, Set<string>>();
    /** Ids of all others. */
    readonly #general = new Set<string>();

    constructor(documents: WebhookDocuments) {
        this.#documents = documents;
        const loaded = documents.loadAll('webhooks') as WebhookDocument[];
        loaded.sort((a, b) => a.webhook.createdAt.getTime() - b.webhook.createdAt.getTime());
        for (const document of loaded) this.#keep(document);
    }

    get size(): number {
        return this.#webhooks.size;
    }

    get(id: string): WebhookDocument | undefined {
        return this.#webhooks.get(id);
    }

    all(): WebhookDocument[] {
        return [...this.#webhooks.values()];
    }

    findByKey(idempotencyKey: string): WebhookDocument | undefined {
        return this.#webhooks.get(this.#idsByKey.get(idempotencyKey) ?? '');
    }

    /** Those that name a run. */
    ofRun(runId: string): WebhookDocument[] {
        return Array.from(this.#ofRuns.get(runId) ?? [], (id) => this.#webhooks.get(id)!);
    }

    /** Those whose condition is about what an event is about. */
    concernedBy(data: WebhookEventData): WebhookDocument[] {
        const general = Array.from(this.#general, (id) => this.#webhooks.get(id)!);
        const candidates = [...general, ...this.ofRun(data.actorRunId ?? '')];
        return candidates.filter(({ webhook }) => concerns(webhook.condition, data));
    }

    /** Keeps a new document, or one in place of that with its id; what the disk does not take is not there. */
    save(document: WebhookDocument): void {
        this.#documents.save('webhooks', document.webhook.id, document);
        this.#forget(document.webhook.id);
        this.#keep(document);
    }

    remove(id: string): void {
        this.#documents.remove('webhooks', id);
        this.#forget(id);
        this.#webhooks.delete(id);
    }

    #keep(document: WebhookDocument): void {
        const { id, condition } = document.webhook;
        this.#webhooks.set(id, document);
        if (document.idempotencyKey !== undefined) this.#idsByKey.set(document.idempotencyKey, id);
        const { actorRunId } = condition;
        if (actorRunId === undefined) this.#general.add(id);
        else this.#ofRuns.set(actorRunId, (this.#ofRuns.get(actorRunId) ?? new Set()).add(id));
    }

    /** Takes it out of all indexes, but leaves it in its place. */
    #forget(id: string): void {
        const known = this.#webhooks.get(id);
        if (known === undefined) return;
        if (known.idempotencyKey !== undefined) this.#idsByKey.delete(known.idempotencyKey);
        this.#general.delete(id);
        const { actorRunId = '' } = known.webhook.condition;
        const ofRun = this.#ofRuns.get(actorRunId);
        ofRun?.delete(id);
        if (ofRun?.size === 0) this.#ofRuns.delete(actorRunId);
    }
}

import type { WebhookDispatch } from '../model/webhook.js';
import type { WebhookDocuments } from './parts.js';

/** A dispatch as it is kept. */
export interface DispatchDocument {
    dispatch: WebhookDispatch;
    /** The run or build as it was at the event, as JSON would carry it; gone once nothing more is sent. */
    resource?: unknown;
}

/** So many dispatches are kept of one webhook. */
export const MAX_DISPATCHES = 1000;

/** The dispatches of all webhooks, oldest first. The documents are its own: whoever hands one out hands out a copy. */
export class DispatchStore {
    readonly #documents: WebhookDocuments;
    readonly #dispatches = new Map<string, DispatchDocument>();
    readonly #idsByWebhook = new Map<string, Set<string>>();

    constructor(documents: WebhookDocuments) {
        this.#documents = documents;
        const loaded = documents.loadAll('dispatches') as DispatchDocument[];
        loaded.sort((a, b) => a.dispatch.createdAt.getTime() - b.dispatch.createdAt.getTime());
        for (const document of loaded) this.#keep(document);
    }

    get(id: string): DispatchDocument | undefined {
        return this.#dispatches.get(id);
    }

    /** All of them, or those of one webhook. */
    all(webhookId?: string): DispatchDocument[] {
        if (webhookId === undefined) return [...this.#dispatches.values()];
        return Array.from(this.#idsByWebhook.get(webhookId) ?? [], (id) => this.#dispatches.get(id)!);
    }

    /** Keeps a dispatch, or the changes of one that is kept; in memory also where the disk does not take it. */
    save(document: DispatchDocument): void {
        this.#keep(document);
        this.#documents.save('dispatches', document.dispatch.id, document);
    }

    /**
     * The one that has to go so that a webhook has room for another: the oldest that has ended, else the oldest; undefined
     * where there is room.
     */
    surplusOf(webhookId: string): DispatchDocument | undefined {
        if ((this.#idsByWebhook.get(webhookId)?.size ?? 0) < MAX_DISPATCHES) return undefined;
        const all = this.all(webhookId);
        return all.find(({ dispatch }) => dispatch.status !== 'ACTIVE') ?? all[0];
    }

    remove(id: string): void {
        const document = this.#dispatches.get(id);
        if (document === undefined) return;
        this.#documents.remove('dispatches', id);
        this.#dispatches.delete(id);
        const { webhookId } = document.dispatch;
        const ids = this.#idsByWebhook.get(webhookId);
        ids?.delete(id);
        if (ids?.size === 0) this.#idsByWebhook.delete(webhookId);
    }

    #keep(document: DispatchDocument): void {
        const { id, webhookId } = document.dispatch;
        this.#dispatches.set(id, document);
        this.#idsByWebhook.set(webhookId, (this.#idsByWebhook.get(webhookId) ?? new Set()).add(id));
    }
}

import type { WebhookDispatch } from '../model/webhook.js';
import type { WebhookDocuments } from './events.js';

/** A dispatch as it is kept. */
export interface DispatchDocument {
    dispatch: WebhookDispatch;
    /** The run or build as it was at the event, as JSON would carry it; gone once nothing more is sent. */
    resource?: unknown;
}

/** So many dispatches of one webhook are kept when nothing more is sent for them. */
const MAX_ENDED = 1000;
/** So many may wait for their receiver: of each its run is kept, as it was then. */
export const MAX_WAITING = 10_000;

/** The dispatches of all webhooks, oldest first. The documents are its own: whoever hands one out hands out a copy. */
export class DispatchStore {
    readonly #documents: WebhookDocuments;
    readonly #dispatches = new Map<string, DispatchDocument>();
    readonly #idsByWebhook = new Map<string, Set<string>>();
    /** Those for which nothing more is sent, in the order in which they ended. */
    readonly #endedByWebhook = new Map<string, Set<string>>();

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

    /** The id of the one that ended first, where more have ended than are kept. */
    surplusOf(webhookId: string): string | undefined {
        const ended = this.#endedByWebhook.get(webhookId);
        if (ended === undefined || ended.size <= MAX_ENDED) return undefined;
        const [oldest] = ended;
        return oldest;
    }

    /**
     * The id of the one that has to give way where too many wait for their receiver: the oldest that can, else the oldest.
     *
     * @param canGive - Called with ids, oldest first.
     */
    overdueOf(webhookId: string, canGive: (id: string) => boolean): string | undefined {
        const ids = this.#idsByWebhook.get(webhookId);
        const ended = this.#endedByWebhook.get(webhookId);
        if (ids === undefined || ids.size - (ended?.size ?? 0) < MAX_WAITING) return undefined;
        let oldest: string | undefined;
        for (const id of ids) {
            if (ended?.has(id)) continue;
            if (canGive(id)) return id;
            oldest ??= id;
        }
        return oldest;
    }

    remove(id: string): void {
        const document = this.#dispatches.get(id);
        if (document === undefined) return;
        this.#documents.remove('dispatches', id);
        this.#dispatches.delete(id);
        const { webhookId } = document.dispatch;
        for (const byWebhook of [this.#idsByWebhook, this.#endedByWebhook]) {
            const ids = byWebhook.get(webhookId);
            ids?.delete(id);
            if (ids?.size === 0) byWebhook.delete(webhookId);
        }
    }

    #keep(document: DispatchDocument): void {
        const { id, webhookId, status } = document.dispatch;
        this.#dispatches.set(id, document);
        addTo(this.#idsByWebhook, webhookId, id);
        if (status !== 'ACTIVE') addTo(this.#endedByWebhook, webhookId, id);
    }
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
    const set = sets.get(key);
    if (set === undefined) sets.set(key, new Set([value]));
    else set.add(value);
}

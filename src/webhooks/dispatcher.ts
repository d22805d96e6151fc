import { newId } from '../util/ids.js';
import { deliver, type DeliveryOutcome } from './delivery.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { WebhookDispatch, WebhookEventData, WebhookEventType } from '../model/api/webhook.js';
import type { DispatchDocument, StoredWebhook, WebhookDependencies } from './events.js';

/**
 * How long a receiver has to respond.
 *
 * Source: "Security considerations" in the platform's docs of webhook actions. Earlier ones say 30 seconds.
 */
const TIMEOUT_MILLIS = 120_000;

/** What a receiver is to be told. */
interface WebhookTrigger {
    type: WebhookEventType;
    data: WebhookEventData | null;
    /** As JSON would carry it. */
    resource: unknown;
}

const FIRST_DELAY_MILLIS = 60_000;

/** Maximum number of ended dispatches that are kept for one webhook. */
const MAX_ENDED = 1000;

/** Maximum number of dispatches that wait for their receiver; each keeps a copy of its run. */
const MAX_WAITING = 10_000;

/** How often a request is tried again after the first attempt has failed. */
const MAX_RETRIES = 11;

/** Tells the receivers of webhooks what has happened, and writes down how that went. The records are its own, not copies. */
export class Dispatcher {
    readonly #parts: WebhookDependencies;
    readonly #findWebhook: (id: string) => StoredWebhook | undefined;
    readonly #onEnd: (webhookId: string) => void;
    readonly #documents = new Map<string, DispatchDocument>();
    /** Oldest first. */
    readonly #byWebhook = new Map<string, Set<WebhookDispatch>>();
    readonly #deliveries: DeliveryQueue;

    /** @param onEnd - Told when nothing more is sent for one dispatch of a webhook. */
    constructor(
        parts: WebhookDependencies,
        findWebhook: (id: string) => StoredWebhook | undefined,
        onEnd: (webhookId: string) => void,
    ) {
        this.#parts = parts;
        this.#findWebhook = findWebhook;
        this.#onEnd = onEnd;
        this.#deliveries = new DeliveryQueue(parts.clock, (id, signal) => this.#attempt(id, signal));
        const loaded = parts.documents.loadAll('dispatches') as DispatchDocument[];
        loaded.sort((a, b) => a.dispatch.createdAt.getTime() - b.dispatch.createdAt.getTime());
        for (const document of loaded) this.#keep(document);
    }

    get(id: string): WebhookDispatch | undefined {
        return this.#documents.get(id)?.dispatch;
    }

    /** All dispatches, or those of one webhook, oldest first. */
    all(webhookId?: string): WebhookDispatch[] {
        if (webhookId !== undefined) return [...(this.#byWebhook.get(webhookId) ?? [])];
        return Array.from(this.#documents.values(), ({ dispatch }) => dispatch);
    }

    /** Begins to send, and goes on with what an earlier engine has left behind. */
    open(): void {
        this.#deliveries.open();
        for (const dispatch of this.all()) {
            const { id, webhookId, status } = dispatch;
            if (!this.#findWebhook(webhookId)) {
                // A host may have died while it removed one. What belongs to one that cannot be read stays.
                if (!this.#parts.documents.corrupted('webhooks').mayContain(webhookId)) this.#remove(id);
            } else if (status === 'ACTIVE') {
                this.#deliveries.add(id, receiverOf(dispatch), this.#millisUntilDue(dispatch));
            }
        }
    }

    /** Sends nothing any more; what is not delivered after so much real time stays ACTIVE. */
    close(graceMillis: number): Promise<void> {
        return this.#deliveries.close(graceMillis);
    }

    /** Tells the receiver of a webhook, in its own time. */
    dispatch(webhook: StoredWebhook, { type, data, resource }: WebhookTrigger): WebhookDispatch {
        const { id: webhookId, requestUrl, isAdHoc, condition, userId } = webhook;
        this.#makeRoom(webhookId);
        const dispatch: WebhookDispatch = {
            id: newId(),
            userId,
            webhookId,
            createdAt: new Date(this.#parts.clock.now()),
            status: 'ACTIVE',
            eventType: type,
            eventData: data,
            webhook: { requestUrl, isAdHoc, condition: { ...condition } },
            calls: [],
        };
        this.#save({ dispatch, resource });
        this.#deliveries.add(dispatch.id, receiverOf(dispatch));
        return dispatch;
    }

    /** Removes the dispatches of a webhook; what is still to be delivered is not. */
    removeAllOf(webhookId: string): void {
        for (const { id } of this.all(webhookId)) this.#remove(id);
    }

    /** The oldest gives way that is not being sent at this moment: those that are would be sent for nothing. */
    #makeRoom(webhookId: string): void {
        const waiting = this.all(webhookId).filter(({ status }) => status === 'ACTIVE');
        if (waiting.length < MAX_WAITING) return;
        const { id } = waiting.find(({ id }) => !this.#deliveries.isUnderWay(id)) ?? waiting[0]!;
        this.#giveUp(id);
        const why = `its webhook \`${webhookId}\` has ${MAX_WAITING} that are not delivered yet`;
        this.#parts.onWarning(`Dispatch \`${id}\` was given up: ${why}.`);
    }

    /** Lets the oldest go of those for which nothing more is sent, where there are too many. */
    #tidy(webhookId: string): void {
        const ended = this.all(webhookId).filter(({ status }) => status !== 'ACTIVE');
        if (ended.length > MAX_ENDED) this.#giveUp(ended[0]!.id);
    }

    #giveUp(id: string): void {
        try {
            this.#remove(id);
        } catch (error) {
            this.#parts.onWarning(`Dispatch \`${id}\` could not be removed, to make room for another.`, error);
        }
    }

    #remove(id: string): void {
        const document = this.#documents.get(id);
        if (document === undefined) return;
        this.#deliveries.remove(id);
        this.#parts.documents.remove('dispatches', id);
        this.#documents.delete(id);
        const { webhookId } = document.dispatch;
        const ofWebhook = this.#byWebhook.get(webhookId);
        ofWebhook?.delete(document.dispatch);
        if (ofWebhook?.size === 0) this.#byWebhook.delete(webhookId);
    }

    #millisUntilDue({ calls }: WebhookDispatch): number {
        const last = calls.at(-1);
        if (last === undefined) return 0;
        const dueAt = last.finishedAt.getTime() + (retryDelayMillis(calls.length) ?? 0);
        return Math.max(0, dueAt - this.#parts.clock.now());
    }

    async #attempt(id: string, given: AbortSignal): Promise<number | undefined> {
        const document = this.#documents.get(id);
        const webhook = document && this.#findWebhook(document.dispatch.webhookId);
        if (document === undefined || webhook === undefined) return undefined;
        const { clock } = this.#parts;
        const startedAt = new Date(clock.now());
        const timeout = new AbortController();
        const cancel = clock.after(TIMEOUT_MILLIS, () =>
            timeout.abort(new Error(`it did not come within ${TIMEOUT_MILLIS / 1000} s`)),
        );
        const signal = AbortSignal.any([given, timeout.signal]);
        const outcome = await deliver(document, webhook, this.#parts, signal);
        cancel();
        // Given up, and not failed.
        if (given.aborted) return undefined;
        const { isFinal: _, ...call } = outcome;
        document.dispatch.calls.push({ startedAt, finishedAt: new Date(clock.now()), ...call });
        return this.#settle(document, outcome);
    }

    /** Says how long to wait for the next attempt, if there is to be one. */
    #settle(document: DispatchDocument, { errorMessage, isFinal }: DeliveryOutcome): number | undefined {
        const { dispatch } = document;
        const { doNotRetry = false } = this.#findWebhook(dispatch.webhookId) ?? {};
        const isLast = isFinal || doNotRetry || dispatch.eventType === 'TEST';
        const delayMillis = isLast ? undefined : retryDelayMillis(dispatch.calls.length);
        if (errorMessage === null) dispatch.status = 'SUCCEEDED';
        else if (delayMillis === undefined) dispatch.status = 'FAILED';
        if (dispatch.status !== 'ACTIVE') delete document.resource;
        this.#save(document);
        this.#parts.onAttempt(structuredClone(dispatch));
        if (dispatch.status !== 'ACTIVE') {
            this.#tidy(dispatch.webhookId);
            this.#onEnd(dispatch.webhookId);
        }
        return delayMillis;
    }

    /** What is to be told is told, also when the disk does not take it. */
    #save(document: DispatchDocument): void {
        this.#keep(document);
        try {
            this.#parts.documents.save('dispatches', document.dispatch.id, document);
        } catch (error) {
            const message = `Dispatch \`${document.dispatch.id}\` could not be written to disk.`;
            this.#parts.onWarning(message, error);
        }
    }

    #keep(document: DispatchDocument): void {
        const { id, webhookId } = document.dispatch;
        this.#documents.set(id, document);
        const ofWebhook = this.#byWebhook.get(webhookId) ?? new Set();
        this.#byWebhook.set(webhookId, ofWebhook.add(document.dispatch));
    }
}

/** What is in the document on disk need not be a URL. */
function receiverOf({ webhook: { requestUrl } }: WebhookDispatch): string {
    return URL.canParse(requestUrl) ? new URL(requestUrl).origin : requestUrl;
}

/**
 * How long to wait before the next attempt, in milliseconds; undefined when there is none left. One minute after the first
 * attempt, then twice as long each time: the eleventh retry comes 34 hours after the first attempt.
 *
 * Source: "Response management" in the platform's docs of webhook actions.
 *
 * @param attempts - How many attempts have failed, 1 or more.
 */
export function retryDelayMillis(attempts: number): number | undefined {
    return attempts > MAX_RETRIES ? undefined : FIRST_DELAY_MILLIS * 2 ** (attempts - 1);
}

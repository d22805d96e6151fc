import { endTime } from '../util/clock.js';
import { newId } from '../util/ids.js';
import { deliver, type DeliveryOutcome } from './delivery.js';
import { DeliveryQueue } from './delivery-queue.js';
import type { WebhookDispatch, WebhookEventData, WebhookEventType } from '../model/api/webhook.js';
import type { DispatchDocument, StoredWebhook, WebhookDependencies } from './events.js';

/**
 * Time that a receiver has to respond.
 *
 * Source: "Security considerations" in the platform's docs of webhook actions. Earlier versions of the docs say 30 seconds.
 */
const TIMEOUT_MILLIS = 120_000;

/** The event that a dispatch reports. */
interface WebhookTrigger {
    type: WebhookEventType;
    data: WebhookEventData | null;
    /** The run or build, as parsed from JSON. */
    resource: unknown;
}

const FIRST_DELAY_MILLIS = 60_000;

/** Maximum number of finished dispatches of one webhook that are kept. */
const MAX_FINISHED = 1000;

/** Maximum number of dispatches of one webhook that wait for delivery. Each has a copy of its run. */
const MAX_PENDING = 10_000;

/** Maximum number of retries after the first attempt. */
const MAX_RETRIES = 11;

/** Delivers dispatches to the receivers of webhooks, and records the attempts. The records that it returns are not copies. */
export class Dispatcher {
    readonly #dependencies: WebhookDependencies;
    readonly #findWebhook: (id: string) => StoredWebhook | undefined;
    readonly #onFinished: (webhookId: string) => void;
    readonly #documents = new Map<string, DispatchDocument>();
    /** The dispatches of each webhook, oldest first. */
    readonly #byWebhook = new Map<string, Set<WebhookDispatch>>();
    readonly #queue: DeliveryQueue;

    /** @param onFinished - Called when a dispatch of a webhook was delivered or has failed for good. */
    constructor(
        dependencies: WebhookDependencies,
        findWebhook: (id: string) => StoredWebhook | undefined,
        onFinished: (webhookId: string) => void,
    ) {
        this.#dependencies = dependencies;
        this.#findWebhook = findWebhook;
        this.#onFinished = onFinished;
        this.#queue = new DeliveryQueue(dependencies.clock, (id, signal) => this.#attempt(id, signal));
        const loaded = dependencies.documents.loadAll('dispatches') as DispatchDocument[];
        loaded.sort((a, b) => a.dispatch.createdAt.getTime() - b.dispatch.createdAt.getTime());
        for (const document of loaded) this.#add(document);
    }

    get(id: string): WebhookDispatch | undefined {
        return this.#documents.get(id)?.dispatch;
    }

    /** Returns all dispatches, or those of one webhook, oldest first. */
    all(webhookId?: string): WebhookDispatch[] {
        if (webhookId !== undefined) return [...(this.#byWebhook.get(webhookId) ?? [])];
        return Array.from(this.#documents.values(), ({ dispatch }) => dispatch);
    }

    /** Starts to send, including the pending dispatches of an earlier engine. */
    open(): void {
        this.#queue.open();
        for (const dispatch of this.all()) {
            const { id, webhookId, status } = dispatch;
            if (!this.#findWebhook(webhookId)) {
                // The process may have died while it removed the webhook. Keep the dispatch if its webhook may be corrupted.
                if (!this.#dependencies.documents.corrupted('webhooks').mayContain(webhookId)) this.#remove(id);
            } else if (status === 'ACTIVE') {
                this.#queue.add(id, receiverOf(dispatch), this.#millisUntilDue(dispatch));
            }
        }
    }

    /** Stops sending. Dispatches that are not delivered within the grace time, in real time, stay ACTIVE. */
    close(graceMillis: number): Promise<void> {
        return this.#queue.close(graceMillis);
    }

    /** Creates a dispatch and queues it for delivery. */
    dispatch(webhook: StoredWebhook, { type, data, resource }: WebhookTrigger): WebhookDispatch {
        const { id: webhookId, requestUrl, isAdHoc, condition, userId } = webhook;
        this.#discardExcessPending(webhookId);
        const dispatch: WebhookDispatch = {
            id: newId(),
            userId,
            webhookId,
            createdAt: new Date(this.#dependencies.clock.now()),
            status: 'ACTIVE',
            eventType: type,
            eventData: data,
            webhook: { requestUrl, isAdHoc, condition: { ...condition } },
            calls: [],
        };
        this.#save({ dispatch, resource });
        this.#queue.add(dispatch.id, receiverOf(dispatch));
        return dispatch;
    }

    /** Removes all dispatches of a webhook, including pending ones. */
    removeAllOf(webhookId: string): void {
        for (const { id } of this.all(webhookId)) this.#remove(id);
    }

    /** Discards the oldest pending dispatch if there are too many, but not one whose request is in progress. */
    #discardExcessPending(webhookId: string): void {
        const pending = this.all(webhookId).filter(({ status }) => status === 'ACTIVE');
        if (pending.length < MAX_PENDING) return;
        const { id } = pending.find(({ id }) => !this.#queue.isInProgress(id)) ?? pending[0]!;
        this.#discard(id);
        const reason = `its webhook \`${webhookId}\` has ${MAX_PENDING} undelivered dispatches`;
        this.#dependencies.onWarning(`Dispatch \`${id}\` was discarded: ${reason}.`);
    }

    /** Discards the oldest finished dispatch if there are too many. */
    #discardExcessFinished(webhookId: string): void {
        const finished = this.all(webhookId).filter(({ status }) => status !== 'ACTIVE');
        if (finished.length > MAX_FINISHED) this.#discard(finished[0]!.id);
    }

    #discard(id: string): void {
        try {
            this.#remove(id);
        } catch (error) {
            this.#dependencies.onWarning(`Old dispatch \`${id}\` could not be removed.`, error);
        }
    }

    #remove(id: string): void {
        const document = this.#documents.get(id);
        if (document === undefined) return;
        this.#queue.remove(id);
        this.#dependencies.documents.remove('dispatches', id);
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
        return Math.max(0, dueAt - this.#dependencies.clock.now());
    }

    async #attempt(id: string, cancelSignal: AbortSignal): Promise<number | undefined> {
        const document = this.#documents.get(id);
        const webhook = document && this.#findWebhook(document.dispatch.webhookId);
        if (document === undefined || webhook === undefined) return undefined;
        const { clock } = this.#dependencies;
        const startedAt = new Date(clock.now());
        const timeout = new AbortController();
        const cancel = clock.after(TIMEOUT_MILLIS, () =>
            timeout.abort(new Error(`the timeout of ${TIMEOUT_MILLIS / 1000} s was exceeded`)),
        );
        const signal = AbortSignal.any([cancelSignal, timeout.signal]);
        const outcome = await deliver(document, webhook, this.#dependencies, signal);
        cancel();
        // The attempt was cancelled and has not failed.
        if (cancelSignal.aborted) return undefined;
        const { isFinal: _, ...call } = outcome;
        document.dispatch.calls.push({ startedAt, finishedAt: endTime(startedAt, clock.now()), ...call });
        return this.#recordOutcome(document, outcome);
    }

    /** Returns the delay of the next attempt in milliseconds; undefined if there is none. */
    #recordOutcome(document: DispatchDocument, { errorMessage, isFinal }: DeliveryOutcome): number | undefined {
        const { dispatch } = document;
        const { doNotRetry = false } = this.#findWebhook(dispatch.webhookId) ?? {};
        const isLast = isFinal || doNotRetry || dispatch.eventType === 'TEST';
        const delayMillis = isLast ? undefined : retryDelayMillis(dispatch.calls.length);
        if (errorMessage === null) dispatch.status = 'SUCCEEDED';
        else if (delayMillis === undefined) dispatch.status = 'FAILED';
        if (dispatch.status !== 'ACTIVE') delete document.resource;
        this.#save(document);
        this.#dependencies.onAttempt(structuredClone(dispatch));
        if (dispatch.status !== 'ACTIVE') {
            this.#discardExcessFinished(dispatch.webhookId);
            this.#onFinished(dispatch.webhookId);
        }
        return delayMillis;
    }

    /** A failed write becomes a warning: the dispatch is delivered all the same. */
    #save(document: DispatchDocument): void {
        this.#add(document);
        try {
            this.#dependencies.documents.save('dispatches', document.dispatch.id, document);
        } catch (error) {
            const message = `Dispatch \`${document.dispatch.id}\` could not be written to disk.`;
            this.#dependencies.onWarning(message, error);
        }
    }

    #add(document: DispatchDocument): void {
        const { id, webhookId } = document.dispatch;
        this.#documents.set(id, document);
        const ofWebhook = this.#byWebhook.get(webhookId) ?? new Set();
        this.#byWebhook.set(webhookId, ofWebhook.add(document.dispatch));
    }
}

/** Returns the origin of the URL. A document on disk may have been edited and contain an invalid one. */
function receiverOf({ webhook: { requestUrl } }: WebhookDispatch): string {
    return URL.canParse(requestUrl) ? new URL(requestUrl).origin : requestUrl;
}

/**
 * Returns the delay before the next attempt in milliseconds; undefined after the last retry. It is one minute after the first
 * attempt and doubles with each retry: the eleventh one comes 34 hours after the first attempt.
 *
 * Source: "Response management" in the platform's docs of webhook actions.
 *
 * @param attempts - Number of failed attempts, 1 or more.
 */
export function retryDelayMillis(attempts: number): number | undefined {
    return attempts > MAX_RETRIES ? undefined : FIRST_DELAY_MILLIS * 2 ** (attempts - 1);
}

import { newId } from '../util/ids.js';
import { attemptDelivery, type AttemptOutcome } from './delivery.js';
import { Deliveries } from './deliveries.js';
import { DispatchStore, MAX_WAITING, type DispatchDocument } from './dispatch-store.js';
import type { WebhookDispatch, WebhookEventData, WebhookEventType } from '../model/webhook.js';
import type { WebhookParts } from './events.js';
import type { WebhookStore } from './webhook-store.js';

/**
 * How long a receiver has to respond.
 *
 * Source: "Security considerations" in the platform's docs of webhook actions. Earlier ones say 30 seconds.
 */
const TIMEOUT_MILLIS = 120_000;

/** What a receiver is to be told. */
interface Occurrence {
    type: WebhookEventType;
    data: WebhookEventData | null;
    /** As JSON would carry it. */
    resource: unknown;
}

const FIRST_DELAY_MILLIS = 60_000;

/** How often a request is tried again after the first attempt has failed. */
const MAX_RETRIES = 11;

/** Tells the receivers of webhooks what has happened, and writes down how that went. */
export class Dispatcher {
    readonly #parts: WebhookParts;
    readonly #webhooks: WebhookStore;
    readonly #dispatches: DispatchStore;
    readonly #deliveries: Deliveries;
    readonly #onEnd: (webhookId: string) => void;

    /** @param onEnd - Told when nothing more is sent for one dispatch of a webhook. */
    constructor(parts: WebhookParts, webhooks: WebhookStore, onEnd: (webhookId: string) => void) {
        this.#parts = parts;
        this.#webhooks = webhooks;
        this.#onEnd = onEnd;
        this.#dispatches = new DispatchStore(parts.documents);
        this.#deliveries = new Deliveries(parts.clock, (id, signal) => this.#attempt(id, signal));
    }

    get(id: string): WebhookDispatch | undefined {
        return this.#dispatches.get(id)?.dispatch;
    }

    /** All dispatches, or those of one webhook, oldest first; its own records, not copies. */
    all(webhookId?: string): WebhookDispatch[] {
        return this.#dispatches.all(webhookId).map(({ dispatch }) => dispatch);
    }

    /** Begins to send, and goes on with what an earlier engine has left behind. */
    open(): void {
        this.#deliveries.open();
        for (const { dispatch } of this.#dispatches.all()) {
            const { id, webhookId, status } = dispatch;
            // A host may have died while it removed one.
            if (!this.#webhooks.get(webhookId)) this.#removeIfOrphaned(id, webhookId);
            else if (status === 'ACTIVE')
                this.#deliveries.add(id, receiverOf(dispatch), this.#millisUntilDue(dispatch));
        }
    }

    /** What belongs to a webhook that cannot be read stays until somebody has mended that. */
    #removeIfOrphaned(id: string, webhookId: string): void {
        if (!this.#parts.documents.damaged('webhooks').mayHave(webhookId)) this.#dispatches.remove(id);
    }

    /** Sends nothing any more; what is not delivered after so much real time stays ACTIVE. */
    close(graceMillis: number): Promise<void> {
        return this.#deliveries.close(graceMillis);
    }

    /** Tells the receiver of a webhook, in its own time. */
    dispatch(webhookId: string, { type, data, resource }: Occurrence): WebhookDispatch {
        const { webhook } = this.#webhooks.get(webhookId)!;
        const { requestUrl, isAdHoc, condition, userId } = webhook;
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
    removeOf(webhookId: string): void {
        for (const { id } of this.all(webhookId)) this.#remove(id);
    }

    /** The oldest gives way that is not being sent at this moment: those that are would be sent for nothing. */
    #makeRoom(webhookId: string): void {
        const id = this.#dispatches.overdueOf(webhookId, (one) => !this.#deliveries.isUnderWay(one));
        if (id === undefined) return;
        this.#giveUp(id);
        const why = `its webhook \`${webhookId}\` has ${MAX_WAITING} that are not delivered yet`;
        this.#parts.onWarning(`Dispatch \`${id}\` was given up: ${why}.`);
    }

    /** Lets the oldest go of those for which nothing more is sent, where there are too many. */
    #tidy(webhookId: string): void {
        const id = this.#dispatches.surplusOf(webhookId);
        if (id !== undefined) this.#giveUp(id);
    }

    #giveUp(id: string): void {
        try {
            this.#remove(id);
        } catch (error) {
            this.#parts.onWarning(`Dispatch \`${id}\` could not be removed, to make room for another.`, error);
        }
    }

    #remove(id: string): void {
        this.#deliveries.remove(id);
        this.#dispatches.remove(id);
    }

    #millisUntilDue({ calls }: WebhookDispatch): number {
        const last = calls.at(-1);
        if (last === undefined) return 0;
        const dueAt = last.finishedAt.getTime() + (retryDelayMillis(calls.length) ?? 0);
        return Math.max(0, dueAt - this.#parts.clock.now());
    }

    async #attempt(id: string, given: AbortSignal): Promise<number | undefined> {
        const document = this.#dispatches.get(id);
        const webhook = document && this.#webhooks.get(document.dispatch.webhookId)?.webhook;
        if (document === undefined || webhook === undefined) return undefined;
        const { clock } = this.#parts;
        const startedAt = new Date(clock.now());
        const timeout = new AbortController();
        const cancel = clock.after(TIMEOUT_MILLIS, () =>
            timeout.abort(new Error(`it did not come within ${TIMEOUT_MILLIS / 1000} s`)),
        );
        const signal = AbortSignal.any([given, timeout.signal]);
        const outcome = await attemptDelivery(document, webhook, this.#parts, signal);
        cancel();
        // Given up, and not failed.
        if (given.aborted) return undefined;
        const { isFinal: _, ...call } = outcome;
        document.dispatch.calls.push({ startedAt, finishedAt: new Date(clock.now()), ...call });
        return this.#settle(document, outcome);
    }

    /** Says how long to wait for the next attempt, if there is to be one. */
    #settle(document: DispatchDocument, { errorMessage, isFinal }: AttemptOutcome): number | undefined {
        const { dispatch } = document;
        const webhook = this.#webhooks.get(dispatch.webhookId)?.webhook;
        const isLast = isFinal || webhook?.doNotRetry === true || dispatch.eventType === 'TEST';
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
        try {
            this.#dispatches.save(document);
        } catch (error) {
            const message = `Dispatch \`${document.dispatch.id}\` could not be written to disk.`;
            this.#parts.onWarning(message, error);
        }
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

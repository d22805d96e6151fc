import { AsyncResource } from 'node:async_hooks';
import { systemClock, type CancelTimer, type Clock } from '../util/clock.js';

/** Maximum number of concurrent requests; further dispatches are queued. */
const MAX_CONCURRENT = 400;
/** Maximum number of concurrent requests to one receiver, so that a slow receiver does not delay the others. */
const MAX_CONCURRENT_PER_RECEIVER = 50;

/**
 * Makes one attempt to deliver a dispatch. Never rejects.
 *
 * @returns Milliseconds until the next attempt; undefined if there is none.
 */
export type DeliveryAttempt = (id: string, signal: AbortSignal) => Promise<number | undefined>;

/** The dispatches to one receiver. */
interface ReceiverQueue {
    /** Ids of the dispatches that are due. */
    readonly due: string[];
    /** Number of attempts in progress. */
    inProgress: number;
}

/**
 * Runs delivery attempts: the first at once, the next after the delay that the previous one returned. The delay begins at the end of
 * the previous attempt, by the engine's clock.
 */
export class DeliveryQueue {
    readonly #clock: Clock;
    readonly #attempt: DeliveryAttempt;
    readonly #receivers = new Map<string, ReceiverQueue>();
    readonly #attempts = new Map<string, { controller: AbortController; ended: Promise<void> }>();
    readonly #timers = new Map<string, CancelTimer>();
    // The code of an inline Actor may trigger an event. Requests must not run in its async context, which would attribute them to
    // the Actor.
    readonly #scope = new AsyncResource('greenroom.webhooks');
    #isOpen = false;

    constructor(clock: Clock, attempt: DeliveryAttempt) {
        this.#clock = clock;
        this.#attempt = attempt;
    }

    /** Opens the queue. Before that, and after {@link DeliveryQueue.close}, {@link DeliveryQueue.add} has no effect. */
    open(): void {
        this.#isOpen = true;
    }

    /**
     * Adds a dispatch.
     *
     * @param receiver - Origin of its URL.
     * @param delayMillis - Delay of the first attempt. Default: 0.
     */
    add(id: string, receiver: string, delayMillis = 0): void {
        if (!this.#isOpen) return;
        if (delayMillis > 0) {
            const cancel = this.#clock.after(delayMillis, () => {
                this.#timers.delete(id);
                this.add(id, receiver);
            });
            this.#timers.set(id, cancel);
            return;
        }
        const queue = this.#receivers.get(receiver) ?? { due: [], inProgress: 0 };
        this.#receivers.set(receiver, queue);
        queue.due.push(id);
        this.#startAttempts();
    }

    /** True if an attempt is in progress. */
    isInProgress(id: string): boolean {
        return this.#attempts.has(id);
    }

    /** Removes a dispatch and aborts its attempt. */
    remove(id: string): void {
        this.#timers.get(id)?.();
        this.#timers.delete(id);
        for (const { due } of this.#receivers.values()) {
            const index = due.indexOf(id);
            if (index !== -1) due.splice(index, 1);
        }
        this.#attempts.get(id)?.controller.abort(new Error('The webhook was deleted.'));
    }

    /**
     * Closes the queue. Dispatches that are due are still attempted, and all attempts are aborted after the grace time. That is real
     * time, not time of the engine's clock, so that closing ends in a test whose clock stands still.
     */
    async close(graceMillis: number): Promise<void> {
        this.#isOpen = false;
        for (const cancel of this.#timers.values()) cancel();
        this.#timers.clear();
        const abortAll = (): void => {
            for (const { due } of this.#receivers.values()) due.length = 0;
            for (const { controller } of this.#attempts.values()) controller.abort(new Error('The engine was closed.'));
        };
        if (graceMillis === 0) abortAll();
        const cancel = graceMillis === 0 ? undefined : systemClock.after(graceMillis, abortAll);
        while (this.#attempts.size > 0) await Promise.all(Array.from(this.#attempts.values(), ({ ended }) => ended));
        cancel?.();
    }

    /** Starts as many attempts as the limits allow, taking receivers in turn. */
    #startAttempts(): void {
        for (const [receiver, queue] of this.#receivers) {
            if (queue.inProgress === MAX_CONCURRENT_PER_RECEIVER || this.#attempts.size === MAX_CONCURRENT) continue;
            const id = queue.due.shift();
            if (id === undefined) {
                if (queue.inProgress === 0) this.#receivers.delete(receiver);
                continue;
            }
            // Move the receiver to the end of the map. The loop visits it again after the others.
            this.#receivers.delete(receiver);
            this.#receivers.set(receiver, queue);
            this.#startAttempt(id, receiver, queue);
        }
    }

    #startAttempt(id: string, receiver: string, queue: ReceiverQueue): void {
        const controller = new AbortController();
        queue.inProgress += 1;
        const ended = this.#scope.runInAsyncScope(() => this.#runAttempt(id, receiver, queue, controller.signal));
        this.#attempts.set(id, { controller, ended });
        this.#clock.hold?.(ended);
    }

    async #runAttempt(id: string, receiver: string, queue: ReceiverQueue, signal: AbortSignal): Promise<void> {
        const delayMillis = await this.#attempt(id, signal);
        this.#attempts.delete(id);
        queue.inProgress -= 1;
        if (delayMillis !== undefined && !signal.aborted) this.add(id, receiver, delayMillis);
        this.#startAttempts();
    }
}

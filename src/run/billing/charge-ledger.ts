import { EngineError } from '../../errors/engine-error.js';
import {
    SYNTHETIC_PREFIX,
    type EventUsage,
    type PayPerEventActorPricingInfo,
    type RunCharge,
} from '../../model/api/pricing.js';
import { didYouMean } from '../../util/check.js';
import { unitsToUsd, usdToUnits } from '../../util/usd.js';

/** A request to charge a run for an event. */
export interface ChargeRequest {
    eventName: string;
    count: number;
    idempotencyKey?: string;
}

/** The charges of a run, in memory: validates new charges and computes the totals. */
export class ChargeLedger {
    readonly #pricing: PayPerEventActorPricingInfo;
    readonly #counts: Map<string, number>;
    readonly #keys = new Set<string>();
    readonly #unitsOf = new Map<string, bigint>();
    #units = 0n;

    /** @param charges - Existing charges, oldest first. */
    constructor(pricing: PayPerEventActorPricingInfo, charges: Iterable<RunCharge> = []) {
        this.#pricing = pricing;
        this.#counts = new Map(Object.keys(pricing.pricingPerEvent.actorChargeEvents).map((name) => [name, 0]));
        for (const charge of charges) this.add(charge);
    }

    /** The number of charges by event; 0 for events without charges. */
    get counts(): Record<string, number> {
        return Object.fromEntries(this.#counts);
    }

    /** The number and the price of the charges by event. */
    get usage(): Record<string, EventUsage> {
        const entries = [...this.#counts].map(([name, count]) => {
            return [name, { count, amountUsd: unitsToUsd(this.#unitsOf.get(name) ?? 0n) }] as const;
        });
        return Object.fromEntries(entries);
    }

    /** The sum of all charges, in US dollars. */
    get totalUsd(): number {
        return unitsToUsd(this.#units);
    }

    /** True if the total is above the limit; a total equal to the limit is not. */
    exceeds(limitUsd: number | undefined): boolean {
        return limitUsd !== undefined && this.#units > usdToUnits(limitUsd);
    }

    /** True if the pricing has this event. */
    hasEvent(eventName: string): boolean {
        return this.#counts.has(eventName);
    }

    /**
     * Creates the charge for a request, without adding it: the caller saves it first. Undefined if it was already charged: by a
     * charge with the same idempotency key, or for a one-time event.
     *
     * @throws EngineError `record-not-found` if the event is not in the pricing.
     */
    createCharge({ eventName, count, idempotencyKey }: ChargeRequest, chargedAt: Date): RunCharge | undefined {
        const charged = this.#counts.get(eventName);
        if (charged === undefined) throw this.#unknownEventError(eventName);
        if (idempotencyKey !== undefined && this.#keys.has(idempotencyKey)) return undefined;
        const { eventPriceUsd, isOneTimeEvent = false } = this.#pricing.pricingPerEvent.actorChargeEvents[eventName]!;
        if (isOneTimeEvent && charged > 0) return undefined;
        // The engine's own one-time events may have a count: a start counts by memory.
        const isOneOnly = isOneTimeEvent && !eventName.startsWith(SYNTHETIC_PREFIX);
        return {
            eventName,
            count: isOneOnly ? 1 : count,
            eventPriceUsd,
            chargedAt,
            ...(idempotencyKey !== undefined && { idempotencyKey }),
        };
    }

    /** Adds a charge. */
    add({ eventName, count, eventPriceUsd, idempotencyKey }: RunCharge): void {
        this.#counts.set(eventName, (this.#counts.get(eventName) ?? 0) + count);
        const units = BigInt(count) * usdToUnits(eventPriceUsd);
        this.#units += units;
        this.#unitsOf.set(eventName, (this.#unitsOf.get(eventName) ?? 0n) + units);
        if (idempotencyKey !== undefined) this.#keys.add(idempotencyKey);
    }

    #unknownEventError(eventName: string): EngineError {
        const names = [...this.#counts.keys()];
        return new EngineError(
            'record-not-found',
            `The pricing of the run has no event \`${eventName}\`.${didYouMean(eventName, names)} ` +
                `Its events: ${names.join(', ')}. Add the event to the \`pricing\` of the Actor; it applies to runs started afterwards.`,
            { details: { event: eventName } },
        );
    }
}

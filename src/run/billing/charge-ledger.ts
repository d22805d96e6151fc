import { EngineError } from '../../errors/engine-error.js';
import { SYNTHETIC_PREFIX, type PayPerEventActorPricingInfo, type RunCharge } from '../../model/api/pricing.js';
import { didYouMean } from '../../util/check.js';
import { unitsToUsd, usdToUnits } from '../../util/usd.js';

/** What is to be charged for. */
export interface ChargeRequest {
    eventName: string;
    count: number;
    idempotencyKey?: string;
}

/** What a run has been charged for so far, and what may still be added to it. Pure: it keeps nothing anywhere. */
export class ChargeLedger {
    readonly #pricing: PayPerEventActorPricingInfo;
    readonly #counts: Map<string, number>;
    readonly #keys = new Set<string>();
    #units = 0n;

    /** @param charges - What there is already, oldest first. */
    constructor(pricing: PayPerEventActorPricingInfo, charges: Iterable<RunCharge> = []) {
        this.#pricing = pricing;
        this.#counts = new Map(Object.keys(pricing.pricingPerEvent.actorChargeEvents).map((name) => [name, 0]));
        for (const charge of charges) this.add(charge);
    }

    /** How often each event was charged for, with 0 for those that were not. */
    get counts(): Record<string, number> {
        return Object.fromEntries(this.#counts);
    }

    /** What all of it costs. */
    get totalUsd(): number {
        return unitsToUsd(this.#units);
    }

    /** Whether it costs more than that. Just as much is not too much. */
    exceeds(limitUsd: number | undefined): boolean {
        return limitUsd !== undefined && this.#units > usdToUnits(limitUsd);
    }

    /** Whether the pricing has such an event. */
    hasEvent(eventName: string): boolean {
        return this.#counts.has(eventName);
    }

    /**
     * The charge that a wish makes; undefined where it is granted already: by a charge of the same key, or for an event
     * that is charged for once. To be added once it is kept.
     *
     * @throws EngineError `record-not-found` when the pricing has no such event.
     */
    createCharge({ eventName, count, idempotencyKey }: ChargeRequest, chargedAt: Date): RunCharge | undefined {
        const charged = this.#counts.get(eventName);
        if (charged === undefined) throw this.#unknownEventError(eventName);
        if (idempotencyKey !== undefined && this.#keys.has(idempotencyKey)) return undefined;
        const { eventPriceUsd, isOneTimeEvent = false } = this.#pricing.pricingPerEvent.actorChargeEvents[eventName]!;
        if (isOneTimeEvent && charged > 0) return undefined;
        // What the engine counts by itself, as a start by its memory, is one time all the same.
        const isOneOnly = isOneTimeEvent && !eventName.startsWith(SYNTHETIC_PREFIX);
        return {
            eventName,
            count: isOneOnly ? 1 : count,
            eventPriceUsd,
            chargedAt,
            ...(idempotencyKey !== undefined && { idempotencyKey }),
        };
    }

    /** Takes a charge in. */
    add({ eventName, count, eventPriceUsd, idempotencyKey }: RunCharge): void {
        this.#counts.set(eventName, (this.#counts.get(eventName) ?? 0) + count);
        this.#units += BigInt(count) * usdToUnits(eventPriceUsd);
        if (idempotencyKey !== undefined) this.#keys.add(idempotencyKey);
    }

    #unknownEventError(eventName: string): EngineError {
        const names = [...this.#counts.keys()];
        return new EngineError(
            'record-not-found',
            `The pricing of the run has no event \`${eventName}\`.${didYouMean(eventName, names)} ` +
                `Its events: ${names.join(', ')}. Add it to the \`pricing\` of the Actor, for runs started from then on.`,
            { details: { event: eventName } },
        );
    }
}

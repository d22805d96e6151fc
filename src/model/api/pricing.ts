/** The tier of the user of an engine, by which prices of tiers are resolved: the lowest of those who pay. */
export const USER_PRICING_TIER = 'BRONZE';

/** How the names of events start that the platform itself charges for, and nobody else may. */
export const SYNTHETIC_PREFIX = 'apify-';

/** Charged when a run starts: once up to 1 GB of memory, then once for each further one. */
export const START_EVENT = 'apify-actor-start';

/** Charged for each item that comes into the default dataset of a run. */
export const ITEM_EVENT = 'apify-default-dataset-item';

/** The events that are charged for without the Actor's doing, where its pricing lists them. */
export const SYNTHETIC_EVENTS: readonly string[] = [START_EVENT, ITEM_EVENT];

/** What every pricing has. */
export interface CommonActorPricingInfo {
    /** From 0 to 1; means nothing here. */
    apifyMarginPercentage: number;
    createdAt: Date;
    /** Runs that are started from then on have this pricing. */
    startedAt: Date;
    notifiedAboutFutureChangeAt?: Date;
    notifiedAboutChangeAt?: Date;
    reasonForChange?: string;
    isPriceChangeNotificationSuppressed?: boolean;
    forceContainsSignificantPriceChange?: boolean;
    isPPEPlatformUsagePaidByUser?: boolean;
}

/** Runs cost nothing. */
export interface FreeActorPricingInfo extends CommonActorPricingInfo {
    pricingModel: 'FREE';
}

/** The Actor is rented; its runs cost nothing. */
export interface FlatPricePerMonthActorPricingInfo extends CommonActorPricingInfo {
    pricingModel: 'FLAT_PRICE_PER_MONTH';
    trialMinutes?: number;
    pricePerUnitUsd: number;
}

/** Items of the default dataset are paid for, as many as `maxItems` of the run allows. */
export interface PricePerDatasetItemActorPricingInfo extends CommonActorPricingInfo {
    pricingModel: 'PRICE_PER_DATASET_ITEM';
    unitName?: string;
    pricePerUnitUsd: number;
}

/** An event that an Actor is paid for. */
export interface ActorChargeEvent {
    eventTitle: string;
    eventDescription: string;
    eventPriceUsd: number;
    isPrimaryEvent?: boolean;
    /** Whether a run is charged for it once at most, however often that is asked for. */
    isOneTimeEvent?: boolean;
}

/** Events are paid for, as the Actor charges for them. */
export interface PayPerEventActorPricingInfo extends CommonActorPricingInfo {
    pricingModel: 'PAY_PER_EVENT';
    pricingPerEvent: { actorChargeEvents: Record<string, ActorChargeEvent> };
    /** Runs with a smaller `maxTotalChargeUsd` are refused. */
    minimalMaxTotalChargeUsd?: number;
}

/** How the runs of an Actor are paid for, in the shape of the API. Prices of tiers have been resolved to one. */
export type ActorRunPricingInfo =
    | FreeActorPricingInfo
    | FlatPricePerMonthActorPricingInfo
    | PricePerDatasetItemActorPricingInfo
    | PayPerEventActorPricingInfo;

/** An event as an owner gives it: all but the price may be left out. */
export interface ChargeEventInput extends Partial<Omit<ActorChargeEvent, 'eventPriceUsd'>> {
    eventPriceUsd?: number;
    /** In place of the price: that for the users of each tier. Here everybody is of the tier `BRONZE`. */
    eventTieredPricingUsd?: Record<string, { tieredEventPriceUsd: number }>;
}

/** What an owner may leave out of a pricing, or give as text. */
type CommonPricingInput = Partial<Omit<CommonActorPricingInfo, 'createdAt' | 'startedAt'>> & {
    /** Default: now. */
    createdAt?: Date | string;
    /** Default: now. */
    startedAt?: Date | string;
};

/**
 * A pricing as an owner gives it: the API's own shape, of which only what costs has to be there.
 *
 * @example
 * const pricing: PricingInput = { pricingPerEvent: { actorChargeEvents: { page: { eventPriceUsd: 0.01 } } } };
 */
export type PricingInput = CommonPricingInput &
    (
        | { pricingModel: 'FREE' }
        | { pricingModel: 'FLAT_PRICE_PER_MONTH'; pricePerUnitUsd: number; trialMinutes?: number }
        | {
              pricingModel: 'PRICE_PER_DATASET_ITEM';
              unitName?: string;
              pricePerUnitUsd?: number;
              tieredPricing?: Record<string, { tieredPricePerUnitUsd: number }>;
          }
        | {
              /** Default, where `pricingPerEvent` is given: `PAY_PER_EVENT`. */
              pricingModel?: 'PAY_PER_EVENT';
              pricingPerEvent: { actorChargeEvents: Record<string, ChargeEventInput> };
              minimalMaxTotalChargeUsd?: number | null;
          }
    );

/** One charge for an event of a run. */
export interface RunCharge {
    eventName: string;
    count: number;
    /** The price of one such event. */
    eventPriceUsd: number;
    chargedAt: Date;
    /** The key by which a repeated request is known, if the charge came with one. */
    idempotencyKey?: string;
}

/** All that a run has been charged for. */
export interface RunCharges {
    /** In the order in which they came. */
    entries: RunCharge[];
    /** How often each event was charged for, with 0 for those that were not. */
    chargedEventCounts: Record<string, number>;
    /** What all of it costs, exact to the last decimal. */
    totalUsd: number;
}

/** What to charge for. */
export interface RunChargeOptions {
    eventName: string;
    /** Default: 1. */
    count?: number;
    /** A run is charged once for requests that have the same key. */
    idempotencyKey?: string;
}

/** Pricing tier of every user, which selects tiered prices: the lowest paying tier. */
export const USER_PRICING_TIER = 'BRONZE';

/** Prefix of the events that only the platform charges for. */
export const SYNTHETIC_PREFIX = 'apify-';

/** Event of a run's start: charged once per gigabyte of memory, at least once. */
export const START_EVENT = 'apify-actor-start';

/** Event of an item: charged for each item in the default dataset. */
export const ITEM_EVENT = 'apify-default-dataset-item';

/** Events that are charged automatically if the Actor's pricing lists them. */
export const SYNTHETIC_EVENTS: readonly string[] = [START_EVENT, ITEM_EVENT];

/** Fields of all pricings. */
export interface CommonActorPricingInfo {
    /** Share of Apify, from 0 to 1. Without effect. */
    apifyMarginPercentage: number;
    /** Time of creation. */
    createdAt: Date;
    /** Time from which the pricing applies to new runs. */
    startedAt: Date;
    /** Time at which users were notified of the coming change. Without effect. */
    notifiedAboutFutureChangeAt?: Date;
    /** Time at which users were notified of the change. Without effect. */
    notifiedAboutChangeAt?: Date;
    /** Reason of the change. */
    reasonForChange?: string;
    /** If true, users are not notified. Without effect. */
    isPriceChangeNotificationSuppressed?: boolean;
    /** If true, the change counts as significant. Without effect. */
    forceContainsSignificantPriceChange?: boolean;
    /** If true, users also pay for the platform usage of pay-per-event runs. Without effect. */
    isPPEPlatformUsagePaidByUser?: boolean;
}

/** Runs are free. */
export interface FreeActorPricingInfo extends CommonActorPricingInfo {
    /** Pricing model. */
    pricingModel: 'FREE';
}

/** The Actor is rented by the month; runs are free. */
export interface FlatPricePerMonthActorPricingInfo extends CommonActorPricingInfo {
    /** Pricing model. */
    pricingModel: 'FLAT_PRICE_PER_MONTH';
    /** Length of the free trial in minutes. */
    trialMinutes?: number;
    /** Price of a month in USD. */
    pricePerUnitUsd: number;
}

/** Items of the default dataset are charged for, up to the run's `maxItems`. */
export interface PricePerDatasetItemActorPricingInfo extends CommonActorPricingInfo {
    /** Pricing model. */
    pricingModel: 'PRICE_PER_DATASET_ITEM';
    /** Name of an item for users, such as `page`. */
    unitName?: string;
    /** Price of an item in USD. An Actor's record with `tieredPricing` has none; that of a run has the price of the user's tier. */
    pricePerUnitUsd: number;
    /** Price of an item by tier, only in the record of an Actor. */
    tieredPricing?: Record<string, { tieredPricePerUnitUsd: number }>;
}

/** An event that an Actor charges for. */
export interface ActorChargeEvent {
    /** Display name. */
    eventTitle: string;
    /** Description for users. */
    eventDescription: string;
    /** Price of one event in USD. An Actor's record with `eventTieredPricingUsd` has none; that of a run has the price of the user's tier. */
    eventPriceUsd: number;
    /** Price of one event by tier, only in the record of an Actor. */
    eventTieredPricingUsd?: Record<string, { tieredEventPriceUsd: number }>;
    /** True if the event is the Actor's main product. Without effect. */
    isPrimaryEvent?: boolean;
    /** True if a run is charged for the event at most once. */
    isOneTimeEvent?: boolean;
}

/** Events are charged for. Source: "Pay per event" in the platform's docs. */
export interface PayPerEventActorPricingInfo extends CommonActorPricingInfo {
    /** Pricing model. */
    pricingModel: 'PAY_PER_EVENT';
    /** Events, by name. */
    pricingPerEvent: { actorChargeEvents: Record<string, ActorChargeEvent> };
    /** Minimum `maxTotalChargeUsd` of runs, in USD. */
    minimalMaxTotalChargeUsd?: number;
}

/** Pricing of an Actor or a run. Source: the API's `pricingInfo`. */
export type ActorRunPricingInfo =
    | FreeActorPricingInfo
    | FlatPricePerMonthActorPricingInfo
    | PricePerDatasetItemActorPricingInfo
    | PayPerEventActorPricingInfo;

/** An event of a new pricing. Only the price is required. */
export interface ChargeEventInput extends Partial<Omit<ActorChargeEvent, 'eventPriceUsd' | 'eventTieredPricingUsd'>> {
    /** Price of one event in USD. */
    eventPriceUsd?: number;
    /** Price by tier, instead of `eventPriceUsd`. The price of the tier `BRONZE` applies. */
    eventTieredPricingUsd?: Record<string, { tieredEventPriceUsd: number }>;
}

/** Optional fields of a new pricing. */
type CommonPricingInput = Partial<Omit<CommonActorPricingInfo, 'createdAt' | 'startedAt'>> & {
    /** Time of creation. Default: now. */
    createdAt?: Date | string;
    /** Time from which the pricing applies. Default: now. */
    startedAt?: Date | string;
};

/**
 * A new pricing, in the shape of the API. Only the prices are required.
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
              /** Default if `pricingPerEvent` is set: `PAY_PER_EVENT`. */
              pricingModel?: 'PAY_PER_EVENT';
              pricingPerEvent: { actorChargeEvents: Record<string, ChargeEventInput> };
              minimalMaxTotalChargeUsd?: number | null;
          }
    );

/** One charge of a run. */
export interface RunCharge {
    /** Name of the event. */
    eventName: string;
    /** Number of events. */
    count: number;
    /** Price of one event in USD. */
    eventPriceUsd: number;
    /** Time of the charge. */
    chargedAt: Date;
    /** Key that identifies repeated requests, if the charge has one. */
    idempotencyKey?: string;
}

/** The charges of a run for one event. */
export interface EventUsage {
    /** Number of events. */
    count: number;
    /** Price of all of them in USD. */
    amountUsd: number;
}

/** All charges of a run. */
export interface RunCharges {
    /** The charges, in order. */
    entries: RunCharge[];
    /** Number of charges of each event of the pricing, including 0. */
    chargedEventCounts: Record<string, number>;
    /** Total price in USD, exact to the last decimal. */
    totalUsd: number;
}

/** A charge for events. */
export interface RunChargeOptions {
    /** Name of the event. */
    eventName: string;
    /** Number of events. Default: 1. */
    count?: number;
    /** Requests with the same key charge the run once. */
    idempotencyKey?: string;
}

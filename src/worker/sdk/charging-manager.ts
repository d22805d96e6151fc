import { ITEM_EVENT, SYNTHETIC_PREFIX, type ActorRunPricingInfo } from '../../model/api/pricing.js';
import { checkOptions, checkText, checkWhole, invalid } from '../../util/check.js';
import { log } from './logging/log.js';
import { usdToUnits } from '../../util/usd.js';
import type { RunServices } from './run-services.js';

/** Options of `Actor.charge()`. */
export interface ChargeOptions {
    /** Name of an event of the Actor's pricing. */
    eventName: string;
    /** Number of occurrences to charge for. Default: 1. */
    count?: number;
}

/** Result of a charge. */
export interface ChargeResult {
    /** True if the run's cost limit allows no more occurrences of the event. */
    eventChargeLimitReached: boolean;
    /** Number of occurrences charged for; may be lower than requested. */
    chargedCount: number;
    /** Number of further occurrences that the limit allows, for each event separately. */
    chargeableWithinLimit: Record<string, number>;
}

/** Pricing of the run. */
export interface ActorPricingInfo {
    /** Pricing model of the Actor; undefined if it has none. */
    pricingModel: ActorRunPricingInfo['pricingModel'] | undefined;
    /** True if the Actor charges for events. */
    isPayPerEvent: boolean;
    /** Cost limit of the run in US dollars; `Infinity` if it has none. */
    maxTotalChargeUsd: number;
    /** Price of one occurrence in US dollars, by event. */
    perEventPrices: Record<string, number>;
}

/** Items of a push that the cost limit of the run allows, and the events to charge for. */
export interface PushDataLimits<T> {
    /** Items to push. */
    limitedItems: T[];
    /** Number of occurrences to charge for, by event. */
    eventsToCharge: Record<string, number>;
}

/** Pricing and budget, read from the environment of the run. */
interface ChargingState {
    info: ActorPricingInfo;
    budget: ChargeBudget;
}

type ChargingDependencies = Pick<RunServices, 'client' | 'env'>;

/** The parts of a configuration that charging depends on. */
interface ChargingConfiguration {
    /** Returns the value of a key. */
    get(key: string): unknown;
}

/** A charge, as logged where none is sent to the engine. */
export interface LoggedCharge {
    /** Name of the event. */
    eventName: string;
    /** Title of the event. */
    eventTitle: string;
    /** Price of one occurrence in US dollars. */
    eventPriceUsd: number;
    /** Number of occurrences charged for. */
    chargedCount: number;
    /** ISO time of the charge. */
    timestamp: string;
}

/** Charges that stay in the Actor: its code acts as on a developer's machine. */
interface LocalCharging {
    /** The configuration with the pricing. */
    configuration: ChargingConfiguration;
    /** Stores a charge; undefined to store none. */
    log: ((charge: LoggedCharge) => Promise<void>) | undefined;
}

/**
 * Charges for events within the cost limit of the run. It keeps its own count, which starts with the charges made
 * before the Actor started. Source: the class `ChargingManager` of the platform's SDK.
 */
export class ChargingManager {
    readonly #dependencies: ChargingDependencies;
    #state: ChargingState | undefined;
    #local: LocalCharging | undefined;
    #hasWarned = false;

    /** Use `Actor.getChargingManager()`. */
    constructor(dependencies: ChargingDependencies) {
        this.#dependencies = dependencies;
    }

    /** Does nothing. The platform's SDK loads the pricing here; this one reads it from the environment. */
    async init(): Promise<void> {}

    /**
     * Charges by a configuration instead of the pricing of the run, without sending charges to the engine.
     *
     * @param log - Stores a charge; undefined to store none.
     */
    chargeLocally(configuration: ChargingConfiguration, log: LocalCharging['log']): void {
        this.#local = { configuration, log };
        this.#state = undefined;
    }

    /** True: the pricing is read when it is first needed. */
    get isInitialized(): boolean {
        return true;
    }

    /** True if the Actor charges for events. */
    get isPayPerEvent(): boolean {
        return this.#read().info.isPayPerEvent;
    }

    /** Returns the pricing of the run. */
    getPricingInfo(): ActorPricingInfo {
        const { info } = this.#read();
        return { ...info, perEventPrices: { ...info.perEventPrices } };
    }

    /** Returns the cost limit of the run in US dollars; `Infinity` if it has none. */
    getMaxTotalChargeUsd(): number {
        return this.#read().info.maxTotalChargeUsd;
    }

    /** Returns the number of charged occurrences of an event. */
    getChargedEventCount(eventName: string): number {
        return this.#read().budget.countOf(eventName);
    }

    /**
     * Returns the number of further occurrences of an event that the limit allows; `Infinity` for an event that is free
     * or unknown.
     */
    calculateMaxEventChargeCountWithinLimit(eventName: string): number {
        const { budget } = this.#read();
        return budget.remaining(budget.priceOf(eventName) ?? 0);
    }

    /**
     * Charges for as many occurrences of an event as the limit allows. If it does not allow all of them, charges for
     * one more, so that the platform notices that the limit is reached; not if it is exceeded already.
     *
     * @throws {@link EngineError} `invalid-value` for invalid options, or the error of the engine; nothing is charged
     *   then.
     */
    async charge(options: ChargeOptions): Promise<ChargeResult> {
        const { eventName, count } = checkCharge(options);
        const { info, budget } = this.#read();
        if (!info.isPayPerEvent) return this.#warnUnpaid(eventName);
        const chargedCount = this.#affordable(eventName, count);
        // Before anything is awaited, so that concurrent charges see the lower budget.
        budget.record(eventName, chargedCount);
        try {
            if (chargedCount > 0) await this.#send(eventName, chargedCount);
        } catch (error) {
            budget.record(eventName, -chargedCount);
            throw error;
        }
        if (chargedCount < count) {
            const limit = `maxTotalChargeUsd of $${info.maxTotalChargeUsd}`;
            log.info(`Charged for ${chargedCount} of ${count} events '${eventName}': the rest exceeds the ${limit}.`);
        }
        const isRefused = chargedCount === 0;
        return {
            eventChargeLimitReached: isRefused
                ? count > 0
                : this.calculateMaxEventChargeCountWithinLimit(eventName) <= 0,
            chargedCount,
            chargeableWithinLimit: budget.chargeable(),
        };
    }

    /**
     * Returns the items that the limit allows, and the events to charge for: `eventName` for each item and, in the
     * default dataset, the item itself.
     */
    calculatePushDataLimits<T>({
        items,
        eventName,
        isDefaultDataset,
    }: {
        items: T | T[];
        eventName: string | undefined;
        isDefaultDataset: boolean;
    }): PushDataLimits<T> {
        const all = Array.isArray(items) ? items : [items];
        const { info, budget } = this.#read();
        if (!info.isPayPerEvent) return { limitedItems: all, eventsToCharge: {} };
        const chargesItems = isDefaultDataset && (this.#local === undefined || ITEM_EVENT in info.perEventPrices);
        const events = [...(eventName === undefined ? [] : [eventName]), ...(chargesItems ? [ITEM_EVENT] : [])];
        const room = budget.remaining(...events.map((name) => budget.priceOf(name) ?? 0));
        // If nothing fits, one item is sent anyway, so that the platform notices that the limit is reached.
        const sendsOneExtra = room === 0 && !budget.isOverspent;
        const count = Math.min(sendsOneExtra ? 1 : room, all.length);
        return {
            limitedItems: count < all.length ? all.slice(0, count) : all,
            eventsToCharge: count === 0 ? {} : Object.fromEntries(events.map((name) => [name, count])),
        };
    }

    #affordable(eventName: string, count: number): number {
        const room = this.calculateMaxEventChargeCountWithinLimit(eventName);
        if (count <= room) return count;
        return this.#read().budget.isOverspent ? 0 : room + 1;
    }

    async #send(eventName: string, count: number): Promise<void> {
        if (this.#local !== undefined) {
            await this.#local.log?.({
                eventName,
                eventTitle: `Unknown event '${eventName}'`,
                eventPriceUsd: this.#read().budget.priceOf(eventName) ?? 0,
                chargedCount: count,
                timestamp: new Date().toISOString(),
            });
            return;
        }
        // The engine charges for these events automatically.
        if (eventName.startsWith(SYNTHETIC_PREFIX)) return;
        if (this.#read().budget.priceOf(eventName) === undefined) {
            log.warning(`The event '${eventName}' is not in the pricing of the Actor; nothing is charged for it.`);
            return;
        }
        const { client, env } = this.#dependencies;
        await client.run(env['ACTOR_RUN_ID'] ?? '').charge({ eventName, count });
    }

    #warnUnpaid(eventName: string): ChargeResult {
        if (!this.#hasWarned) {
            log.warning(`Nothing is charged for the event '${eventName}': the Actor is not pay-per-event.`);
        }
        this.#hasWarned = true;
        return { eventChargeLimitReached: false, chargedCount: 0, chargeableWithinLimit: {} };
    }

    /** Read when it is first needed: most Actors have no pricing. */
    #read(): ChargingState {
        return (this.#state ??= this.#local ? readLocalState(this.#local) : readState(this.#dependencies.env));
    }
}

function readState(env: RunServices['env']): ChargingState {
    const pricing = parse<ActorRunPricingInfo>(env['APIFY_ACTOR_PRICING_INFO']);
    const isPayPerEvent = pricing?.pricingModel === 'PAY_PER_EVENT';
    const events = isPayPerEvent ? Object.entries(pricing.pricingPerEvent.actorChargeEvents) : [];
    const perEventPrices = Object.fromEntries(events.map(([name, { eventPriceUsd }]) => [name, eventPriceUsd]));
    const maxTotalChargeUsd = Number(env['ACTOR_MAX_TOTAL_CHARGE_USD']) || Infinity;
    const counts = parse<Record<string, number>>(env['APIFY_CHARGED_ACTOR_EVENT_COUNTS']) ?? {};
    return {
        info: { pricingModel: pricing?.pricingModel, isPayPerEvent, maxTotalChargeUsd, perEventPrices },
        budget: new ChargeBudget({ prices: perEventPrices, counts, maxTotalChargeUsd }),
    };
}

/** Local price of each event, as in the platform's SDK: the cost limit can be reached without a pricing. */
const LOCAL_PRICE_USD = 1;

function readLocalState({ configuration }: LocalCharging): ChargingState {
    const isPayPerEvent = configuration.get('testPayPerEvent') === true;
    const maxTotalChargeUsd = Number(configuration.get('maxTotalChargeUsd')) || Infinity;
    const pricingModel = isPayPerEvent ? 'PAY_PER_EVENT' : undefined;
    return {
        info: { pricingModel, isPayPerEvent, maxTotalChargeUsd, perEventPrices: {} },
        budget: new ChargeBudget({ prices: {}, otherPrice: LOCAL_PRICE_USD, counts: {}, maxTotalChargeUsd }),
    };
}

function parse<T>(json: string | undefined): T | undefined {
    return json === undefined || json === '' ? undefined : (JSON.parse(json) as T);
}

function checkCharge(options: ChargeOptions): Required<ChargeOptions> {
    const fields: Partial<ChargeOptions> = options ?? {};
    checkOptions('Actor.charge()', options, ['eventName', 'count']);
    const { eventName, count = 1 } = fields;
    if (eventName === undefined) throw invalid('eventName', eventName, 'the name of an event');
    checkText('eventName', eventName);
    checkWhole('count', count, 0);
    return { eventName, count };
}

interface BudgetStart {
    /** Price of one occurrence in US dollars, by event. */
    prices: Readonly<Record<string, number>>;
    /** Price of an event without a price of its own. Default: none. */
    otherPrice?: number;
    /** Number of occurrences charged so far, by event. */
    counts: Readonly<Record<string, number>>;
    /** In US dollars; `Infinity` for no limit. */
    maxTotalChargeUsd: number;
}

/** The budget of a run: exact sums of prices and counts. */
export class ChargeBudget {
    readonly #prices: ReadonlyMap<string, number>;
    readonly #otherPrice: number | undefined;
    readonly #counts: Map<string, number>;
    /** Undefined if there is no limit. */
    readonly #limit: bigint | undefined;
    #spent = 0n;

    constructor({ prices, otherPrice, counts, maxTotalChargeUsd }: BudgetStart) {
        this.#otherPrice = otherPrice;
        this.#prices = new Map(Object.entries(prices));
        this.#counts = new Map();
        this.#limit = maxTotalChargeUsd === Infinity ? undefined : usdToUnits(maxTotalChargeUsd);
        for (const [name, count] of Object.entries(counts)) this.record(name, count);
    }

    /** True if the charges exceed the limit. Charges equal to the limit do not. */
    get isOverspent(): boolean {
        return this.#limit !== undefined && this.#spent > this.#limit;
    }

    /** Returns the price of an event; undefined for an unknown event. */
    priceOf(eventName: string): number | undefined {
        return this.#prices.get(eventName) ?? this.#otherPrice;
    }

    /** Returns the number of charged occurrences of an event. */
    countOf(eventName: string): number {
        return this.#counts.get(eventName) ?? 0;
    }

    /** Returns how many times the sum of the prices fits into the budget; `Infinity` if it is 0. */
    remaining(...prices: number[]): number {
        const price = prices.reduce((sum, one) => sum + usdToUnits(one), 0n);
        if (price === 0n || this.#limit === undefined) return Infinity;
        return this.isOverspent ? 0 : Number((this.#limit - this.#spent) / price);
    }

    /** Returns the number of further occurrences that fit, for each event separately. */
    chargeable(): Record<string, number> {
        return Object.fromEntries(Array.from(this.#prices, ([name, price]) => [name, this.remaining(price)]));
    }

    /** Records charged occurrences of an event; a negative count reverts them. */
    record(eventName: string, count: number): void {
        this.#counts.set(eventName, this.countOf(eventName) + count);
        this.#spent += BigInt(count) * usdToUnits(this.priceOf(eventName) ?? 0);
    }
}

import { ITEM_EVENT, SYNTHETIC_PREFIX, type ActorRunPricingInfo } from '../../model/api/pricing.js';
import { checkOptions, checkText, checkWhole, invalid } from '../../util/check.js';
import { log } from './log.js';
import { usdToUnits } from '../../util/usd.js';
import type { RunContext } from './context.js';

/** What to charge for. */
export interface ChargeOptions {
    /** The name of an event of the Actor's pricing. */
    eventName: string;
    /** Default: 1. */
    count?: number;
}

/** What became of a charge. */
export interface ChargeResult {
    /** Whether no more of the event fits into what the run may cost. */
    eventChargeLimitReached: boolean;
    /** How many events have been charged for, which may be fewer than were asked for. */
    chargedCount: number;
    /** How many more of each event fit, each by itself. */
    chargeableWithinLimit: Record<string, number>;
}

/** How the run is paid for. */
export interface ActorPricingInfo {
    pricingModel: ActorRunPricingInfo['pricingModel'] | undefined;
    isPayPerEvent: boolean;
    /** `Infinity` for no limit. */
    maxTotalChargeUsd: number;
    perEventPrices: Record<string, number>;
}

/** What of a push fits into what the run may cost. */
export interface PushDataLimits<T> {
    limitedItems: T[];
    eventsToCharge: Record<string, number>;
}

/** What the manager knows from the start of the run. */
interface ChargingState {
    info: ActorPricingInfo;
    budget: ChargeBudget;
}

type ChargingDependencies = Pick<RunContext, 'client' | 'env'>;

/**
 * Charges for events, within what the run may cost: the `ChargingManager` of the platform's SDK. It counts by itself, from
 * what the run was charged for when the Actor was started.
 */
export class ChargingManager {
    readonly #dependencies: ChargingDependencies;
    #state: ChargingState | undefined;
    #hasWarned = false;

    /** Use `Actor.getChargingManager()`. */
    constructor(dependencies: ChargingDependencies) {
        this.#dependencies = dependencies;
    }

    /** Nothing to do here: what the platform's SDK asks for is in the environment. */
    async init(): Promise<void> {}

    /** Whether there is anything to charge for. */
    get isPayPerEvent(): boolean {
        return this.#read().info.isPayPerEvent;
    }

    getPricingInfo(): ActorPricingInfo {
        const { info } = this.#read();
        return { ...info, perEventPrices: { ...info.perEventPrices } };
    }

    getMaxTotalChargeUsd(): number {
        return this.#read().info.maxTotalChargeUsd;
    }

    getChargedEventCount(eventName: string): number {
        return this.#read().budget.countOf(eventName);
    }

    /** How many more of an event fit; `Infinity` for one that costs nothing, and for one that there is not. */
    calculateMaxEventChargeCountWithinLimit(eventName: string): number {
        const { budget } = this.#read();
        return budget.remaining(budget.priceOf(eventName) ?? 0);
    }

    /**
     * Charges for events, as many as fit. Where they do not all fit, for one more than that, so that the platform sees
     * the limit reached; but not again once it is passed.
     *
     * @throws {@link EngineError} `invalid-value`, or what the engine says against it; then nothing has been charged.
     */
    async charge(options: ChargeOptions): Promise<ChargeResult> {
        const { eventName, count } = checkCharge(options);
        const { info, budget } = this.#read();
        if (!info.isPayPerEvent) return this.#warnUnpaid(eventName);
        const chargedCount = this.#affordable(eventName, count);
        // Before anything is awaited: charges that come meanwhile must find it taken.
        budget.record(eventName, chargedCount);
        try {
            if (chargedCount > 0) await this.#send(eventName, chargedCount);
        } catch (error) {
            budget.record(eventName, -chargedCount);
            throw error;
        }
        if (chargedCount < count) {
            const limit = `maxTotalChargeUsd of $${info.maxTotalChargeUsd}`;
            log.info(`Charged for ${chargedCount} of ${count} events '${eventName}': more do not fit the ${limit}.`);
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

    /** Which of the items to push, and what to charge for them: each costs its event, and in the default dataset its item. */
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
        const events = [...(eventName === undefined ? [] : [eventName]), ...(isDefaultDataset ? [ITEM_EVENT] : [])];
        const room = budget.remaining(...events.map((name) => budget.priceOf(name) ?? 0));
        // Where nothing fits any more, one goes all the same, so that the platform sees the limit reached.
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
        // The engine charges for those by itself.
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
            log.warning(`Nothing is charged for the event '${eventName}': the Actor is not paid per event.`);
        }
        this.#hasWarned = true;
        return { eventChargeLimitReached: false, chargedCount: 0, chargeableWithinLimit: {} };
    }

    /** Read when it is first needed: most Actors are not paid for. */
    #read(): ChargingState {
        return (this.#state ??= readState(this.#dependencies.env));
    }
}

function readState(env: RunContext['env']): ChargingState {
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
    /** By event, in US dollars. */
    prices: Readonly<Record<string, number>>;
    /** By event: how often it has been charged for already. */
    counts: Readonly<Record<string, number>>;
    /** `Infinity` for no limit. */
    maxTotalChargeUsd: number;
}

/** What a run may still charge for: a sum over prices and counts, to the last decimal. */
export class ChargeBudget {
    readonly #prices: ReadonlyMap<string, number>;
    readonly #counts: Map<string, number>;
    /** Undefined for no limit. */
    readonly #limit: bigint | undefined;
    #spent = 0n;

    constructor({ prices, counts, maxTotalChargeUsd }: BudgetStart) {
        this.#prices = new Map(Object.entries(prices));
        this.#counts = new Map();
        this.#limit = maxTotalChargeUsd === Infinity ? undefined : usdToUnits(maxTotalChargeUsd);
        for (const [name, count] of Object.entries(counts)) this.record(name, count);
    }

    /** Whether more has been charged than may be. Just as much is not too much. */
    get isOverspent(): boolean {
        return this.#limit !== undefined && this.#spent > this.#limit;
    }

    /** The price of an event, or undefined where there is no such event. */
    priceOf(eventName: string): number | undefined {
        return this.#prices.get(eventName);
    }

    countOf(eventName: string): number {
        return this.#counts.get(eventName) ?? 0;
    }

    /** How many times so much still fits; what costs nothing always does. */
    remaining(...prices: number[]): number {
        const price = prices.reduce((sum, one) => sum + usdToUnits(one), 0n);
        if (price === 0n || this.#limit === undefined) return Infinity;
        return this.isOverspent ? 0 : Number((this.#limit - this.#spent) / price);
    }

    /** How many more of each event fit, each by itself. */
    chargeable(): Record<string, number> {
        return Object.fromEntries(Array.from(this.#prices, ([name, price]) => [name, this.remaining(price)]));
    }

    /** Takes in that an event has been charged for; a negative count takes it back. */
    record(eventName: string, count: number): void {
        this.#counts.set(eventName, this.countOf(eventName) + count);
        this.#spent += BigInt(count) * usdToUnits(this.priceOf(eventName) ?? 0);
    }
}

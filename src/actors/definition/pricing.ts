import { EngineError } from '../../errors/engine-error.js';
import {
    checkCount,
    checkFlag,
    checkNumber,
    checkOptions,
    checkString,
    checkText,
    checkWord,
    didYouMean,
    formatChoice,
    invalid,
    invalidPart,
    type Check,
} from '../../util/check.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { isExactUsd, USD_DECIMALS } from '../../util/usd.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import {
    SYNTHETIC_EVENTS,
    SYNTHETIC_PREFIX,
    USER_PRICING_TIER,
    type ActorChargeEvent,
    type ActorRunPricingInfo,
} from '../../model/api/pricing.js';

/** Validates a field and returns its value; undefined if it is optional and omitted. */
type Reader = (path: string, value: unknown) => unknown;

type Model = ActorRunPricingInfo['pricingModel'];

const TIERS = ['FREE', 'BRONZE', 'SILVER', 'GOLD', 'PLATINUM', 'DIAMOND'];

const flag = reader(checkFlag);
const text = reader(checkText);

/** The fields that all pricings have. */
const COMMON: Readonly<Record<string, Reader>> = {
    apifyMarginPercentage: reader((path, value) => checkNumber(path, value, 0)),
    reasonForChange: optional(text),
    createdAt: optional(readTime),
    startedAt: optional(readTime),
    notifiedAboutFutureChangeAt: optional(readTime),
    notifiedAboutChangeAt: optional(readTime),
    isPriceChangeNotificationSuppressed: flag,
    forceContainsSignificantPriceChange: flag,
    isPPEPlatformUsagePaidByUser: flag,
};

/** The additional fields of each model. Prices of items and events, which have two alternative fields, are read separately. */
const MODELS: Readonly<Record<Model, Readonly<Record<string, Reader>>>> = {
    FREE: {},
    FLAT_PRICE_PER_MONTH: { pricePerUnitUsd: readPrice, trialMinutes: reader(checkCount) },
    PRICE_PER_DATASET_ITEM: { unitName: optional(text) },
    PAY_PER_EVENT: { pricingPerEvent: readEvents, minimalMaxTotalChargeUsd: optional(readPrice) },
};

const ITEM_PRICE = { flat: 'pricePerUnitUsd', tiered: 'tieredPricing', ofTier: 'tieredPricePerUnitUsd' };

const EVENT_PRICE = { flat: 'eventPriceUsd', tiered: 'eventTieredPricingUsd', ofTier: 'tieredEventPriceUsd' };

const EVENT: Readonly<Record<string, Reader>> = {
    eventTitle: text,
    eventDescription: reader(checkString),
    isPrimaryEvent: flag,
    isOneTimeEvent: flag,
};

/**
 * Reads a pricing in the API's shape. See `PricingInput` for its optional fields.
 *
 * @param path - The name of the value in error messages.
 * @param now - Default of `createdAt` and `startedAt`.
 * @throws EngineError `invalid-value` or `unknown-option`.
 */
export function readPricing(path: string, value: unknown, now: Date): ActorRunPricingInfo {
    const fields = asFields(path, value, 'a pricing: an object with `pricingModel`, or with `pricingPerEvent`');
    const { pricingModel = 'pricingPerEvent' in fields ? 'PAY_PER_EVENT' : undefined } = fields;
    if (pricingModel === undefined) throw invalid(`${path}.pricingModel`, undefined, formatChoice(Object.keys(MODELS)));
    checkWord(`${path}.pricingModel`, pricingModel, Object.keys(MODELS));
    const reads = { ...COMMON, ...MODELS[pricingModel as Model] };
    const price = pricingModel === 'PRICE_PER_DATASET_ITEM' ? ITEM_PRICE : undefined;
    checkOptions(path, fields, ['pricingModel', ...Object.keys(reads), ...(price ? [price.flat, price.tiered] : [])]);
    return {
        pricingModel,
        apifyMarginPercentage: 0,
        createdAt: now,
        startedAt: now,
        ...readFields(path, fields, reads),
        ...(price && readEitherPrice(path, fields, price)),
    } as ActorRunPricingInfo;
}

/** Reads the pricings of an Actor. The latest one that has started applies. */
export function readPricings(path: string, value: unknown, now: Date): ActorRunPricingInfo[] {
    if (!Array.isArray(value)) throw invalid(path, value, 'an array of pricings');
    return value.map((pricing, index) => readPricing(`${path}[${index}]`, pricing, now));
}

/** Returns the pricing of a run started now, if any. */
export function pricingAt(
    pricings: readonly ActorRunPricingInfo[] | undefined,
    nowMillis: number,
): ActorRunPricingInfo | undefined {
    const started = (pricings ?? []).filter(({ startedAt }) => startedAt.getTime() <= nowMillis);
    return started.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime()).at(-1);
}

function readFields(path: string, fields: JsonObject, reads: Readonly<Record<string, Reader>>): JsonObject {
    return withoutUndefined(
        Object.fromEntries(Object.entries(reads).map(([name, read]) => [name, read(`${path}.${name}`, fields[name])])),
    );
}

function reader(check: Check): Reader {
    return (path, value) => {
        check(path, value);
        return value;
    };
}

function optional(read: Reader): Reader {
    return (path, value) => (value === undefined || value === null ? undefined : read(path, value));
}

function readEvents(path: string, value: unknown): { actorChargeEvents: Record<string, ActorChargeEvent> } {
    const fields = asFields(path, value, 'an object with `actorChargeEvents`');
    checkOptions(path, fields, ['actorChargeEvents']);
    const within = `${path}.actorChargeEvents`;
    const events = asFields(within, fields['actorChargeEvents'], 'an object with events by name');
    if (Object.keys(events).length === 0) throw invalid(within, {}, 'an object with at least one event');
    const entries = Object.entries(events).map(([name, event]) => {
        checkEventName(within, name);
        return [name, readEvent(`${within}.${name}`, name, event)] as const;
    });
    return { actorChargeEvents: Object.fromEntries(entries) };
}

function readEvent(path: string, name: string, value: unknown): ActorChargeEvent {
    const event = asFields(path, value, 'an object like { eventPriceUsd: 0.01 }');
    checkOptions(path, event, [...Object.keys(EVENT), EVENT_PRICE.flat, EVENT_PRICE.tiered]);
    return {
        eventTitle: name,
        eventDescription: '',
        ...readFields(path, event, EVENT),
        ...readEitherPrice(path, event, EVENT_PRICE),
    } as ActorChargeEvent;
}

function checkEventName(path: string, name: string): void {
    if (name === '') throw invalidPart(path, `The name of an event in \`${path}\``, name, 'a non-empty string');
    if (!name.startsWith(SYNTHETIC_PREFIX) || SYNTHETIC_EVENTS.includes(name)) return;
    const known = SYNTHETIC_EVENTS.map((event) => `'${event}'`).join(', ');
    const hint = `${didYouMean(name, SYNTHETIC_EVENTS)} Choose another name for a custom event.`.trim();
    throw invalid(`${path}.${name}`, name, `${known}, or a name that does not start with '${SYNTHETIC_PREFIX}'`, hint);
}

/** Names of the fields of a price: one price for all tiers, the prices by tier, and the price within a tier. */
interface PriceNames {
    flat: string;
    tiered: string;
    ofTier: string;
}

/** Reads a price that is set for all tiers or for each tier, and returns the field that is set. */
function readEitherPrice(path: string, fields: JsonObject, { flat, tiered, ofTier }: PriceNames): JsonObject {
    const { [flat]: price, [tiered]: byTier } = fields;
    if (byTier === undefined) return { [flat]: readPrice(`${path}.${flat}`, price) };
    if (price !== undefined) {
        throw invalid(`${path}.${flat}`, price, `omitted if \`${tiered}\` is set`, 'Set only one of the two.');
    }
    const tiers = asFields(`${path}.${tiered}`, byTier, 'an object with prices by tier');
    checkOptions(`${path}.${tiered}`, tiers, TIERS);
    const prices = Object.entries(tiers).map(([tier, entry]) => {
        const tierPath = `${path}.${tiered}.${tier}`;
        const tierFields = asFields(tierPath, entry, `an object like { ${ofTier}: 0.01 }`);
        checkOptions(tierPath, tierFields, [ofTier]);
        return [tier, { [ofTier]: readPrice(`${tierPath}.${ofTier}`, tierFields[ofTier]) }] as const;
    });
    if (prices.some(([tier]) => tier === USER_PRICING_TIER)) return { [tiered]: Object.fromEntries(prices) };
    const remedy = "This is the tier of the engine's user.";
    throw invalid(`${path}.${tiered}.${USER_PRICING_TIER}`, undefined, `an object like { ${ofTier}: 0.01 }`, remedy);
}

/** Returns the pricing of a run: each price is that of the user's tier. */
export function resolveTiers(pricing: ActorRunPricingInfo): ActorRunPricingInfo {
    if (pricing.pricingModel === 'PRICE_PER_DATASET_ITEM') {
        const { tieredPricing, ...flat } = pricing;
        const price = tieredPricing?.[USER_PRICING_TIER]?.tieredPricePerUnitUsd;
        return price === undefined ? pricing : { ...flat, pricePerUnitUsd: price };
    }
    if (pricing.pricingModel !== 'PAY_PER_EVENT') return pricing;
    const events = Object.entries(pricing.pricingPerEvent.actorChargeEvents).map(([name, event]) => {
        const { eventTieredPricingUsd, ...flat } = event;
        const price = eventTieredPricingUsd?.[USER_PRICING_TIER]?.tieredEventPriceUsd;
        return [name, price === undefined ? event : { ...flat, eventPriceUsd: price }] as const;
    });
    return { ...pricing, pricingPerEvent: { actorChargeEvents: Object.fromEntries(events) } };
}

/**
 * Throws if an update of an Actor's pricings does more than append to them: runs were started with the earlier ones.
 *
 * @throws EngineError `cannot-remove-pricing-info` or `cannot-add-pricing-info-that-alters-past`.
 */
export function assertAppended(before: readonly ActorRunPricingInfo[], after: readonly ActorRunPricingInfo[]): void {
    if (!before.every((pricing, index) => JSON.stringify(pricing) === JSON.stringify(after[index]))) {
        const message =
            'Pricings of an Actor cannot be changed or removed. Send all existing `pricingInfos` unchanged, followed by the new one.';
        throw new EngineError('cannot-remove-pricing-info', message);
    }
    const lastStart = before.at(-1)?.startedAt.getTime() ?? -Infinity;
    const early = after.slice(before.length).find(({ startedAt }) => startedAt.getTime() < lastStart);
    if (early === undefined) return;
    const message = `A new pricing starts at ${early.startedAt.toISOString()}, before the latest existing one. Set a later \`startedAt\`.`;
    throw new EngineError('cannot-add-pricing-info-that-alters-past', message);
}

function readPrice(path: string, value: unknown): number {
    const isPrice = typeof value === 'number' && Number.isFinite(value) && value >= 0;
    if (isPrice && isExactUsd(value)) return value;
    throw invalid(path, value, `a price in US dollars: a number, 0 or more, with up to ${USD_DECIMALS} decimals`);
}

function readTime(path: string, value: unknown): Date {
    const time = value instanceof Date || typeof value === 'string' ? new Date(value) : undefined;
    if (time !== undefined && !Number.isNaN(time.getTime())) return time;
    throw invalid(path, value, 'a Date or an ISO 8601 string');
}

function asFields(path: string, value: unknown, expected: string): JsonObject {
    if (isJsonObject(value)) return value;
    throw invalid(path, value, expected);
}

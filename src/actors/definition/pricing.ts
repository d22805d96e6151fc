import {
    checkCount,
    checkFlag,
    checkNumber,
    checkOptions,
    checkString,
    checkText,
    checkWord,
    didYouMean,
    invalid,
    type Check,
} from '../../util/check.js';
import { isJsonObject, type JsonObject } from '../../util/json/json.js';
import { isWholeUnits, USD_DECIMALS } from '../../util/usd.js';
import { withoutUndefined } from '../../util/json/without-undefined.js';
import {
    SYNTHETIC_EVENTS,
    SYNTHETIC_PREFIX,
    USER_PRICING_TIER,
    type ActorChargeEvent,
    type ActorRunPricingInfo,
} from '../../model/api/pricing.js';

/** Reads a field; undefined where it may be left out, and is. */
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

/** The further fields of each model. Prices of an item or an event, which have two fields, are read separately. */
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
 * Reads a pricing that an owner gives, in the API's shape; see `PricingInput` for what may be left out.
 *
 * @param path - What the owner calls it, for messages.
 * @param now - When it is made, and in force from, unless it says otherwise.
 * @throws EngineError `invalid-value` or `unknown-option`.
 */
export function readPricing(path: string, value: unknown, now: Date): ActorRunPricingInfo {
    const fields = asFields(path, value, 'a pricing: an object with `pricingModel`, or with `pricingPerEvent`');
    const { pricingModel = 'pricingPerEvent' in fields ? 'PAY_PER_EVENT' : undefined } = fields;
    if (pricingModel === undefined) {
        throw invalid(`${path}.pricingModel`, undefined, `one of ${Object.keys(MODELS).join(', ')}`);
    }
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
        ...(price && { [price.flat]: readEitherPrice(path, fields, price) }),
    } as ActorRunPricingInfo;
}

/** The pricings of an Actor, of which the latest that has started counts. */
export function readPricings(path: string, value: unknown, now: Date): ActorRunPricingInfo[] {
    if (!Array.isArray(value)) throw invalid(path, value, 'an array of pricings');
    return value.map((pricing, index) => readPricing(`${path}[${index}]`, pricing, now));
}

/** The pricing that a run has which is started now, or undefined where there is none. */
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
    const events = asFields(within, fields['actorChargeEvents'], 'an object of events by their names');
    const entries = Object.entries(events).map(([name, event]) => {
        checkEventName(within, name);
        return [name, readEvent(`${within}.${name}`, name, event)] as const;
    });
    if (entries.length === 0) throw invalid(within, events, 'an object with one event at least');
    return { actorChargeEvents: Object.fromEntries(entries) };
}

function readEvent(path: string, name: string, value: unknown): ActorChargeEvent {
    const event = asFields(path, value, 'an object like { eventPriceUsd: 0.01 }');
    checkOptions(path, event, [...Object.keys(EVENT), EVENT_PRICE.flat, EVENT_PRICE.tiered]);
    return {
        eventTitle: name,
        eventDescription: '',
        ...readFields(path, event, EVENT),
        eventPriceUsd: readEitherPrice(path, event, EVENT_PRICE),
    };
}

function checkEventName(path: string, name: string): void {
    if (name === '') throw invalid(`the name of an event of \`${path}\``, name, 'a text that is not empty');
    if (!name.startsWith(SYNTHETIC_PREFIX) || SYNTHETIC_EVENTS.includes(name)) return;
    const known = SYNTHETIC_EVENTS.map((event) => `'${event}'`).join(' and ');
    const hint = `${didYouMean(name, SYNTHETIC_EVENTS)} Give an event of your own another name.`.trim();
    throw invalid(`${path}.${name}`, name, `no name that starts with '${SYNTHETIC_PREFIX}' but ${known}`, hint);
}

/** What a price is called: as one for all, as one for each tier, and inside of a tier. */
interface PriceNames {
    flat: string;
    tiered: string;
    ofTier: string;
}

/** A price that is given as one for all, or for each tier. */
function readEitherPrice(path: string, fields: JsonObject, { flat, tiered, ofTier }: PriceNames): number {
    const { [flat]: price, [tiered]: byTier } = fields;
    if (byTier === undefined) return readPrice(`${path}.${flat}`, price);
    if (price !== undefined) {
        throw invalid(`${path}.${flat}`, price, `left out where \`${tiered}\` is given`, 'Give one of the two.');
    }
    const tiers = asFields(`${path}.${tiered}`, byTier, 'an object of prices by tier');
    checkOptions(`${path}.${tiered}`, tiers, TIERS);
    const prices = Object.entries(tiers).map(([tier, entry]) => {
        const where = `${path}.${tiered}.${tier}`;
        const of = asFields(where, entry, `an object like { ${ofTier}: 0.01 }`);
        checkOptions(where, of, [ofTier]);
        return [tier, readPrice(`${where}.${ofTier}`, of[ofTier])] as const;
    });
    const own = new Map(prices).get(USER_PRICING_TIER);
    if (own !== undefined) return own;
    const remedy = 'It is the tier of the user of the engine.';
    throw invalid(`${path}.${tiered}.${USER_PRICING_TIER}`, undefined, `an object like { ${ofTier}: 0.01 }`, remedy);
}

function readPrice(path: string, value: unknown): number {
    const isPrice = typeof value === 'number' && Number.isFinite(value) && value >= 0;
    if (isPrice && isWholeUnits(value)) return value;
    throw invalid(path, value, `a price in US dollars: a number, 0 or more, with up to ${USD_DECIMALS} decimals`);
}

function readTime(path: string, value: unknown): Date {
    const time = value instanceof Date || typeof value === 'string' ? new Date(value) : undefined;
    if (time !== undefined && !Number.isNaN(time.getTime())) return time;
    throw invalid(path, value, 'a Date, or a text with an ISO time');
}

function asFields(path: string, value: unknown, expected: string): JsonObject {
    if (isJsonObject(value)) return value;
    throw invalid(path, value, expected);
}

import {
    didYouMean,
    checkFlag,
    checkNumber,
    checkOptions,
    checkText,
    checkWhole,
    checkWord,
    invalid,
} from '../../util/check.js';
import { isWholeUnits, USD_DECIMALS } from '../../util/usd.js';
import { withoutUndefined } from '../../util/without-undefined.js';
import {
    SYNTHETIC_EVENTS,
    SYNTHETIC_PREFIX,
    USER_PRICING_TIER,
    type ActorChargeEvent,
    type ActorRunPricingInfo,
    type CommonActorPricingInfo,
} from '../../model/pricing.js';

type Fields = Record<string, unknown>;

const TIERS = ['FREE', 'BRONZE', 'SILVER', 'GOLD', 'PLATINUM', 'DIAMOND'];

const FLAGS = [
    'isPriceChangeNotificationSuppressed',
    'forceContainsSignificantPriceChange',
    'isPPEPlatformUsagePaidByUser',
] as const;

const TIMES = ['createdAt', 'startedAt', 'notifiedAboutFutureChangeAt', 'notifiedAboutChangeAt'] as const;

const COMMON_KEYS = ['pricingModel', 'apifyMarginPercentage', 'reasonForChange', ...TIMES, ...FLAGS];

/** What each model has besides what all have. */
const MODEL_KEYS: Readonly<Record<ActorRunPricingInfo['pricingModel'], readonly string[]>> = {
    FREE: [],
    FLAT_PRICE_PER_MONTH: ['pricePerUnitUsd', 'trialMinutes'],
    PRICE_PER_DATASET_ITEM: ['unitName', 'pricePerUnitUsd', 'tieredPricing'],
    PAY_PER_EVENT: ['pricingPerEvent', 'minimalMaxTotalChargeUsd'],
};

const EVENT_KEYS = [
    'eventTitle',
    'eventDescription',
    'eventPriceUsd',
    'eventTieredPricingUsd',
    'isPrimaryEvent',
    'isOneTimeEvent',
];

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
        throw invalid(`${path}.pricingModel`, undefined, `one of ${Object.keys(MODEL_KEYS).join(', ')}`);
    }
    checkWord(`${path}.pricingModel`, pricingModel, Object.keys(MODEL_KEYS));
    const model = pricingModel as ActorRunPricingInfo['pricingModel'];
    checkOptions(path, fields, [...COMMON_KEYS, ...MODEL_KEYS[model]]);
    return withoutUndefined(readModel(path, fields, model, readCommon(path, fields, now)));
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

function readCommon(path: string, fields: Fields, now: Date): CommonActorPricingInfo {
    const { apifyMarginPercentage } = fields;
    checkNumber(`${path}.apifyMarginPercentage`, apifyMarginPercentage, 0);
    const reasonForChange = fields['reasonForChange'] ?? undefined;
    checkText(`${path}.reasonForChange`, reasonForChange);
    for (const name of FLAGS) checkFlag(`${path}.${name}`, fields[name]);
    return {
        apifyMarginPercentage: (apifyMarginPercentage as number | undefined) ?? 0,
        reasonForChange: reasonForChange as string | undefined,
        ...Object.fromEntries(FLAGS.map((name) => [name, fields[name]])),
        ...Object.fromEntries(TIMES.map((name) => [name, readTime(`${path}.${name}`, fields[name])])),
        createdAt: readTime(`${path}.createdAt`, fields['createdAt']) ?? now,
        startedAt: readTime(`${path}.startedAt`, fields['startedAt']) ?? now,
    };
}

function readModel(
    path: string,
    fields: Fields,
    pricingModel: ActorRunPricingInfo['pricingModel'],
    common: CommonActorPricingInfo,
): ActorRunPricingInfo {
    switch (pricingModel) {
        case 'FREE':
            return { pricingModel, ...common };
        case 'FLAT_PRICE_PER_MONTH':
            checkWhole(`${path}.trialMinutes`, fields['trialMinutes'], 0);
            return {
                pricingModel,
                ...common,
                trialMinutes: fields['trialMinutes'] as number | undefined,
                pricePerUnitUsd: readPrice(`${path}.pricePerUnitUsd`, fields['pricePerUnitUsd']),
            };
        case 'PRICE_PER_DATASET_ITEM':
            checkText(`${path}.unitName`, fields['unitName'] ?? undefined);
            return {
                pricingModel,
                ...common,
                unitName: (fields['unitName'] as string | null | undefined) ?? undefined,
                pricePerUnitUsd: readEitherPrice(path, fields, {
                    flat: 'pricePerUnitUsd',
                    tiered: 'tieredPricing',
                    ofTier: 'tieredPricePerUnitUsd',
                }),
            };
        case 'PAY_PER_EVENT':
            return {
                pricingModel,
                ...common,
                pricingPerEvent: readEvents(`${path}.pricingPerEvent`, fields['pricingPerEvent']),
                minimalMaxTotalChargeUsd: readMinimum(path, fields['minimalMaxTotalChargeUsd']),
            };
    }
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
    checkOptions(path, event, EVENT_KEYS);
    const { eventTitle = name, eventDescription = '', isPrimaryEvent, isOneTimeEvent } = event;
    checkText(`${path}.eventTitle`, eventTitle);
    if (typeof eventDescription !== 'string') throw invalid(`${path}.eventDescription`, eventDescription, 'a text');
    checkFlag(`${path}.isPrimaryEvent`, isPrimaryEvent);
    checkFlag(`${path}.isOneTimeEvent`, isOneTimeEvent);
    return withoutUndefined({
        eventTitle: eventTitle as string,
        eventDescription,
        eventPriceUsd: readEitherPrice(path, event, {
            flat: 'eventPriceUsd',
            tiered: 'eventTieredPricingUsd',
            ofTier: 'tieredEventPriceUsd',
        }),
        isPrimaryEvent: isPrimaryEvent as boolean | undefined,
        isOneTimeEvent: isOneTimeEvent as boolean | undefined,
    });
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
function readEitherPrice(path: string, fields: Fields, { flat, tiered, ofTier }: PriceNames): number {
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

function readMinimum(path: string, value: unknown): number | undefined {
    if (value === undefined || value === null) return undefined;
    return readPrice(`${path}.minimalMaxTotalChargeUsd`, value);
}

function readTime(path: string, value: unknown): Date | undefined {
    if (value === undefined || value === null) return undefined;
    const time = value instanceof Date || typeof value === 'string' ? new Date(value) : undefined;
    if (time !== undefined && !Number.isNaN(time.getTime())) return time;
    throw invalid(path, value, 'a Date, or a text with an ISO time');
}

function asFields(path: string, value: unknown, expected: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
    throw invalid(path, value, expected);
}

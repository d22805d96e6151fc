import { describe, expect, it } from 'vitest';
import { pricingAt, readPricing, readPricings, resolveTiers } from '../../../src/actors/definition/pricing.js';
import type { PayPerEventActorPricingInfo } from '../../../src/model/api/pricing.js';

const NOW = new Date('2026-01-02T03:04:05.000Z');
const COMMON = { apifyMarginPercentage: 0, createdAt: NOW, startedAt: NOW };

function events(actorChargeEvents: unknown): object {
    return { pricingPerEvent: { actorChargeEvents } };
}

describe('a pricing per event', () => {
    it('may have only prices', () => {
        expect(readPricing('pricing', events({ page: { eventPriceUsd: 0.1 } }), NOW)).toEqual({
            ...COMMON,
            pricingModel: 'PAY_PER_EVENT',
            pricingPerEvent: {
                actorChargeEvents: { page: { eventTitle: 'page', eventDescription: '', eventPriceUsd: 0.1 } },
            },
        });
    });

    it('may have the shape of the API', () => {
        const page = {
            eventTitle: 'Page',
            eventDescription: 'A page that was read',
            eventPriceUsd: 0.002,
            isPrimaryEvent: true,
            isOneTimeEvent: false,
        };
        const pricing = {
            pricingModel: 'PAY_PER_EVENT',
            apifyMarginPercentage: 0.2,
            createdAt: '2024-12-09T01:23:45.000Z',
            startedAt: '2024-12-10T00:00:00.000Z',
            notifiedAboutFutureChangeAt: null,
            notifiedAboutChangeAt: '2024-12-11T00:00:00.000Z',
            reasonForChange: 'Costs',
            isPriceChangeNotificationSuppressed: true,
            forceContainsSignificantPriceChange: false,
            minimalMaxTotalChargeUsd: 0.5,
            ...events({ page, 'apify-actor-start': { eventPriceUsd: 0.00005 } }),
        };

        expect(readPricing('pricing', pricing, NOW)).toEqual({
            pricingModel: 'PAY_PER_EVENT',
            apifyMarginPercentage: 0.2,
            createdAt: new Date('2024-12-09T01:23:45.000Z'),
            startedAt: new Date('2024-12-10T00:00:00.000Z'),
            notifiedAboutChangeAt: new Date('2024-12-11T00:00:00.000Z'),
            reasonForChange: 'Costs',
            isPriceChangeNotificationSuppressed: true,
            forceContainsSignificantPriceChange: false,
            minimalMaxTotalChargeUsd: 0.5,
            pricingPerEvent: {
                actorChargeEvents: {
                    page,
                    'apify-actor-start': {
                        eventTitle: 'apify-actor-start',
                        eventDescription: '',
                        eventPriceUsd: 0.00005,
                    },
                },
            },
        });
    });

    it('keeps prices by tier, of which a run has that of the user', () => {
        const byTier = { FREE: { tieredEventPriceUsd: 0.5 }, BRONZE: { tieredEventPriceUsd: 0.4 } };

        const pricing = readPricing('pricing', events({ page: { eventTieredPricingUsd: byTier } }), NOW);

        expect(pricing).toMatchObject(events({ page: { eventTieredPricingUsd: byTier } }));
        const [page] = Object.values(
            (resolveTiers(pricing) as PayPerEventActorPricingInfo).pricingPerEvent.actorChargeEvents,
        );
        expect(page).toEqual({ eventTitle: 'page', eventDescription: '', eventPriceUsd: 0.4 });
    });

    it('may have events with names of object properties', () => {
        const given = JSON.parse('{"__proto__":{"eventPriceUsd":1},"constructor":{"eventPriceUsd":2}}') as object;

        const text = JSON.stringify(readPricing('pricing', events(given), NOW));

        expect(text).toContain('"__proto__":{"eventTitle":"__proto__","eventDescription":"","eventPriceUsd":1}');
        expect(text).toContain('"constructor":{"eventTitle":"constructor","eventDescription":"","eventPriceUsd":2}');
    });
});

describe('a pricing of another model', () => {
    it.each([
        [{ pricingModel: 'FREE' }, { pricingModel: 'FREE' }],
        [
            { pricingModel: 'FLAT_PRICE_PER_MONTH', pricePerUnitUsd: 20, trialMinutes: 4320 },
            { pricingModel: 'FLAT_PRICE_PER_MONTH', pricePerUnitUsd: 20, trialMinutes: 4320 },
        ],
        [
            { pricingModel: 'PRICE_PER_DATASET_ITEM', pricePerUnitUsd: 0.001, unitName: 'result' },
            { pricingModel: 'PRICE_PER_DATASET_ITEM', pricePerUnitUsd: 0.001, unitName: 'result' },
        ],
        [
            { pricingModel: 'PRICE_PER_DATASET_ITEM', tieredPricing: { BRONZE: { tieredPricePerUnitUsd: 0.002 } } },
            { pricingModel: 'PRICE_PER_DATASET_ITEM', pricePerUnitUsd: 0.002 },
        ],
    ])('is read, and resolved for a run: %j', (given, resolved) => {
        const pricing = readPricing('pricing', given, NOW);

        expect(pricing).toEqual({ ...COMMON, ...given });
        expect(resolveTiers(pricing)).toEqual({ ...COMMON, ...resolved });
    });
});

describe('an invalid pricing', () => {
    const tiered = { eventTieredPricingUsd: { GOLD: { tieredEventPriceUsd: 1 } } };

    it.each<[unknown, string, RegExp]>([
        [null, 'invalid-value', /^`pricing` is null, but must be a pricing: an object with `pricingModel`/],
        [[], 'invalid-value', /^`pricing` is an empty array/],
        [
            events({ '': { eventPriceUsd: 1 } }),
            'invalid-value',
            /^The name of an event in `pricing\.pricingPerEvent\.actorChargeEvents` is ''/,
        ],
        [{}, 'invalid-value', /^`pricing.pricingModel` is undefined, but must be one of 'FREE'/],
        [{ pricingModel: 'PAY_PER_EVNT' }, 'invalid-value', /PAY_PER_EVNT.*Did you mean `PAY_PER_EVENT`\?/],
        [{ pricingModel: 'FREE', price: 1 }, 'unknown-option', /`pricing` has no option `price`/],
        [{ pricingModel: 'FREE', pricePerUnitUsd: 1 }, 'unknown-option', /no option `pricePerUnitUsd`/],
        [{ pricingModel: 'PAY_PER_EVENT' }, 'invalid-value', /^`pricing.pricingPerEvent` is undefined/],
        [{ pricingPerEvent: {} }, 'invalid-value', /actorChargeEvents` is undefined/],
        [events({}), 'invalid-value', /at least one event/],
        [events({ '': { eventPriceUsd: 1 } }), 'invalid-value', /name of an event/],
        [events({ page: 0.1 }), 'invalid-value', /actorChargeEvents.page` is 0.1, but must be an object like/],
        [events({ page: {} }), 'invalid-value', /page.eventPriceUsd` is undefined, but must be a price in US dollars/],
        [events({ page: { eventPriceUsd: -1 } }), 'invalid-value', /0 or more/],
        [events({ page: { eventPriceUsd: Infinity } }), 'invalid-value', /is Infinity/],
        [events({ page: { eventPriceUsd: 1e-13 } }), 'invalid-value', /up to 12 decimals/],
        [events({ page: { eventPriceUsd: 1, eventPrice: 1 } }), 'unknown-option', /Did you mean `eventPriceUsd`\?/],
        [events({ page: { eventPriceUsd: 1, eventTitle: '' } }), 'invalid-value', /eventTitle/],
        [events({ page: { eventPriceUsd: 1, eventDescription: 1 } }), 'invalid-value', /eventDescription/],
        [events({ page: { eventPriceUsd: 1, isOneTimeEvent: 'yes' } }), 'invalid-value', /isOneTimeEvent/],
        [events({ page: tiered }), 'invalid-value', /BRONZE` is undefined.*the tier of the engine's user/],
        [events({ page: { ...tiered, eventPriceUsd: 1 } }), 'invalid-value', /Set only one of the two/],
        [events({ page: { eventTieredPricingUsd: { BRASS: {} } } }), 'unknown-option', /no option `BRASS`/],
        [
            events({ 'apify-actor-stat': { eventPriceUsd: 1 } }),
            'invalid-value',
            /'apify-actor-start', .*, or a name that does not start with 'apify-'.* Did you mean `apify-actor-start`\?/,
        ],
        [{ ...events({ p: { eventPriceUsd: 1 } }), minimalMaxTotalChargeUsd: '1' }, 'invalid-value', /minimalMax/],
        [{ pricingModel: 'FREE', startedAt: 'soon' }, 'invalid-value', /startedAt` is 'soon', but must be a Date/],
        [{ pricingModel: 'FLAT_PRICE_PER_MONTH' }, 'invalid-value', /pricePerUnitUsd/],
        [{ pricingModel: 'FLAT_PRICE_PER_MONTH', pricePerUnitUsd: 1, trialMinutes: 0.5 }, 'invalid-value', /trial/],
        [{ pricingModel: 'PRICE_PER_DATASET_ITEM', pricePerUnitUsd: 1, unitName: 7 }, 'invalid-value', /unitName/],
    ])('%j is refused', (pricing, code, message) => {
        const read = (): unknown => readPricing('pricing', pricing, NOW);

        expect(read).toThrow(message);
        expect(read).toThrow(expect.objectContaining({ code }));
    });

    it('is refused in a list too, with its index', () => {
        expect(() => readPricings('pricings', [{ pricingModel: 'FREE' }, 7], NOW)).toThrow(/^`pricings\[1\]` is 7/);
        expect(() => readPricings('pricings', { pricingModel: 'FREE' }, NOW)).toThrow(/must be an array of pricings/);
    });
});

describe('the pricing in force', () => {
    it('is the latest that started', () => {
        const at = (startedAt: string, pricePerUnitUsd: number): object => {
            return { pricingModel: 'FLAT_PRICE_PER_MONTH', pricePerUnitUsd, startedAt };
        };
        const pricings = readPricings('pricings', [at('2026-03-01', 3), at('2026-01-01', 1), at('2026-02-01', 2)], NOW);
        const priceAt = (time: string): unknown => pricingAt(pricings, Date.parse(time));

        expect(priceAt('2025-12-31')).toBeUndefined();
        expect(priceAt('2026-01-01')).toMatchObject({ pricePerUnitUsd: 1 });
        expect(priceAt('2026-02-15')).toMatchObject({ pricePerUnitUsd: 2 });
        expect(priceAt('2027-01-01')).toMatchObject({ pricePerUnitUsd: 3 });
        expect(pricingAt(undefined, 0)).toBeUndefined();
    });
});

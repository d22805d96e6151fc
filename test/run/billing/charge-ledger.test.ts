import { describe, expect, it } from 'vitest';
import { ChargeLedger, type ChargeRequest } from '../../../src/run/billing/charge-ledger.js';
import type { PayPerEventActorPricingInfo, RunCharge } from '../../../src/model/api/pricing.js';

const AT = new Date(1000);
const PRICING: PayPerEventActorPricingInfo = {
    pricingModel: 'PAY_PER_EVENT',
    apifyMarginPercentage: 0,
    createdAt: AT,
    startedAt: AT,
    pricingPerEvent: {
        actorChargeEvents: {
            page: { eventTitle: 'Page', eventDescription: '', eventPriceUsd: 0.1 },
            mail: { eventTitle: 'Mail', eventDescription: '', eventPriceUsd: 0.00005 },
            setup: { eventTitle: 'Setup', eventDescription: '', eventPriceUsd: 1, isOneTimeEvent: true },
            'apify-actor-start': {
                eventTitle: 'Start',
                eventDescription: '',
                eventPriceUsd: 0.00005,
                isOneTimeEvent: true,
            },
        },
    },
};

/** Creates and adds a charge, as the billing does. */
function recordCharge(ledger: ChargeLedger, request: ChargeRequest): RunCharge | undefined {
    const created = ledger.createCharge(request, AT);
    if (created !== undefined) ledger.add(created);
    return created;
}

describe('a ledger', () => {
    it('starts with zero charges for each event', () => {
        const ledger = new ChargeLedger(PRICING);

        expect(ledger.counts).toEqual({ page: 0, mail: 0, setup: 0, 'apify-actor-start': 0 });
        expect(ledger.totalUsd).toBe(0);
        expect(ledger.hasEvent('page')).toBe(true);
        expect(ledger.hasEvent('constructor')).toBe(false);
    });

    it('sums amounts exactly', () => {
        const ledger = new ChargeLedger(PRICING);
        for (let time = 0; time < 3; time++) recordCharge(ledger, { eventName: 'page', count: 1 });
        recordCharge(ledger, { eventName: 'mail', count: 7 });

        expect(ledger.counts).toMatchObject({ page: 3, mail: 7 });
        expect(ledger.totalUsd).toBe(0.30035);
    });

    it('stores price and time in each charge', () => {
        expect(
            new ChargeLedger(PRICING).createCharge({ eventName: 'page', count: 2, idempotencyKey: 'k' }, AT),
        ).toEqual({
            eventName: 'page',
            count: 2,
            eventPriceUsd: 0.1,
            chargedAt: AT,
            idempotencyKey: 'k',
        });
    });

    it('charges once per idempotency key, including keys of existing charges', () => {
        const first = new ChargeLedger(PRICING);
        const charge = recordCharge(first, { eventName: 'page', count: 2, idempotencyKey: 'k' })!;
        const second = new ChargeLedger(PRICING, [charge]);

        expect(recordCharge(first, { eventName: 'page', count: 2, idempotencyKey: 'k' })).toBeUndefined();
        expect(recordCharge(first, { eventName: 'mail', count: 9, idempotencyKey: 'k' })).toBeUndefined();
        expect(recordCharge(second, { eventName: 'page', count: 2, idempotencyKey: 'k' })).toBeUndefined();
        expect(recordCharge(second, { eventName: 'page', count: 1, idempotencyKey: 'other' })).toMatchObject({
            count: 1,
        });
        expect(first.counts).toEqual({ page: 2, mail: 0, setup: 0, 'apify-actor-start': 0 });
        expect(second.counts['page']).toBe(3);
    });

    it('charges a one-time event once', () => {
        const ledger = new ChargeLedger(PRICING);

        expect(recordCharge(ledger, { eventName: 'setup', count: 5 })).toMatchObject({ count: 1 });
        expect(recordCharge(ledger, { eventName: 'setup', count: 1 })).toBeUndefined();
        expect(recordCharge(ledger, { eventName: 'apify-actor-start', count: 4 })).toMatchObject({ count: 4 });
        expect(recordCharge(ledger, { eventName: 'apify-actor-start', count: 4 })).toBeUndefined();
        expect(ledger.counts).toMatchObject({ setup: 1, 'apify-actor-start': 4 });
    });

    it('exceeds a limit only above it', () => {
        const ledger = new ChargeLedger(PRICING);
        for (let time = 0; time < 3; time++) recordCharge(ledger, { eventName: 'page', count: 1 });

        expect(ledger.exceeds(0.3)).toBe(false);
        expect(ledger.exceeds(0.299999)).toBe(true);
        expect(ledger.exceeds(undefined)).toBe(false);
    });

    it.each(['pages', 'constructor', '__proto__'])('refuses the unknown event %s', (eventName) => {
        const ledger = new ChargeLedger(PRICING);

        expect(() => ledger.createCharge({ eventName, count: 1 }, AT)).toThrow(
            expect.objectContaining({
                code: 'record-not-found',
                message: expect.stringContaining('Its events: page,'),
            }),
        );
        expect(ledger.totalUsd).toBe(0);
    });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../../src/errors/engine-error.js';
import { Actor } from '../../../src/worker/sdk/actor.js';
import { ChargeBudget } from '../../../src/worker/sdk/charging-manager.js';
import { setContextSource } from '../../../src/worker/sdk/context.js';
import { startFakeRun, type CallHandler, type FakeRun } from '../fake-host.js';

beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
    setContextSource(() => undefined);
});

/** Starts a run that pays $0.1 for a page and $0.01 for an item, and has paid for one page. */
function startPaidRun(answer?: CallHandler, maxTotalChargeUsd = ''): FakeRun {
    const actorChargeEvents = { page: { eventPriceUsd: 0.1 }, 'apify-default-dataset-item': { eventPriceUsd: 0.01 } };
    return startFakeRun(answer, {
        APIFY_ACTOR_PRICING_INFO: JSON.stringify({
            pricingModel: 'PAY_PER_EVENT',
            pricingPerEvent: { actorChargeEvents },
        }),
        APIFY_CHARGED_ACTOR_EVENT_COUNTS: '{"page":1}',
        ACTOR_MAX_TOTAL_CHARGE_USD: maxTotalChargeUsd,
    });
}

describe('Actor.charge()', () => {
    it('sends the charge of the run to the engine', async () => {
        const { host } = startPaidRun();

        await Actor.charge({ eventName: 'page', count: 2 });

        expect(host.calls).toEqual([
            [
                ['run', 'RUN'],
                ['charge', { eventName: 'page', count: 2 }],
            ],
        ]);
    });

    it('counts nothing if the engine rejects the charge', async () => {
        const refuse = (): never => {
            throw new EngineError('job-finished', 'The run has already finished.');
        };
        startPaidRun(refuse, '0.2');
        const manager = Actor.getChargingManager();

        await expect(Actor.charge({ eventName: 'page' })).rejects.toMatchObject({ code: 'job-finished' });

        expect(manager.getChargedEventCount('page')).toBe(1);
        expect(manager.calculateMaxEventChargeCountWithinLimit('page')).toBe(1);
    });

    it.each([
        [undefined, /eventName/],
        [{}, /`eventName` is undefined/],
        [{ eventName: '' }, /`eventName`/],
        [{ eventName: 'page', count: -1 }, /`count` is -1/],
        [{ eventName: 'page', count: 1.5 }, /`count` is 1.5/],
        [{ eventName: 'page', price: 1 }, /no option `price`/],
        ['page', /an object of options/],
    ])('rejects %j', async (options, message) => {
        const { host } = startPaidRun();

        await expect(Actor.charge(options as never)).rejects.toThrow(message);

        expect(host.calls).toEqual([]);
        expect(Actor.getChargingManager().getChargedEventCount('page')).toBe(1);
    });

    it('sends nothing if the Actor is not pay-per-event', async () => {
        const { host } = startFakeRun();

        const result = await Actor.charge({ eventName: 'page' });

        expect(result).toEqual({ eventChargeLimitReached: false, chargedCount: 0, chargeableWithinLimit: {} });
        expect(host.calls).toEqual([]);
        expect(Actor.getChargingManager().getPricingInfo()).toEqual({
            pricingModel: undefined,
            isPayPerEvent: false,
            maxTotalChargeUsd: Infinity,
            perEventPrices: {},
        });
    });
});

describe('Actor.pushData()', () => {
    it('pushes the items that fit, in the given form', async () => {
        const { host } = startPaidRun(undefined, '0.33');

        await Actor.pushData({ n: 0 });
        await Actor.pushData([{ n: 1 }, { n: 2 }, { n: 3 }], 'page');

        expect(host.lastSegments).toEqual([
            ['pushItems', '{"n":0}'],
            ['pushItems', '[{"n":1},{"n":2}]'],
            ['charge', { eventName: 'page', count: 2 }],
        ]);
    });

    it('charges nothing if the items cannot be pushed', async () => {
        const { host } = startPaidRun();

        await expect(Actor.pushData([{ n: 1 }, 7 as never], 'page')).rejects.toMatchObject({ code: 'invalid-value' });

        expect(host.calls).toEqual([]);
        expect(Actor.getChargingManager().getChargedEventCount('page')).toBe(1);
    });

    it('pushes nothing for an empty list', async () => {
        const { host } = startPaidRun(undefined, '0.1');

        expect(await Actor.pushData([], 'page')).toMatchObject({ eventChargeLimitReached: false, chargedCount: 0 });
        expect(host.calls).toEqual([]);
    });
});

describe('a budget', () => {
    it('is exact where binary fractions are not', () => {
        const budget = new ChargeBudget({ prices: { a: 0.1, b: 0.7 }, counts: { a: 3 }, maxTotalChargeUsd: 2.4 });

        expect(budget.remaining(0.7)).toBe(3);
        budget.record('b', 3);
        expect(budget.isOverspent).toBe(false);
        expect(budget.remaining(0.1)).toBe(0);
        expect(budget.remaining(0.1, 0)).toBe(0);
        expect(budget.remaining(0)).toBe(Infinity);
        budget.record('a', 1);
        expect(budget.isOverspent).toBe(true);
        expect(budget.chargeable()).toEqual({ a: 0, b: 0 });
    });
});

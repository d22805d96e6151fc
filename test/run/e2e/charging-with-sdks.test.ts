import { describe, expect, it } from 'vitest';
import { addPriced, perEvent, SDKS } from '../../support/actors/priced-actor.js';
import { linesOf, SharedEngine } from '../../support/actors/sdk-run.js';
import type { PricingInput, StartOptions } from 'greenroom';

/*
 * The same Actors on the built-in SDK and on the real one: the results of charging, its effects and the charges of the run must
 * not differ.
 */

const PAGE = perEvent({ page: 0.1 });
const ITEMS = perEvent({ page: 0.1, 'apify-default-dataset-item': 0.01 });

/** The code of an Actor, its pricing and charge limit; then the expected results and charges. */
type Row = [what: string, body: string, PricingInput, StartOptions, returned: unknown, counts: unknown];

const ROWS: Row[] = [
    [
        'one event',
        `return Actor.charge({ eventName: 'page' });`,
        PAGE,
        {},
        { eventChargeLimitReached: false, chargedCount: 1, chargeableWithinLimit: { page: 'Infinity' } },
        { page: 1 },
    ],
    [
        'as many events as fit, and one more',
        `return Actor.charge({ eventName: 'page', count: 4 });`,
        PAGE,
        { maxTotalChargeUsd: 0.2 },
        { eventChargeLimitReached: true, chargedCount: 3, chargeableWithinLimit: { page: 0 } },
        { page: 3 },
    ],
    [
        'exactly what fits',
        `return Actor.charge({ eventName: 'page', count: 3 });`,
        PAGE,
        { maxTotalChargeUsd: 0.3 },
        { eventChargeLimitReached: true, chargedCount: 3, chargeableWithinLimit: { page: 0 } },
        { page: 3 },
    ],
    [
        'nothing more once the limit is passed',
        `const results = [];
        for (let time = 0; time < 5; time++) results.push(await Actor.charge({ eventName: 'page' }));
        return results.map(({ chargedCount, eventChargeLimitReached }) => [chargedCount, eventChargeLimitReached]);`,
        PAGE,
        { maxTotalChargeUsd: 0.2 },
        [
            [1, false],
            [1, true],
            [1, true],
            [0, true],
            [0, true],
        ],
        { page: 3 },
    ],
    [
        'no events',
        `return Actor.charge({ eventName: 'page', count: 0 });`,
        PAGE,
        { maxTotalChargeUsd: 0.25 },
        { eventChargeLimitReached: false, chargedCount: 0, chargeableWithinLimit: { page: 2 } },
        { page: 0 },
    ],
    [
        'many at once, which see each other',
        `const charges = Array.from({ length: 5 }, () => Actor.charge({ eventName: 'page' }));
        return (await Promise.all(charges)).map(({ chargedCount }) => chargedCount);`,
        PAGE,
        { maxTotalChargeUsd: 0.3 },
        [1, 1, 1, 1, 0],
        { page: 4 },
    ],
    [
        'several events by one limit',
        `await Actor.charge({ eventName: 'mail', count: 3 });
        return Actor.charge({ eventName: 'page' });`,
        perEvent({ page: 0.1, mail: 0.02, gift: 0 }),
        { maxTotalChargeUsd: 0.2 },
        {
            eventChargeLimitReached: true,
            chargedCount: 1,
            chargeableWithinLimit: { page: 0, mail: 2, gift: 'Infinity' },
        },
        { page: 1, mail: 3, gift: 0 },
    ],
    [
        'an event that there is not',
        `return [await Actor.charge({ eventName: 'pages', count: 2 }), Actor.getChargingManager().getChargedEventCount('pages')];`,
        PAGE,
        { maxTotalChargeUsd: 1 },
        [{ eventChargeLimitReached: false, chargedCount: 2, chargeableWithinLimit: { page: 10 } }, 2],
        { page: 0 },
    ],
    [
        'an event of the platform, which is counted by the SDK alone',
        `return Actor.charge({ eventName: 'apify-default-dataset-item', count: 2 });`,
        ITEMS,
        { maxTotalChargeUsd: 1 },
        {
            eventChargeLimitReached: false,
            chargedCount: 2,
            chargeableWithinLimit: { page: 9, 'apify-default-dataset-item': 98 },
        },
        { page: 0, 'apify-default-dataset-item': 0 },
    ],
    [
        'items with an event',
        `return Actor.pushData([{ n: 1 }, { n: 2 }], 'page');`,
        PAGE,
        { maxTotalChargeUsd: 1 },
        { eventChargeLimitReached: false, chargedCount: 4, chargeableWithinLimit: { page: 8 } },
        { page: 2 },
    ],
    [
        'an item without an event',
        `return Actor.pushData({ n: 1 });`,
        PAGE,
        { maxTotalChargeUsd: 1 },
        { eventChargeLimitReached: false, chargedCount: 1, chargeableWithinLimit: { page: 10 } },
        { page: 0 },
    ],
    [
        'as many items as fit',
        `const result = await Actor.pushData([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }], 'page');
        const { items } = await (await Actor.openDataset()).getData();
        return [result.chargedCount, result.eventChargeLimitReached, items];`,
        ITEMS,
        { maxTotalChargeUsd: 0.35 },
        [6, true, [{ n: 1 }, { n: 2 }, { n: 3 }]],
        { page: 3, 'apify-default-dataset-item': 3 },
    ],
    [
        'one item more where none fits, and then none',
        `const counts = [];
        for (let n = 0; n < 4; n++) counts.push((await Actor.pushData({ n }, 'page')).chargedCount);
        const last = await Actor.pushData([{ n: 5 }, { n: 6 }], 'page');
        const { items } = await (await Actor.openDataset()).getData();
        return [counts, last, items.length];`,
        ITEMS,
        { maxTotalChargeUsd: 0.22 },
        [[2, 2, 1, 0], { eventChargeLimitReached: true, chargedCount: 0, chargeableWithinLimit: {} }, 3],
        { page: 3, 'apify-default-dataset-item': 3 },
    ],
    [
        'items that are paid for, pushed by any client',
        `await Dataset.pushData([{ n: 1 }, { n: 2 }, { n: 3 }]);
        const dataset = await Actor.openDataset();
        await dataset.pushData({ n: 4 });
        return [(await dataset.getData()).items.length, Actor.getChargingManager().getChargedEventCount('apify-default-dataset-item')];`,
        ITEMS,
        { maxTotalChargeUsd: 0.02 },
        [3, 3],
        { page: 0, 'apify-default-dataset-item': 3 },
    ],
    [
        'items of another dataset with an event only',
        `const dataset = await Actor.openDataset('another');
        await dataset.pushData([{ n: 1 }, { n: 2 }]);
        return Actor.getChargingManager().getChargedEventCount('apify-default-dataset-item');`,
        ITEMS,
        {},
        0,
        { page: 0, 'apify-default-dataset-item': 0 },
    ],
    [
        'nothing for items with an event of the platform',
        `return Actor.pushData({ n: 1 }, 'apify-default-dataset-item').catch((error) => error instanceof Error);`,
        ITEMS,
        {},
        true,
        { page: 0, 'apify-default-dataset-item': 0 },
    ],
    [
        'nothing by a free Actor',
        `return [await Actor.charge({ eventName: 'page' }), await Actor.pushData({ n: 1 }, 'page')];`,
        { pricingModel: 'FREE' },
        {},
        [
            { eventChargeLimitReached: false, chargedCount: 0, chargeableWithinLimit: {} },
            { eventChargeLimitReached: false, chargedCount: 0, chargeableWithinLimit: {} },
        ],
        undefined,
    ],
    [
        'what the manager knows',
        `const manager = Actor.getChargingManager();
        await Actor.charge({ eventName: 'page', count: 2 });
        return [
            manager.getPricingInfo(), manager.getMaxTotalChargeUsd(), manager.getChargedEventCount('page'),
            manager.getChargedEventCount('apify-actor-start'), manager.getChargedEventCount('none'),
            manager.calculateMaxEventChargeCountWithinLimit('page'), manager.calculateMaxEventChargeCountWithinLimit('none'),
            manager.calculatePushDataLimits({ items: [1, 2, 3], eventName: 'page', isDefaultDataset: false }),
        ];`,
        perEvent({ page: 0.1, 'apify-actor-start': 0.00005 }),
        { maxTotalChargeUsd: 0.40005, memory: 1024 },
        [
            {
                pricingModel: 'PAY_PER_EVENT',
                isPayPerEvent: true,
                maxTotalChargeUsd: 0.40005,
                perEventPrices: { page: 0.1, 'apify-actor-start': 0.00005 },
            },
            0.40005,
            2,
            1,
            0,
            2,
            'Infinity',
            { limitedItems: [1, 2], eventsToCharge: { page: 2 } },
        ],
        { page: 2, 'apify-actor-start': 1 },
    ],
];

describe.each(SDKS)('an Actor on the %s SDK', (sdk) => {
    const shared = new SharedEngine();

    it.each(ROWS)('charges for %s', async (_what, body, pricing, options, returned, counts) => {
        const actor = await addPriced(
            shared.engine,
            sdk,
            `const returned = await (async () => { ${body} })();
            const text = JSON.stringify(returned, (_key, value) => (value === Infinity ? 'Infinity' : value));
            await Actor.setValue('RETURNED', JSON.parse(text));`,
            pricing,
        );

        const run = await shared.engine.call(actor, {}, options);

        expect(run.status, await run.log.text()).toBe('SUCCEEDED');
        expect((await run.keyValueStore.getRecord('RETURNED'))?.value).toEqual(returned);
        expect((await run.info()).chargedEventCounts).toEqual(counts);
    });

    it('continues its counts after a restart', async () => {
        const actor = await addPriced(
            shared.engine,
            sdk,
            `const before = Actor.getChargingManager().getChargedEventCount('page');
            const { chargedCount } = await Actor.charge({ eventName: 'page' });
            const { list } = await Actor.useState('LIST', { list: [] });
            list.push([before, chargedCount]);
            if (list.length === 2) await Actor.reboot();`,
            PAGE,
        );

        const run = await shared.engine.call(actor, {}, { maxTotalChargeUsd: 0.2 });
        await run.resurrect({ maxTotalChargeUsd: 0.5 });
        await run.finished();

        expect((await run.keyValueStore.getRecord('LIST'))?.value, await run.log.text()).toEqual({
            list: [
                [0, 1],
                [1, 1],
                [2, 1],
            ],
        });
        expect((await run.info()).chargedEventCounts).toEqual({ page: 3 });
    });

    it('warns once if the Actor is not paid per event', async () => {
        const actor = await addPriced(
            shared.engine,
            sdk,
            `await Actor.charge({ eventName: 'page' }); await Actor.charge({ eventName: 'page' });`,
            { pricingModel: 'FREE' },
        );

        const lines = await linesOf(await shared.engine.call(actor));

        expect(lines.filter((line) => line.startsWith('WARN'))).toHaveLength(1);
    });
});

import { describe, expect, it } from 'vitest';
import { addSource } from '../../support/make-engine.js';
import { perEvent } from '../../support/actors/priced-actor.js';
import { able, engineFor } from './modes.js';

const CHARGES = `import { Actor } from 'apify';
    await Actor.init();
    const first = await Actor.charge({ eventName: 'page', count: 2 });
    const second = await Actor.pushData([{ n: 1 }, { n: 2 }, { n: 3 }], 'page');
    const left = Actor.getChargingManager().calculateMaxEventChargeCountWithinLimit('page');
    await Actor.setValue('OUTPUT', [first.chargedCount, second.chargedCount, second.eventChargeLimitReached, left]);
    await Actor.exit();`;

describe('an Actor that is paid per event', () => {
    it.each(able())('charges within the limits of its run, twice in a row: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(engine, CHARGES);
        const pricing = perEvent({ page: 0.1, 'apify-default-dataset-item': 0.01, 'apify-actor-start': 0.00005 });
        await engine.client.actor(actor).update({ pricingInfos: [pricing] });

        for (let time = 0; time < 2; time++) {
            const run = await engine.call(actor, {}, { maxTotalChargeUsd: 0.45, memory: 1024 });

            expect(run.status, await run.log.text()).toBe('SUCCEEDED');
            expect(await run.output()).toEqual([2, 4, true, 0]);
            expect(await run.items()).toEqual([{ n: 1 }, { n: 2 }]);
            expect(await run.info()).toMatchObject({
                chargedEventCounts: { page: 4, 'apify-default-dataset-item': 2, 'apify-actor-start': 1 },
                usageTotalUsd: 0.42005,
            });
        }
    });

    it('charges as a function Actor, each run separately', async () => {
        const engine = await engineFor('inline');
        await engine.addActor(
            {
                name: 'function',
                run: async ({ input, Actor }) => Actor.charge({ eventName: 'page', ...(input as object) }),
            },
            { pricing: perEvent({ page: 0.1 }) },
        );

        const runs = await Promise.all([1, 2, 3].map((count) => engine.call('function', { count })));

        const counts = await Promise.all(runs.map(async (run) => (await run.info()).chargedEventCounts));
        expect(counts).toEqual([{ page: 1 }, { page: 2 }, { page: 3 }]);
    });
});

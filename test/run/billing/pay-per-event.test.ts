import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine, stripTimestamps } from '../../support/make-engine.js';
import { addPriced, perEvent } from '../../support/actors/priced-actor.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Engine, PricingInput, RunHandle, StartOptions } from 'greenroom';

const PAGE = perEvent({ page: 0.1 });

/** Logs `ready`, then waits for a request to stop. */
const PATIENT = `import { Actor } from 'apify';
    await Actor.init();
    Actor.on('aborting', () => Actor.exit('told to end'));
    console.log('ready');
    setInterval(() => {}, 1000);`;

async function startPatient(engine: Engine, pricing: PricingInput, options?: StartOptions): Promise<RunHandle> {
    await engine.addActor({ name: 'patient', source: PATIENT }, { pricing });
    const run = await engine.start('patient', {}, options);
    for await (const line of run.log) if (line.endsWith(' ready')) break;
    return run;
}

describe('a run of an Actor that is paid per event', () => {
    it('has charges that a test can read', async () => {
        const clock = new ManualClock(Date.parse('2026-01-02T03:04:05Z'));
        const engine = await makeEngine({ clock });
        const actor = await addPriced(
            engine,
            'built-in',
            `await Actor.charge({ eventName: 'page' });
            await Actor.pushData([{ n: 1 }, { n: 2 }], 'page');
            await Actor.apifyClient.run(process.env.ACTOR_RUN_ID).charge({ eventName: 'mail', count: 3, idempotencyKey: 'k' });`,
            perEvent({ page: 0.1, mail: 0.0001 }),
        );

        const run = await engine.call(actor);

        const chargedAt = new Date('2026-01-02T03:04:05Z');
        expect(await run.charges()).toEqual({
            entries: [
                { eventName: 'page', count: 1, eventPriceUsd: 0.1, chargedAt },
                { eventName: 'page', count: 2, eventPriceUsd: 0.1, chargedAt },
                { eventName: 'mail', count: 3, eventPriceUsd: 0.0001, chargedAt, idempotencyKey: 'k' },
            ],
            chargedEventCounts: { page: 3, mail: 3 },
            totalUsd: 0.3003,
        });
        expect(await run.info()).toMatchObject({ chargedEventCounts: { page: 3, mail: 3 }, usageTotalUsd: 0.3003 });
    });

    it('keeps the pricing from its start', async () => {
        const engine = await makeEngine();
        const run = await startPatient(engine, PAGE);
        await engine.addActor({ name: 'patient', source: PATIENT }, { pricing: perEvent({ page: 7, mail: 7 }) });

        await engine.client.run(run.id).charge({ eventName: 'page' });

        const { pricingInfo } = await run.info();
        expect(pricingInfo).toMatchObject({
            pricingModel: 'PAY_PER_EVENT',
            pricingPerEvent: { actorChargeEvents: { page: { eventTitle: 'page', eventPriceUsd: 0.1 } } },
        });
        expect((await run.charges()).totalUsd).toBe(0.1);
        await expect(engine.client.run(run.id).charge({ eventName: 'mail' })).rejects.toMatchObject({
            code: 'record-not-found',
            message: expect.stringContaining('Its events: page.'),
        });
    });

    it('returns copies', async () => {
        const engine = await makeEngine();
        const run = await startPatient(engine, PAGE);
        const info = await run.info();
        info.chargedEventCounts!['page'] = 7;
        Object.assign(info.pricingInfo!, { pricingModel: 'FREE' });
        (await engine.client.actor('patient').get())!.pricingInfos!.pop();

        expect(await run.info()).toMatchObject({
            chargedEventCounts: { page: 0 },
            pricingInfo: { pricingModel: 'PAY_PER_EVENT' },
        });
        expect((await engine.client.actor('patient').get())?.pricingInfos).toHaveLength(1);
    });

    it.each([
        [128, 1],
        [1024, 1],
        [2048, 2],
        [4096, 4],
    ])('is charged for its start with %d MB %d times, only once', async (memory, count) => {
        const engine = await makeEngine();
        const pricing = perEvent({ 'apify-actor-start': 0.00005 });
        await engine.addActor({ name: 'priced', source: 'export default () => {};' }, { pricing });

        const run = await engine.start('priced', {}, { memory });
        const atOnce = (await run.info()).chargedEventCounts;
        await run.finished();
        await run.resurrect();
        await run.finished();

        expect(atOnce).toEqual({ 'apify-actor-start': count });
        expect((await run.charges()).chargedEventCounts).toEqual({ 'apify-actor-start': count });
    });

    it('is charged for each item pushed to its default dataset by any client while it runs', async () => {
        const engine = await makeEngine();
        const run = await startPatient(engine, perEvent({ 'apify-default-dataset-item': 0.001 }));

        await run.dataset.pushItems([{ n: 1 }, { n: 2 }]);
        await engine.client.dataset((await run.info()).defaultDatasetId).pushItems({ n: 3 });
        await engine.client.datasets().getOrCreate('other');
        await engine.client.dataset('other').pushItems({ n: 4 });
        const whileItLived = (await run.charges()).chargedEventCounts;
        await run.abort({ gracefully: true });
        await run.finished();
        await run.dataset.pushItems({ n: 5 });

        expect(whileItLived).toEqual({ 'apify-default-dataset-item': 3 });
        expect((await run.info()).chargedEventCounts).toEqual({ 'apify-default-dataset-item': 3 });
    });

    it('pushes thousands of charged items', async () => {
        const engine = await makeEngine();
        const actor = await addPriced(
            engine,
            'built-in',
            'for (let n = 0; n < 3000; n++) await Actor.pushData({ n });',
            perEvent({ 'apify-default-dataset-item': 0.001 }),
        );

        const run = await engine.call(actor);

        expect((await run.items()).length).toBe(3000);
        expect(await run.info()).toMatchObject({
            chargedEventCounts: { 'apify-default-dataset-item': 3000 },
            usageTotalUsd: 3,
        });
    });

    it('passes its pricing and its charges to the Actor', async () => {
        const engine = await makeEngine();
        const actor = await addPriced(
            engine,
            'built-in',
            `const { APIFY_ACTOR_PRICING_INFO: info, APIFY_CHARGED_ACTOR_EVENT_COUNTS: counts } = process.env;
            const { ACTOR_MAX_TOTAL_CHARGE_USD: limit, APIFY_USER_PRICING_TIER: tier } = process.env;
            await Actor.setValue('OUTPUT', { info: JSON.parse(info), counts: JSON.parse(counts), limit, tier });`,
            perEvent({ 'apify-actor-start': 0.00005, page: 0.1 }, { startedAt: '2025-01-01T00:00:00.000Z' }),
        );

        const run = await engine.call(actor, {}, { maxTotalChargeUsd: 2.5, memory: 2048 });

        const { pricingInfo } = await run.info();
        expect(await run.output()).toEqual({
            info: JSON.parse(JSON.stringify(pricingInfo)) as unknown,
            counts: { 'apify-actor-start': 2, page: 0 },
            limit: '2.5',
            tier: 'BRONZE',
        });
        expect(pricingInfo?.startedAt).toEqual(new Date('2025-01-01T00:00:00.000Z'));
    });

    it('cannot be charged after its end until it is resurrected', async () => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'priced', source: 'export default () => {};' }, { pricing: PAGE });
        const run = await engine.call('priced');

        const charge = engine.client.run(run.id).charge({ eventName: 'page' });

        await expect(charge).rejects.toMatchObject({
            code: 'job-finished',
            message: expect.stringContaining('already finished'),
        });
        expect((await run.charges()).entries).toEqual([]);
    });

    it('is charged once per idempotency key, even after a resurrection', async () => {
        const engine = await makeEngine();
        const run = await startPatient(engine, PAGE);
        const charge = async (idempotencyKey: string, count: number): Promise<void> => {
            await engine.client.run(run.id).charge({ eventName: 'page', count, idempotencyKey });
        };

        await Promise.all([charge('first', 2), charge('first', 2), charge('second', 1)]);
        await run.abort();
        await run.finished();
        await run.resurrect();
        await charge('first', 2);
        await charge('third', 1);

        expect((await run.charges()).entries.map(({ idempotencyKey, count }) => [idempotencyKey, count])).toEqual([
            ['first', 2],
            ['second', 1],
            ['third', 1],
        ]);
    });

    it('loses its charges when it is deleted', async () => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'priced', source: 'export default () => {};' }, { pricing: PAGE });
        const run = await engine.call('priced');
        await engine.client.run(run.id).delete();

        await expect(run.charges()).rejects.toMatchObject({ code: 'record-not-found' });
    });
});

describe('a run charged more than its limit', () => {
    it('has time to finish', async () => {
        const engine = await makeEngine();
        const actor = await addPriced(engine, 'built-in', `await Actor.charge({ eventName: 'page', count: 4 });`, PAGE);

        const run = await engine.call(actor, {}, { maxTotalChargeUsd: 0.2 });

        expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', chargedEventCounts: { page: 3 } });
    });

    it('is aborted gracefully if it continues, with the reason', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const run = await startPatient(engine, PAGE, { maxTotalChargeUsd: 0.2 });

        await engine.client.run(run.id).charge({ eventName: 'page', count: 3 });
        await clock.advance('4s');
        const before = run.status;
        await clock.advance('1s');
        const { status, statusMessage } = await run.finished();

        const reason = 'The run is aborted because it was charged $0.3, more than its maxTotalChargeUsd of $0.2.';
        expect(before).toBe('RUNNING');
        expect(status).toBe('ABORTED');
        expect(statusMessage).toBe('told to end');
        expect(stripTimestamps(await run.log.text())).toContain(reason);
    });

    it('has the reason as its status message if the Actor sets none', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const source = `console.log('ready'); setInterval(() => {}, 1000);`;
        await engine.addActor({ name: 'deaf', source }, { pricing: PAGE });
        const run = await engine.start('deaf', {}, { maxTotalChargeUsd: 0.2 });
        for await (const line of run.log) if (line.endsWith(' ready')) break;

        await engine.client.run(run.id).charge({ eventName: 'page', count: 3 });
        await clock.advance('35s');

        expect((await run.finished()).statusMessage).toBe(
            'The run is aborted because it was charged $0.3, more than its maxTotalChargeUsd of $0.2.',
        );
    });

    it('is not aborted at exactly its limit', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const run = await startPatient(engine, PAGE, { maxTotalChargeUsd: 0.3 });

        for (let time = 0; time < 3; time++) await engine.client.run(run.id).charge({ eventName: 'page' });
        await clock.advance('1h');

        expect(run.status).toBe('RUNNING');
        expect((await run.charges()).totalUsd).toBe(0.3);
    });

    it('is also aborted for charged items', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const pricing = perEvent({ 'apify-default-dataset-item': 0.01 });
        const run = await startPatient(engine, pricing, { maxTotalChargeUsd: 0.02 });

        await run.dataset.pushItems([{ n: 1 }, { n: 2 }, { n: 3 }]);
        await clock.advance('5s');

        expect((await run.finished()).status).toBe('ABORTED');
    });

    it('continues after a resurrection with a higher limit, and is aborted again with the same', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const run = await startPatient(engine, PAGE, { maxTotalChargeUsd: 0.2 });
        await engine.client.run(run.id).charge({ eventName: 'page', count: 3 });
        await clock.advance('5s');
        await run.finished();

        const richer = await run.resurrect({ maxTotalChargeUsd: 1 });
        await clock.advance('1h');
        const statusWithMore = run.status;
        await run.abort();
        await run.finished();
        await run.resurrect({ maxTotalChargeUsd: 0.25 });
        await waitUntil('the run to be RUNNING', () => run.status === 'RUNNING');
        await clock.advance('1h');

        expect(richer.options.maxTotalChargeUsd).toBe(1);
        expect(statusWithMore).toBe('RUNNING');
        expect((await run.finished()).status).toBe('ABORTED');
        expect((await run.info()).chargedEventCounts).toEqual({ page: 3 });
    });
});

describe('the charge limit of a run', () => {
    it('defaults to that of the Actor', async () => {
        const engine = await makeEngine();
        const source = 'export default () => process.env.ACTOR_MAX_TOTAL_CHARGE_USD;';
        await engine.addActor(
            { name: 'priced', source },
            { pricing: PAGE, defaultRunOptions: { maxTotalChargeUsd: 3 } },
        );

        const byDefault = await engine.call('priced');
        const asTold = await engine.call('priced', {}, { maxTotalChargeUsd: 4 });
        await engine.client.actor('priced').update({ defaultRunOptions: { maxTotalChargeUsd: 5 } });
        const later = await engine.call('priced');

        expect(await Promise.all([byDefault, asTold, later].map((run) => run.output()))).toEqual(['3', '4', '5']);
    });

    it.each([
        [{ maxTotalChargeUsd: 0 }, 'max-total-charge-usd-must-be-greater-than-zero'],
        [{ maxItems: -1 }, 'max-items-must-be-greater-than-zero'],
        [{ maxTotalChargeUsd: '1' as never }, 'invalid-value'],
    ])('is refused as a default of an Actor: %j', async (defaultRunOptions, code) => {
        const engine = await makeEngine();
        const source = { name: 'priced', source: 'export default () => {};' };

        await expect(engine.addActor(source, { defaultRunOptions })).rejects.toMatchObject({ code });
        await engine.addActor(source);
        await expect(engine.client.actor('priced').update({ defaultRunOptions })).rejects.toMatchObject({ code });
    });

    it('is refused below the minimum of the Actor, also for a resurrection', async () => {
        const engine = await makeEngine();
        const pricing = perEvent({ page: 0.1 }, { minimalMaxTotalChargeUsd: 0.5 });
        await engine.addActor({ name: 'priced', source: 'export default () => {};' }, { pricing });
        const refusal = {
            code: 'max-total-charge-usd-below-minimum',
            message: expect.stringContaining('requires at least $0.5'),
        };

        await expect(engine.start('priced', {}, { maxTotalChargeUsd: 0.49 })).rejects.toMatchObject(refusal);
        expect((await engine.client.runs().list()).total).toBe(0);
        const run = await engine.call('priced', {}, { maxTotalChargeUsd: 0.5 });
        await expect(run.resurrect({ maxTotalChargeUsd: 0.1 })).rejects.toMatchObject(refusal);
        expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', options: { maxTotalChargeUsd: 0.5 } });
    });
});

describe('a run of an Actor that is not paid per event', () => {
    it('has no charges without a pricing', async () => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, 'export default () => process.env;'));

        expect(Object.keys(await run.info())).not.toContain('pricingInfo');
        expect(Object.keys(await run.info())).not.toContain('chargedEventCounts');
        expect(await run.charges()).toEqual({ entries: [], chargedEventCounts: {}, totalUsd: 0 });
        expect(await run.output()).toMatchObject({
            APIFY_ACTOR_PRICING_INFO: '{"pricingModel":"FREE"}',
            APIFY_CHARGED_ACTOR_EVENT_COUNTS: '{}',
        });
    });

    it('receives its maximum of paid items', async () => {
        const engine = await makeEngine();
        const pricing: PricingInput = { pricingModel: 'PRICE_PER_DATASET_ITEM', pricePerUnitUsd: 0.001 };
        const source = `export default async ({ Actor }) => {
            await Actor.pushData([{ n: 1 }, { n: 2 }, { n: 3 }]);
            return process.env.ACTOR_MAX_PAID_DATASET_ITEMS;
        };`;
        await engine.addActor({ name: 'per-item', source }, { pricing });

        const run = await engine.call('per-item', {}, { maxItems: 2 });

        expect(await run.output()).toBe('2');
        expect((await run.items()).length).toBe(3);
        expect(await run.info()).toMatchObject({ pricingInfo: pricing, options: { maxItems: 2 }, usageTotalUsd: 0 });
        expect((await run.info()).chargedEventCounts).toBeUndefined();
    });

    it('cannot metamorph into an Actor paid per item', async () => {
        const engine = await makeEngine();
        const run = await startPatient(engine, PAGE);
        const pricing: PricingInput = { pricingModel: 'PRICE_PER_DATASET_ITEM', pricePerUnitUsd: 0.001 };
        await engine.addActor({ name: 'per-item', source: 'export default () => {};' }, { pricing });

        await expect(run.metamorph('per-item')).rejects.toMatchObject({
            code: 'cannot-metamorph-to-pay-per-result-actor',
        });
        expect(run.status).toBe('RUNNING');
    });

    it('keeps its pricing after a metamorph', async () => {
        const engine = await makeEngine();
        const run = await startPatient(engine, PAGE);
        await engine.addActor({
            name: 'other',
            source: `export default async ({ Actor }) => (await Actor.charge({ eventName: 'page' })).chargedCount;`,
        });

        await run.metamorph('other');
        await run.finished();

        expect(await run.output()).toBe(1);
        expect((await run.info()).chargedEventCounts).toEqual({ page: 1 });
    });
});

describe('an invalid pricing', () => {
    it('creates no Actor and does not change an existing one', async () => {
        const engine = await makeEngine();
        const source = { name: 'priced', source: 'export default () => {};' };
        const bad = { pricingModel: 'PER_EVENT' } as unknown as PricingInput;

        await expect(engine.addActor(source, { pricing: bad })).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringContaining('options.pricing.pricingModel'),
        });
        expect(await engine.client.actor('priced').get()).toBeUndefined();
        await engine.addActor(source, { pricing: PAGE });
        await expect(engine.client.actor('priced').update({ title: 'New', pricingInfos: [bad] })).rejects.toMatchObject(
            { code: 'invalid-value' },
        );
        await expect(engine.client.actor('priced').update({ pricingInfos: null as never })).rejects.toMatchObject({
            code: 'invalid-value',
        });

        const actor = await engine.client.actor('priced').get();
        expect(actor?.title).toBeUndefined();
        expect(actor?.pricingInfos).toMatchObject([{ pricingModel: 'PAY_PER_EVENT' }]);
    });
});

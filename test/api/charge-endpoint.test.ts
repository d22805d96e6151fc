import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { perEvent } from '../support/actors/priced-actor.js';
import { connectClient } from './connect-client.js';
import { errorOf, send } from './send.js';
import type { ApifyClient } from 'apify-client';
import type { Client, PricingInput } from 'greenroom';

const SOURCE = `import { Actor } from 'apify'; await Actor.init(); console.log('ready'); setInterval(() => {}, 1000);`;
const PRICING = perEvent({ page: 0.1, 'apify-actor-start': 0.00005 });

/** An active run, and a real client of its engine. */
async function startRun(pricing?: PricingInput): Promise<{ client: Client; remote: ApifyClient; id: string }> {
    const engine = await makeEngine();
    await engine.addActor({ name: 'priced', source: SOURCE }, { pricing });
    const run = await engine.start('priced', {}, { memory: 2048 });
    for await (const line of run.log) if (line.endsWith(' ready')) break;
    return { client: engine.client, remote: connectClient(engine.client), id: run.id };
}

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
    return { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

describe('a run over the API', () => {
    it('is charged, and shows it', async () => {
        const { client, remote, id } = await startRun(PRICING);

        const answer = await remote.run(id).charge({ eventName: 'page', count: 3 });
        await remote.run(id).charge({ eventName: 'page' });

        const run = (await remote.run(id).get())!;
        expect(answer.status).toBe(201);
        expect(answer.data).toEqual({});
        expect(run.chargedEventCounts).toEqual({ page: 4, 'apify-actor-start': 2 });
        expect(run.usageTotalUsd).toBe(0.4001);
        expect(run.pricingInfo).toEqual((await client.run(id).get())?.pricingInfo);
        expect(run.pricingInfo?.startedAt).toBeInstanceOf(Date);
        expect((await remote.runs().list()).items[0]).toMatchObject({ id, usageTotalUsd: 0.4001 });
    });

    it('is charged, with a response without an envelope', async () => {
        const { client, id } = await startRun(PRICING);

        const answer = await send(client, `/actor-runs/${id}/charge`, post({ eventName: 'page', count: 1 }));

        expect(answer).toMatchObject({ status: 201, body: {} });
        expect(Object.keys(answer.body as object)).toEqual([]);
    });

    it('is charged as the last run of its Actor', async () => {
        const { client, id } = await startRun(PRICING);

        const answer = await send(client, '/acts/priced/runs/last/charge', post({ eventName: 'page', count: 2 }));

        expect(answer.status).toBe(201);
        expect((await client.run(id).get())?.chargedEventCounts?.['page']).toBe(2);
    });

    it('is charged once for a key', async () => {
        const { client, remote, id } = await startRun(PRICING);
        const charge = post({ eventName: 'page', count: 2 }, { 'Idempotency-Key': 'by-hand' });

        const statuses = [
            (await remote.run(id).charge({ eventName: 'page', count: 5, idempotencyKey: 'key' })).status,
            (await remote.run(id).charge({ eventName: 'page', count: 5, idempotencyKey: 'key' })).status,
            (await send(client, `/actor-runs/${id}/charge`, charge)).status,
            (await send(client, `/actor-runs/${id}/charge`, charge)).status,
        ];

        expect(statuses).toEqual([201, 201, 201, 201]);
        expect((await client.run(id).get())?.chargedEventCounts?.['page']).toBe(7);
    });

    it.each([
        ['apify-actor-start', 400, 'cannot-charge-apify-event'],
        ['apify-anything', 400, 'cannot-charge-apify-event'],
        ['pages', 404, 'record-not-found'],
        ['constructor', 404, 'record-not-found'],
    ])('is not charged for %s', async (eventName, statusCode, type) => {
        const { client, remote, id } = await startRun(PRICING);

        await expect(remote.run(id).charge({ eventName })).rejects.toMatchObject({ statusCode, type });

        expect((await client.run(id).get())?.chargedEventCounts).toEqual({ page: 0, 'apify-actor-start': 2 });
    });

    it.each([
        ['{"count":1}', 'invalid-value', 'options.eventName'],
        ['{"eventName":"","count":1}', 'invalid-value', 'options.eventName'],
        ['{"eventName":7,"count":1}', 'invalid-value', 'options.eventName'],
        ['{"eventName":"page"}', 'invalid-value', 'body.count'],
        ['{"eventName":"page","count":0}', 'invalid-value', 'options.count'],
        ['{"eventName":"page","count":-1}', 'invalid-value', 'options.count'],
        ['{"eventName":"page","count":1.5}', 'invalid-value', 'options.count'],
        ['{"eventName":"page","count":"1"}', 'invalid-value', 'options.count'],
        ['{"eventName":"page","count":1e400}', 'invalid-value', 'options.count'],
        ['{"eventName":"page","count":null}', 'invalid-value', 'options.count'],
        ['{"eventName":"page","count":1,"price":1}', 'unknown-option', 'price'],
        ['{"eventName":"page","count":1,"idempotencyKey":"k"}', 'unknown-option', 'idempotencyKey'],
        ['["page"]', 'invalid-value', 'body'],
        ['page', 'invalid-value', 'not valid JSON'],
        ['', 'invalid-value', 'no body'],
    ])('is not charged by %s', async (body, type, mentioned) => {
        const { client, id } = await startRun(PRICING);

        const answer = await send(client, `/actor-runs/${id}/charge`, post(body));

        expect(answer.status).toBe(400);
        expect(errorOf(answer)).toMatchObject({ type, message: expect.stringContaining(mentioned) });
        expect((await client.run(id).get())?.chargedEventCounts).toEqual({ page: 0, 'apify-actor-start': 2 });
    });

    it.each<PricingInput | undefined>([undefined, { pricingModel: 'FREE' }])(
        'is not charged where its Actor is not paid per event: %j',
        async (pricing) => {
            const { remote, id } = await startRun(pricing);

            await expect(remote.run(id).charge({ eventName: 'page' })).rejects.toMatchObject({
                statusCode: 400,
                type: 'cannot-charge-non-pay-per-event-actor',
            });
        },
    );

    it('is not charged after its end, or if it does not exist', async () => {
        const { remote, id } = await startRun(PRICING);
        await remote.run(id).abort();
        await remote.run(id).waitForFinish();

        await expect(remote.run(id).charge({ eventName: 'page' })).rejects.toMatchObject({ type: 'job-finished' });
        await expect(remote.run('missing').charge({ eventName: 'page' })).rejects.toMatchObject({ statusCode: 404 });
    });

    it('may have a minimum charge', async () => {
        const { client, remote } = await startRun(perEvent({ page: 0.1 }, { minimalMaxTotalChargeUsd: 0.5 }));

        const zero = send(client, '/acts/priced/runs?maxTotalChargeUsd=0', { method: 'POST' });
        const none = send(client, '/acts/priced/runs?maxItems=0', { method: 'POST' });
        const little = remote.actor('priced').start({}, { maxTotalChargeUsd: 0.1 });

        expect(errorOf(await zero).type).toBe('max-total-charge-usd-must-be-greater-than-zero');
        expect(errorOf(await none).type).toBe('max-items-must-be-greater-than-zero');
        await expect(little).rejects.toMatchObject({ statusCode: 400, type: 'max-total-charge-usd-below-minimum' });
        expect((await remote.runs().list()).total).toBe(1);
    });
});

describe('the pricing of an Actor over the API', () => {
    it('is set as on the platform, for later runs', async () => {
        const { client, remote, id } = await startRun();
        const foobar = { eventTitle: 'Foo bar', eventDescription: 'Foo foo bar bar', eventPriceUsd: 0.1 };
        const pricingInfos = [{ pricingModel: 'PAY_PER_EVENT', pricingPerEvent: { actorChargeEvents: { foobar } } }];

        const updated = await remote.actor('priced').update({ pricingInfos } as object);
        const run = await remote.actor('priced').start();
        const refused = await send(client, '/acts/priced', {
            method: 'PUT',
            body: JSON.stringify({ pricingInfos: [{ pricingModel: 'PAY_PER_EVENT' }] }),
        });

        expect(updated.pricingInfos).toMatchObject(pricingInfos);
        expect(updated.pricingInfos?.[0]?.startedAt).toBeInstanceOf(Date);
        expect(run.pricingInfo).toEqual(updated.pricingInfos?.[0]);
        expect(run.chargedEventCounts).toEqual({ foobar: 0 });
        expect((await remote.run(id).get())?.pricingInfo).toBeUndefined();
        expect(errorOf(refused)).toMatchObject({
            type: 'invalid-value',
            message: expect.stringContaining('fields.pricingInfos[0].pricingPerEvent'),
        });
        expect((await remote.actor('priced').get())?.pricingInfos).toEqual(updated.pricingInfos);
    });
});

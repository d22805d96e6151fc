import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { perEvent } from '../../support/actors/priced-actor.js';
import { tempDir } from '../../support/files/temp-dir.js';
import { connectClient } from '../connect-client.js';
import { errorOf, send } from '../send.js';
import type { ActorFunctionContext, Engine, EngineOptions } from 'greenroom';

async function withWorker(options?: EngineOptions): Promise<Engine> {
    const engine = await makeEngine(options);
    await engine.addActor(
        {
            name: 'worker',
            run: async ({ Actor }: ActorFunctionContext) => {
                await Actor.pushData([{ n: 1 }, { n: 2 }]);
                await Actor.charge({ eventName: 'page', count: 3 });
            },
        },
        { pricing: perEvent({ page: 0.1 }) },
    );
    return engine;
}

describe('the usage of a month', () => {
    it('is that of the runs started in it, day by day', async () => {
        const clock = new ManualClock(Date.parse('2026-05-31T23:00:00Z'));
        const engine = await withWorker({ clock });
        const remote = connectClient(engine.client);
        await engine.call('worker');
        await clock.advance('2h');
        await engine.call('worker');
        await clock.advance('3d');
        for (let run = 0; run < 2; run += 1) await engine.call('worker');

        const june = (await remote.user().monthlyUsage())!;
        const may = await engine.client.user().monthlyUsage({ date: '2026-05-15' });

        expect(june).toEqual(await engine.client.user().monthlyUsage());
        expect(june.usageCycle).toEqual({
            startAt: new Date('2026-06-01T00:00:00.000Z'),
            endAt: new Date('2026-06-30T23:59:59.999Z'),
        });
        expect(june.monthlyServiceUsage).toMatchObject({
            DATASET_WRITES: { quantity: 6, baseAmountUsd: 0 },
            PAID_ACTORS_PER_EVENT: { quantity: 9, baseAmountUsd: 0.9, baseUnitPriceUsd: 0.1 },
        });
        expect(june.dailyServiceUsages).toMatchObject([
            {
                date: new Date('2026-06-01'),
                totalUsageCreditsUsd: 0.3,
                serviceUsage: { DATASET_WRITES: { quantity: 2 } },
            },
            {
                date: new Date('2026-06-04'),
                totalUsageCreditsUsd: 0.6,
                serviceUsage: { DATASET_WRITES: { quantity: 4 } },
            },
        ]);
        expect(june.totalUsageCreditsUsdAfterVolumeDiscount).toBe(0.9);
        expect(may).toMatchObject({
            usageCycle: { startAt: new Date('2026-05-01') },
            monthlyServiceUsage: { DATASET_WRITES: { quantity: 2 } },
            totalUsageCreditsUsdBeforeVolumeDiscount: 0.3,
        });
    });

    it('is empty without runs, and rejects invalid days', async () => {
        const { client } = await makeEngine();

        const { body } = await send(client, '/users/me/usage/monthly?date=2020-02-03');
        const refused = await send(client, '/users/me/usage/monthly?date=yesterday');

        expect(body).toMatchObject({
            data: {
                usageCycle: { startAt: '2020-02-01T00:00:00.000Z' },
                monthlyServiceUsage: {},
                dailyServiceUsages: [],
            },
        });
        expect(refused.status).toBe(400);
        expect(errorOf(refused).message).toContain('date');
    });
});

describe('the limits of the user', () => {
    it('are those of the engine, with their current use', async () => {
        const engine = await withWorker({ maxConcurrentRuns: 3, maxTotalMemoryMbytes: 2048, dataRetentionDays: 5 });
        await engine.addActor({
            name: 'waits',
            run: ({ signal }: ActorFunctionContext) =>
                new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
        });
        await engine.call('worker');
        await engine.start('waits', undefined, { memory: 512 });

        const limits = (await connectClient(engine.client).user().limits())!;

        expect(limits).toEqual(await engine.client.user().limits());
        expect(limits).toMatchObject({
            limits: { maxConcurrentActorJobs: 3, maxActorMemoryGbytes: 2, dataRetentionDays: 5 },
            current: { actorCount: 2, activeActorJobCount: 1, actorMemoryGbytes: 0.5, monthlyUsageUsd: 0.3 },
        });
        const { monthlyUsageCycle } = limits;
        expect(monthlyUsageCycle).toEqual((await engine.client.user().monthlyUsage()).usageCycle);
    });

    it('can be changed, and persist', async () => {
        const storageDir = await tempDir('greenroom-limits-');
        const engine = await makeEngine({ storageDir });
        const me = connectClient(engine.client).user();

        await me.updateLimits({ maxMonthlyUsageUsd: 12.5 });
        await me.updateLimits({ dataRetentionDays: 30 });
        await engine.close();
        const again = await makeEngine({ storageDir });

        const { limits } = await again.client.user().limits();
        expect(limits).toMatchObject({ maxMonthlyUsageUsd: 12.5, dataRetentionDays: 30 });
    });

    it('delete old data after a change', async () => {
        const clock = new ManualClock();
        const { client } = await makeEngine({ clock });
        const { id } = await client.datasets().getOrCreate();
        await clock.advance('8d');

        expect(await client.dataset(id).get()).toBeDefined();
        await client.user().updateLimits({ dataRetentionDays: 7 });
        await clock.advance('1h');

        expect(await client.dataset(id).get()).toBeUndefined();
    });

    it.each([
        [{ maxMonthlyUsageUsd: -1 }, 'maxMonthlyUsageUsd'],
        [{ dataRetentionDays: 0 }, 'dataRetentionDays'],
        [{ dataRetentionDays: 1.5 }, 'dataRetentionDays'],
        [{ maxActorCount: 5 }, 'maxActorCount'],
    ])('are rejected if invalid: %j', async (limits, name) => {
        const { client } = await makeEngine();

        const answer = await send(client, '/users/me/limits', { method: 'PUT', body: JSON.stringify(limits) });

        expect(answer.status).toBe(400);
        expect(errorOf(answer).message).toContain(name);
        expect((await client.user().limits()).limits.maxMonthlyUsageUsd).toBe(999_999_999);
    });
});

describe('a user', () => {
    it('sees more of itself than others do', async () => {
        const { client } = await makeEngine();
        const remote = connectClient(client);

        const me = await remote.user().get();
        const seen = await remote.user('local').get();

        expect(me).toEqual(await client.user().get());
        expect(me).toMatchObject({ isPaying: true, plan: { id: 'LOCAL' }, proxy: { groups: [] } });
        expect(me.effectivePlatformFeatures).toMatchObject({
            ACTORS: { isEnabled: true },
            PROXY_SERPS: { isEnabled: false },
        });
        expect(seen).toEqual({ id: me.id, username: 'local', profile: {} });
    });

    it('is asked from inside an Actor', async () => {
        const engine = await makeEngine();
        const source = `import { Actor } from 'apify';
            await Actor.init();
            const me = Actor.apifyClient.user();
            await me.updateLimits({ maxMonthlyUsageUsd: 7 });
            const { items } = await Actor.apifyClient.store().list({ search: 'under' });
            await Actor.pushData({
                limit: (await me.limits()).limits.maxMonthlyUsageUsd,
                writes: (await me.monthlyUsage()).monthlyServiceUsage.DATASET_WRITES.quantity,
                found: items.map(({ name }) => name),
            });
            await Actor.exit();`;
        await addSource(engine, source);
        await engine.client.actor('under-test').update({ isPublic: true });

        const run = await engine.call('under-test');

        expect(await run.items()).toEqual([{ limit: 7, writes: 0, found: ['under-test'] }]);
    });
});

describe('the Store', () => {
    async function withActors() {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const add = async (name: string, fields: object, pricing?: ReturnType<typeof perEvent>) => {
            await clock.advance('1m');
            await engine.addActor({ name, run: async () => {} }, { isPublic: true, pricing });
            await engine.client.actor(name).update(fields);
        };
        await add('maps', { title: 'Maps Scraper', description: 'Finds places.' });
        await add('shops', { description: 'A scraper of shops on maps.' }, perEvent({ page: 0.1 }));
        await add('apify/mailer', {});
        await add('secret-scraper', { isPublic: false });
        await engine.call('shops');
        const remote = connectClient(engine.client);
        const names = async (options: object) => (await remote.store().list(options)).items.map(({ name }) => name);
        return { engine, remote, names };
    }

    it('has the public Actors of the engine', async () => {
        const { engine, remote } = await withActors();

        const page = await remote.store().list({ limit: 2, offset: 1 });
        const all = [];
        for await (const { name } of engine.client.store().list({ chunkSize: 1 })) all.push(name);

        expect(page).toEqual(await engine.client.store().list({ limit: 2, offset: 1 }));
        expect(page).toMatchObject({ total: 3, count: 2, offset: 1, limit: 2 });
        expect(page.items[0]).toMatchObject({
            name: 'shops',
            username: 'local',
            title: 'shops',
            currentPricingInfo: { pricingModel: 'PAY_PER_EVENT' },
            stats: { totalRuns: 1 },
        });
        expect(all).toEqual(['maps', 'shops', 'mailer']);
    });

    it.each([
        [{ search: 'scraper' }, ['maps', 'shops']],
        [{ search: 'MAPS scraper' }, ['maps', 'shops']],
        [{ search: 'shops' }, ['shops']],
        [{ search: 'nothing of the kind' }, []],
        [{ username: 'apify' }, ['mailer']],
        [{ pricingModel: 'PAY_PER_EVENT' }, ['shops']],
        [{ pricingModel: 'FREE' }, ['maps', 'mailer']],
        [{ category: 'AI' }, []],
        [{ sortBy: 'popularity' }, ['shops', 'maps', 'mailer']],
        [{ sortBy: 'newest' }, ['mailer', 'shops', 'maps']],
    ])('is searched by %j', async (options, expected) => {
        const { names } = await withActors();

        expect(await names(options)).toEqual(expected);
    });

    it('is short for language models, and validates the format', async () => {
        const { engine } = await withActors();

        const { body } = await send(engine.client, '/store?responseFormat=agent&limit=1');
        const refused = await send(engine.client, '/store?sortBy=beauty');
        const forAgents = await send(engine.client, '/store?allowsAgenticUsers=true');

        const [item] = (body as { data: { items: object[] } }).data.items;
        expect(Object.keys(item!)).toEqual(['id', 'title', 'name', 'username', 'description', 'stats']);
        expect(refused.status).toBe(400);
        expect(forAgents.body).toMatchObject({ data: { total: 0 } });
    });
});

describe('the tools', () => {
    it.each(['GET', 'POST', 'PUT', 'DELETE', 'PATCH'])('show a request as it came: %s', async (method) => {
        const { client } = await makeEngine();
        const body = method === 'GET' ? undefined : 'four';

        const answer = await send(client, '/browser-info?rawHeaders=1', { method, body, headers: { 'x-odd': 'yes' } });
        const bare = await send(client, '/browser-info?skipHeaders=true', { method, body });

        expect(answer.body).toMatchObject({
            method,
            clientIp: null,
            bodyLength: body?.length ?? 0,
            headers: { 'x-odd': 'yes' },
        });
        expect((answer.body as { rawHeaders: string[] }).rawHeaders).toContain('x-odd');
        expect(Object.keys(bare.body as object)).toEqual(['method', 'clientIp', 'countryCode', 'bodyLength']);
    });

    it('sign a value and read it again', async () => {
        const { client } = await makeEngine();
        const post = (path: string, body: unknown) =>
            send(client, `/tools/${path}`, { method: 'POST', body: JSON.stringify(body) });

        const signed = await post('encode-and-sign', { secret: 'plan', list: [1] });
        const { encoded } = (signed.body as { data: { encoded: string } }).data;
        const read = await post('decode-and-verify', { encoded });

        const { id } = await client.user().get();
        expect(read.body).toEqual({
            data: { decoded: { secret: 'plan', list: [1] }, encodedByUserId: id, isVerifiedUser: false },
        });
    });

    it('reject values signed elsewhere', async () => {
        const [{ client }, other] = await Promise.all([makeEngine(), makeEngine()]);
        const foreign = await other.client.user().encodeAndSign({ n: 1 });
        const own = await client.user().encodeAndSign({ n: 1 });
        const changed = Buffer.from(Buffer.from(own, 'base64').toString().replace(':1', ':2')).toString('base64');

        for (const encoded of [foreign, changed, 'bm90aGluZw==', '!']) {
            const body = JSON.stringify({ encoded });
            const answer = await send(client, '/tools/decode-and-verify', { method: 'POST', body });
            expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-signature' } } });
        }
        const answer = await send(client, '/tools/encode-and-sign', { method: 'POST', body: '[1]' });
        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-value' } } });
    });
});

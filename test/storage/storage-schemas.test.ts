import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { addSchemaActor } from '../support/actors/schema-actor.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { EngineOptions } from 'greenroom';

const FIELDS = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
const STORAGES = {
    dataset: { actorSpecification: 1, fields: FIELDS },
    keyValueStore: {
        collections: { stats: { title: 'Statistics', key: 'STATS', jsonSchema: { required: ['count'] } } },
    },
};

/** Pushes many valid items one by one, enough for direct writes, with invalid ones among them. */
const PUSHES = `import { Actor } from 'apify';
    await Actor.init();
    const errors = [];
    const record = ({ name, type, message, data }) => errors.push({ name, type, message, data });
    for (let n = 0; n < 100; n++) {
        await Actor.pushData({ n });
        if (n % 25 === 0) await Actor.pushData([{ n: 1000 }, { n: 'x' + n }]).catch(record);
    }
    await Actor.setValue('STATS', { wrong: 1 }).catch(record);
    await Actor.setValue('STATS', { count: 1 });
    await Actor.setValue('OUTPUT', errors);
    await Actor.exit();`;

const INVALID_ITEMS = [
    {
        itemPosition: 1,
        validationErrors: [
            {
                instancePath: '/n',
                schemaPath: '#/properties/n/type',
                keyword: 'type',
                params: { type: 'number' },
                message: 'must be number',
            },
        ],
    },
];

describe.each<[string, () => Promise<EngineOptions>]>([
    ['in memory', async () => ({})],
    ['in files', async () => ({ storageDir: await tempDir() })],
    ['in a pooled thread', async () => ({ isolation: 'pooled' })],
    ['in a process', async () => ({ isolation: 'process' })],
])('storages with schemas, %s', (_where, options) => {
    it('refuse data of an Actor that does not match', async () => {
        const engine = await makeEngine(await options());
        const name = await addSchemaActor(engine, { definition: { storages: STORAGES }, main: PUSHES });

        const run = await engine.call(name);

        const items = await run.items();
        const errors = (await run.output()) as { type: string; data: { invalidItems?: unknown } }[];
        expect(run.status).toBe('SUCCEEDED');
        expect(items).toEqual(Array.from({ length: 100 }, (_, n) => ({ n })));
        expect(errors.map(({ type }) => type)).toEqual(Array.from({ length: 5 }, () => 'schema-validation-error'));
        expect(errors[0]?.data.invalidItems).toEqual(INVALID_ITEMS);
        expect((await run.keyValueStore.getRecord('STATS'))?.value).toEqual({ count: 1 });
    });
});

describe('storages with schemas and the SDK of the platform', () => {
    it('refuse data that does not match, with the errors of the platform', async () => {
        const engine = await makeEngine();
        const actorJson = { actorSpecification: 1, name: 'sdk', version: '0.0', storages: STORAGES };
        const name = await addSdkActor(engine, {
            'main.js': PUSHES,
            '.actor/actor.json': JSON.stringify({ ...actorJson, name: 'sdk-actor' }),
        });

        const run = await engine.call(name);

        const errors = (await run.output()) as { name: string }[];
        expect(run.status).toBe('SUCCEEDED');
        expect((await run.items()).length).toBe(100);
        expect(errors).toHaveLength(5);
        expect(errors[0]).toMatchObject({
            name: 'ApifyApiError',
            type: 'schema-validation-error',
            message: 'Schema validation failed',
            data: { invalidItems: INVALID_ITEMS },
        });
    });
});

describe('an Actor with several datasets', () => {
    const DATASETS = { default: { fields: FIELDS }, pages: { fields: { type: 'object', required: ['url'] } } };
    const main = `import { Actor } from 'apify';
        await Actor.init();
        const pages = await Actor.openDataset({ alias: 'pages' });
        for (let n = 0; n < 10; n++) await pages.pushData({ url: 'https://example.com/' + n });
        await Actor.pushData({ n: 1 });
        await pages.pushData({ n: 1 }).catch(({ type }) => Actor.setValue('OUTPUT', { refused: type }));
        await Actor.exit();`;

    it.each(['built-in', 'platform'])('has each of them, with its own schema, with the SDK: %s', async (sdk) => {
        const engine = await makeEngine();
        const definition = { storages: { datasets: DATASETS } };
        const actorJson = JSON.stringify({ actorSpecification: 1, name: 'several', version: '0.0', ...definition });
        const name =
            sdk === 'built-in'
                ? await addSchemaActor(engine, { definition, main })
                : await addSdkActor(engine, { 'main.js': main, '.actor/actor.json': actorJson });

        const run = await engine.call(name);
        const { storageIds, defaultDatasetId } = await run.info();

        expect(run.status).toBe('SUCCEEDED');
        expect(await run.items()).toEqual([{ n: 1 }]);
        expect(await run.output()).toEqual({ refused: 'schema-validation-error' });
        expect(Object.keys(storageIds.datasets)).toEqual(['default', 'pages']);
        expect(storageIds.datasets.default).toBe(defaultDatasetId);
        const pages = engine.client.dataset(storageIds.datasets['pages']!);
        expect((await pages.listItems()).total).toBe(10);

        await engine.client.run(run.id).delete();

        expect(await pages.get()).toBeUndefined();
    });
});

describe('a dataset with direct writes', () => {
    it('validates items after it got a schema in the meantime', async () => {
        const engine = await makeEngine();
        const main = `import { Actor } from 'apify';
            await Actor.init();
            for (let n = 0; ; n++) await Actor.pushData({ n });`;
        const run = await engine.start(await addSchemaActor(engine, { main }));
        while ((await run.info()).stats.datasetItems < 1000) await new Promise((resolve) => setImmediate(resolve));

        await run.dataset.update({ schema: { fields: { required: ['other'] } } });
        const { total } = await run.dataset.listItems({ limit: 1 });
        await run.finished();

        expect(run.status).toBe('FAILED');
        expect(await run.log.text()).toContain('Schema validation failed');
        expect((await run.items()).length).toBe(total);
    });
});

import { describe, expect, it } from 'vitest';
import { makeEngine, addSource } from '../support/make-engine.js';
import { perEvent } from '../support/actors/priced-actor.js';
import { schemaFiles } from '../support/actors/schema-actor.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { Engine, RunSeed, StoragesSeed } from 'greenroom';

const media = [
    { name: 'in memory', open: () => makeEngine() },
    { name: 'on disk', open: async () => makeEngine({ storageDir: await tempDir() }) },
];

const READS_ALL = `import { Actor } from 'apify';
    await Actor.init();
    const dataset = await Actor.openDataset();
    const queue = await Actor.openRequestQueue();
    const first = await queue.fetchNextRequest();
    const again = await queue.addRequest({ url: 'https://example.com/A/?utm_source=x' });
    await Actor.setValue('SEEN', {
        items: (await dataset.getData()).items,
        state: await Actor.getValue('STATE'),
        input: await Actor.getInput(),
        first: first && { url: first.url, label: first.userData.label },
        wasAlreadyPresent: again.wasAlreadyPresent,
    });
    await Actor.exit();`;

const SEED: RunSeed = {
    items: [{ n: 1 }, { n: 2 }],
    records: { STATE: { page: 3 }, INPUT: { from: 'seed' }, picture: Buffer.from([1, 2]) },
    requests: ['https://example.com/A', { url: 'https://example.com/b', userData: { label: 'B' } }],
};

async function totals({ client }: Engine): Promise<number[]> {
    const lists = [client.datasets(), client.keyValueStores(), client.requestQueues()];
    return Promise.all(lists.map(async (list) => (await list.list({ unnamed: true })).total));
}

describe.each(media)('the seed of a run $name', ({ open }) => {
    it('exists before the first line of the Actor, and is not counted as usage', async () => {
        const engine = await open();
        await engine.addActor(
            { name: 'reads-all', source: READS_ALL },
            { pricing: perEvent({ 'apify-default-dataset-item': 1 }) },
        );

        const run = await engine.call('reads-all', undefined, { seed: SEED });

        expect((await run.keyValueStore.getRecord('SEEN'))?.value).toEqual({
            items: [{ n: 1 }, { n: 2 }],
            state: { page: 3 },
            input: { from: 'seed' },
            first: { url: 'https://example.com/A' },
            wasAlreadyPresent: true,
        });
        expect((await run.keyValueStore.getRecord('picture'))?.value).toEqual(Buffer.from([1, 2]));
        expect((await run.charges()).totalUsd).toBe(0);
        const { usage } = await run.info();
        expect([usage.DATASET_WRITES, usage.KEY_VALUE_STORE_WRITES]).toEqual([0, 1]);
    });

    it('does not replace the input', async () => {
        const engine = await open();
        await addSource(engine, READS_ALL);

        const run = await engine.call('under-test', { from: 'caller' }, { seed: SEED });

        expect((await run.keyValueStore.getRecord('SEEN'))?.value).toMatchObject({ input: { from: 'caller' } });
    });

    it('can be set for a start of a task', async () => {
        const engine = await open();
        await engine.addActor({ name: 'idle', run: () => undefined });
        await engine.client.tasks().create({ actId: 'idle', name: 'my-task' });

        const { defaultDatasetId } = await engine.client.task('my-task').call({}, { seed: { items: [{ n: 1 }] } });
        const run = await engine.start('idle', {}, { seed: { items: [{ n: 2 }] } });

        expect((await engine.client.dataset(defaultDatasetId).listItems()).items).toEqual([{ n: 1 }]);
        expect(await run.items()).toEqual([{ n: 2 }]);
    });

    it.each<[string, unknown, string, RegExp]>([
        ['an unknown kind', { item: [] }, 'unknown-option', /items/],
        ['invalid items', { items: [1] }, 'invalid-value', /options\.seed\.items\[0\]/],
        ['items that are not an array', { items: { n: 1 } }, 'invalid-value', /array/],
        ['an invalid key', { records: { 'a/b': 1 } }, 'invalid-record-key', /a\/b/],
        ['a value that JSON cannot represent', { records: { a: () => 1 } }, 'invalid-value', /JSON/],
        ['a request without a URL', { requests: [{ userData: {} }] }, 'invalid-request', /requests\[0\]/],
        ['an oversized item', { items: [{ a: 'x'.repeat(9_500_000) }] }, 'request-too-large', /bytes/],
        ['null', null, 'invalid-value', /options/],
    ])('is rejected with %s, and creates nothing', async (_description, seed, code, message) => {
        const engine = await open();
        await engine.addActor({ name: 'idle', run: () => undefined });

        const started = engine.start('idle', {}, { seed: seed as RunSeed });

        await expect(started).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
        expect(await totals(engine)).toEqual([0, 0, 0]);
        expect((await engine.client.runs().list()).total).toBe(0);
    });

    it('is rejected if it does not match the dataset schema of the Actor', async () => {
        const engine = await open();
        const fields = { type: 'object', properties: { n: { type: 'number' } } };
        const dataset = { actorSpecification: 1, fields, views: {} };
        const sourceFiles = schemaFiles({ name: 'strict', definition: { storages: { dataset } }, main: '' });
        await engine.addActor({ name: 'strict', sourceFiles });

        const started = engine.start('strict', {}, { seed: { items: [{ n: 'text' }] } });

        await expect(started).rejects.toMatchObject({ code: 'schema-validation-error' });
        expect(await totals(engine)).toEqual([0, 0, 0]);
    });

    it('is an ordinary input property in the one-argument form', async () => {
        const engine = await open();
        await engine.addActor({ name: 'tells', run: ({ input }) => input });

        const run = await engine.call('tells', { input: 1, seed: 42 });

        expect(await run.output()).toEqual({ input: 1, seed: 42 });
    });
});

describe.each(media)('the seed of named storages $name', ({ open }) => {
    it('creates missing storages, and adds to existing ones', async () => {
        const engine = await open();
        const seed: StoragesSeed = {
            datasets: { products: [{ sku: 'a' }] },
            keyValueStores: { config: { SETTINGS: { depth: 2 }, note: 'text', bytes: new Uint8Array([1]) } },
            requestQueues: { todo: ['https://example.com/a', { url: 'https://example.com/b', method: 'POST' }] },
        };

        await engine.storages.seed(seed);
        await engine.storages.seed({ ...seed, keyValueStores: { config: { note: 'other' } } });

        const { client } = engine;
        expect((await client.dataset('products').listItems()).items).toEqual([{ sku: 'a' }, { sku: 'a' }]);
        const config = client.keyValueStore('config');
        expect((await config.getRecord('SETTINGS'))?.value).toEqual({ depth: 2 });
        expect(await config.getRecord('note')).toMatchObject({ value: 'other' });
        expect((await config.getRecord('bytes'))?.value).toEqual(Buffer.from([1]));
        const { items } = await client.requestQueue('todo').listHead();
        expect(items.map(({ url, method }) => [url, method])).toEqual([
            ['https://example.com/a', 'GET'],
            ['https://example.com/b', 'POST'],
        ]);
    });

    it('accepts 100,000 items and 1,000 requests', async () => {
        const engine = await open();
        const items = Array.from({ length: 100_000 }, (_, n) => ({ n, text: 'x'.repeat(50) }));
        const todo = Array.from({ length: 1000 }, (_, n) => `https://example.com/${n}`);

        await engine.storages.seed({ datasets: { many: items }, requestQueues: { todo } });

        expect((await engine.client.dataset('many').get())?.itemCount).toBe(100_000);
        expect((await engine.client.requestQueue('todo').get())?.totalRequestCount).toBe(1000);
    });

    it.each<[string, unknown, string, RegExp]>([
        ['an invalid name', { datasets: { 'a b': [] } }, 'invalid-value', /^A name in `seed\.datasets` is 'a b'/],
        ['an unknown kind', { dataset: { a: [] } }, 'unknown-option', /Did you mean `datasets`\?/],
        ['an array instead of names', { datasets: [{}] }, 'invalid-value', /names of storages/],
        ['a number instead of items', { datasets: { a: 5 } }, 'invalid-value', /^`seed\.datasets\.a` is 5/],
        [
            'an invalid value at its end',
            { datasets: { a: [{}] }, requestQueues: { b: [1] } },
            'invalid-request',
            /^`seed\.requestQueues\.b\[0\]` is 1/,
        ],
    ])('is rejected with %s, and creates nothing', async (_description, seed, code, message) => {
        const engine = await open();

        await expect(engine.storages.seed(seed as StoragesSeed)).rejects.toMatchObject({
            code,
            message: expect.stringMatching(message),
        });

        expect(await totals(engine)).toEqual([0, 0, 0]);
    });
});

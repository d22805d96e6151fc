import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { makeClient } from './fake-services.js';
import type { Client } from '../../src/model/client/client.js';
import type { RequestQueueClient } from '../../src/model/client/storage.js';

describe('a storage that does not exist', () => {
    it('is undefined for reads, and its deletion is not an error', async () => {
        const { client } = await makeClient();

        await expect(client.dataset('missing').get()).resolves.toBeUndefined();
        await expect(client.dataset('missing').delete()).resolves.toBeUndefined();
        await expect(client.keyValueStore('missing').getRecord('a')).resolves.toBeUndefined();
        await expect(client.keyValueStore('missing').recordExists('a')).resolves.toBe(false);
        await expect(client.requestQueue('missing').getRequest('abc')).resolves.toBeUndefined();
    });

    const calls: [string, (client: Client) => Promise<unknown>][] = [
        ['dataset.update', (client) => client.dataset('missing').update({ name: 'a' })],
        ['dataset.pushItems', (client) => client.dataset('missing').pushItems({})],
        ['dataset.listItems', (client) => client.dataset('missing').listItems()],
        ['dataset.downloadItems', (client) => client.dataset('missing').downloadItems('json')],
        ['keyValueStore.listKeys', (client) => client.keyValueStore('missing').listKeys()],
        ['keyValueStore.setRecord', (client) => client.keyValueStore('missing').setRecord({ key: 'a', value: 1 })],
        ['keyValueStore.deleteRecord', (client) => client.keyValueStore('missing').deleteRecord('a')],
        ['requestQueue.addRequest', (client) => client.requestQueue('missing').addRequest({ url: 'https://a.com' })],
        ['requestQueue.listHead', (client) => client.requestQueue('missing').listHead()],
        ['requestQueue.listRequests', (client) => client.requestQueue('missing').listRequests()],
    ];
    it.each(calls)('is rejected by %s', async (_name, call) => {
        const { client } = await makeClient();

        await expect(call(client)).rejects.toMatchObject({ code: 'record-not-found', statusCode: 404 });
    });
});

describe('the storages of one kind', () => {
    it('are created once by name, and found by it', async () => {
        const { client } = await makeClient();

        const first = await client.datasets().getOrCreate('products');
        const second = await client.datasets().getOrCreate('products');

        expect(second.id).toBe(first.id);
        for (const reference of [first.id, 'products', 'me/products', '~products']) {
            await expect(client.dataset(reference).get()).resolves.toMatchObject({ id: first.id });
        }
    });

    it('are listed over all pages, with or without unnamed ones', async () => {
        const { client } = await makeClient();
        for (const name of ['a', 'b', 'c']) await client.keyValueStores().getOrCreate(name);
        await client.keyValueStores().getOrCreate();

        const page = await client.keyValueStores().list({ limit: 2 });
        const names = await collect(client.keyValueStores().list({ chunkSize: 1 }), ({ name }) => name);

        expect(page).toMatchObject({ total: 3, count: 2, unnamed: false });
        expect(names).toEqual(['a', 'b', 'c']);
        await expect(client.keyValueStores().list({ unnamed: true })).resolves.toMatchObject({ total: 4 });
        await expect(client.keyValueStores().list({ ownership: 'sharedWithMe' })).resolves.toMatchObject({ total: 0 });
    });

    it('keep the schema with which they were created', async () => {
        const { client } = await makeClient();
        const schema = { fields: { required: ['n'] } };

        await client.datasets().getOrCreate('a', { schema });
        await client.datasets().getOrCreate('a', { schema: { fields: {} } });

        await expect(client.dataset('a').get()).resolves.toMatchObject({ schema });
        await expect(client.dataset('a').pushItems({})).rejects.toMatchObject({ code: 'schema-validation-error' });
    });

    it('require a non-empty id', async () => {
        const { client } = await makeClient();

        expect(() => client.dataset('')).toThrow('`id`');
        expect(() => client.keyValueStore(undefined as never)).toThrow('`id`');
    });
});

describe('the items of a dataset', () => {
    it('are all on one page without a limit', async () => {
        const { client, dataset } = await makeDataset(1500);

        const page = await dataset.listItems();

        expect(page.items).toHaveLength(1500);
        expect(page).toMatchObject({ total: 1500, offset: 0, count: 1500, desc: false });
        await expect(client.dataset(dataset.id).listItems({ limit: 2 })).resolves.toMatchObject({ count: 2, limit: 2 });
    });

    it.each([
        { options: {}, expected: [0, 1, 2, 3, 4, 5, 6] },
        { options: { chunkSize: 2 }, expected: [0, 1, 2, 3, 4, 5, 6] },
        { options: { limit: 0, chunkSize: 3 }, expected: [0, 1, 2, 3, 4, 5, 6] },
        { options: { limit: 3 }, expected: [0, 1, 2] },
        { options: { limit: 3, chunkSize: 2, offset: 1 }, expected: [1, 2, 3] },
        { options: { limit: 100, offset: 5 }, expected: [5, 6] },
        { options: { offset: 100 }, expected: [] },
        { options: { desc: true, limit: 3, chunkSize: 1 }, expected: [6, 5, 4] },
    ])('are $expected when iterated with $options', async ({ options, expected }) => {
        const { dataset } = await makeDataset(7);

        await expect(collect(dataset.listItems(options), ({ n }) => n)).resolves.toEqual(expected);
    });

    it('can be iterated twice over the same list', async () => {
        const { dataset } = await makeDataset(5);
        const list = dataset.listItems({ limit: 4, chunkSize: 2 });

        await expect(collect(list, ({ n }) => n)).resolves.toEqual([0, 1, 2, 3]);
        await expect(collect(list, ({ n }) => n)).resolves.toEqual([0, 1, 2, 3]);
    });

    it('are each returned once if pages skip some of them', async () => {
        const { client } = await makeClient();
        const { id } = await client.datasets().getOrCreate();
        await client.dataset(id).pushItems([{ n: 0 }, {}, {}, { n: 3 }, {}, { n: 5 }]);

        const seen = await collect(client.dataset(id).listItems({ skipEmpty: true, chunkSize: 2 }), ({ n }) => n);

        expect(seen).toEqual([0, 3, 5]);
    });

    it('are written as a file', async () => {
        const { dataset } = await makeDataset(2);

        const file = await dataset.downloadItems('json');

        expect(JSON.parse(file.toString())).toEqual([{ n: 0 }, { n: 1 }]);
    });

    it('are not listed with unknown options', async () => {
        const { dataset } = await makeDataset(1);

        expect(() => dataset.listItems({ ofset: 1 } as object)).toThrow('Did you mean `offset`?');
        await expect(dataset.downloadItems('cvs' as never)).rejects.toMatchObject({ code: 'invalid-value' });
    });
});

describe('the records of a key-value store', () => {
    it('are returned as they were set', async () => {
        const { store } = await makeStore();

        await store.setRecord({ key: 'json', value: { a: 1 } });
        await store.setRecord({ key: 'text', value: 'hello' });
        await store.setRecord({ key: 'stream', value: Readable.from(['a', 'b']), contentType: 'text/csv' });

        await expect(store.getRecord('json')).resolves.toEqual({
            key: 'json',
            value: { a: 1 },
            contentType: 'application/json; charset=utf-8',
        });
        await expect(store.getRecord('text')).resolves.toMatchObject({ value: 'hello' });
        await expect(store.getRecord('stream')).resolves.toMatchObject({ value: 'ab', contentType: 'text/csv' });
        await expect(store.getRecord('json', { buffer: true })).resolves.toMatchObject({
            value: Buffer.from('{\n  "a": 1\n}'),
        });
    });

    it('can be streamed', async () => {
        const { store } = await makeStore();
        await store.setRecord({ key: 'a', value: 'hello' });

        const record = await store.getRecord('a', { stream: true });

        const chunks = await record!.value.toArray();
        expect(Buffer.concat(chunks as Buffer[]).toString()).toBe('hello');
    });

    it('are undefined if they do not exist, and deleting them is not an error', async () => {
        const { store } = await makeStore();

        await expect(store.getRecord('missing')).resolves.toBeUndefined();
        await expect(store.recordExists('missing')).resolves.toBe(false);
        await expect(store.deleteRecord('missing')).resolves.toBeUndefined();
    });

    it('are not set if their value cannot be stored', async () => {
        const { store } = await makeStore();

        await expect(store.setRecord({ key: 'a', value: undefined })).rejects.toMatchObject({ code: 'invalid-value' });
        await expect(store.recordExists('a')).resolves.toBe(false);
    });

    it('have the same URLs as in the list of keys', async () => {
        const { store } = await makeStore();
        await store.setRecord({ key: "it's", value: 1 });

        const { items } = await store.listKeys();

        await expect(store.getRecordPublicUrl("it's")).resolves.toBe(items[0]!.recordPublicUrl);
    });
});

describe('the keys of a key-value store', () => {
    it.each([
        { options: {}, count: 1003 },
        { options: { limit: 1002 }, count: 1002 },
        { options: { limit: 3 }, count: 3 },
        { options: { prefix: 'key-000' }, count: 10 },
        { options: { exclusiveStartKey: 'key-1000' }, count: 2 },
    ])('are $count when iterated with $options', async ({ options, count }) => {
        const { store } = await makeStore(1003);

        const keys = await collect(store.listKeys(options), ({ key }) => key);

        expect(keys).toHaveLength(count);
        expect(new Set(keys).size).toBe(count);
    });

    it('have the start of the next page on each page', async () => {
        const { store } = await makeStore(3);

        const first = await store.listKeys({ limit: 2 });
        const second = await store.listKeys({ limit: 2, exclusiveStartKey: first.nextExclusiveStartKey });

        expect(first).toMatchObject({ isTruncated: true, nextExclusiveStartKey: 'key-0001' });
        expect(second).toMatchObject({ isTruncated: false, nextExclusiveStartKey: null });
    });
});

describe('the requests of a queue', () => {
    it('are added in any number', async () => {
        const { queue } = await makeQueue();

        const result = await queue.batchAddRequests(urls(60), { maxParallel: 2 });

        expect(result.processedRequests).toHaveLength(60);
        await expect(queue.get()).resolves.toMatchObject({ totalRequestCount: 60 });
    });

    it('are not added if one of them is invalid', async () => {
        const { queue } = await makeQueue();

        const adding = queue.batchAddRequests([...urls(40), { url: '' }]);

        await expect(adding).rejects.toThrow('requests[40]');
        await expect(queue.get()).resolves.toMatchObject({ totalRequestCount: 0 });
    });

    it.each([{ options: {} }, { options: { limit: 7 } }])(
        'are iterated once each with $options',
        async ({ options }) => {
            const { queue } = await makeQueue(9);

            const seen = await collect(queue.listRequests(options), ({ id }) => id);

            expect(new Set(seen).size).toBe(options.limit ?? 9);
        },
    );

    it('are iterated page by page', async () => {
        const { queue } = await makeQueue(9);

        const sizes = await collect(queue.paginateRequests({ maxPageLimit: 4 }), ({ items }) => items.length);
        const limited = await collect(
            queue.paginateRequests({ maxPageLimit: 4, limit: 6 }),
            ({ items }) => items.length,
        );

        expect(sizes).toEqual([4, 4, 1]);
        expect(limited).toEqual([4, 2]);
    });

    it('are locked for one client at a time', async () => {
        const { client, queue, id } = await makeQueue(1);
        const other = client.requestQueue(id, { clientKey: 'other' });

        const { items } = await queue.listAndLockHead({ lockSecs: 60 });
        const requestId = items[0]!.id;

        await expect(other.listHead()).resolves.toMatchObject({ items: [] });
        await expect(other.prolongRequestLock(requestId, { lockSecs: 9 })).rejects.toMatchObject({
            code: 'request-locked',
        });
        await expect(queue.unlockRequests()).resolves.toEqual({ unlockedCount: 1 });
        await expect(other.listHead()).resolves.toMatchObject({ items: [{ id: requestId }] });
    });

    it('are updated, returned and deleted by id', async () => {
        const { queue } = await makeQueue();
        const { requestId } = await queue.addRequest({ url: 'https://a.com', uniqueKey: 'a' });
        const request = { id: requestId, uniqueKey: 'a', url: 'https://a.com', handledAt: '2024-05-01T00:00:00.000Z' };

        await expect(queue.updateRequest(request)).resolves.toMatchObject({ requestId });
        await expect(queue.getRequest(requestId)).resolves.toMatchObject(request);
        await queue.deleteRequest(requestId);
        await expect(queue.getRequest(requestId)).resolves.toBeUndefined();
    });

    it('are not accessible without required arguments', async () => {
        const { client, queue } = await makeQueue();

        expect(() => client.requestQueue('a', { clientKey: '' })).toThrow('clientKey');
        expect(() => queue.listRequests({ cursor: 'a', exclusiveStartId: 'b' })).toThrow('cursor');
        await expect(queue.batchAddRequests([])).rejects.toMatchObject({ code: 'invalid-value' });
        await expect(queue.listAndLockHead(undefined as never)).rejects.toMatchObject({ code: 'invalid-value' });
        await expect(queue.updateRequest({ url: 'https://a.com' } as never)).rejects.toThrow('request.id');
    });
});

async function makeDataset(count: number) {
    const { client } = await makeClient();
    const { id } = await client.datasets().getOrCreate();
    const dataset = Object.assign(client.dataset<{ n: number }>(id), { id });
    await dataset.pushItems(Array.from({ length: count }, (_, n) => ({ n })));
    return { client, dataset };
}

async function makeStore(count = 0) {
    const { services, client } = await makeClient();
    const { id } = await client.keyValueStores().getOrCreate();
    const stored = services.storages.keyValueStores.find(id)!;
    for (let n = 0; n < count; n++)
        await stored.set(`key-${String(n).padStart(4, '0')}`, Buffer.from('1'), 'text/plain');
    return { client, store: client.keyValueStore(id) };
}

async function makeQueue(count = 0): Promise<{ client: Client; queue: RequestQueueClient; id: string }> {
    const { client } = await makeClient();
    const { id } = await client.requestQueues().getOrCreate();
    const queue = client.requestQueue(id, { clientKey: 'one' });
    if (count > 0) await queue.batchAddRequests(urls(count));
    return { client, queue, id };
}

function urls(count: number): { url: string }[] {
    return Array.from({ length: count }, (_, n) => ({ url: `https://example.com/${n}` }));
}

async function collect<Item, Result>(list: AsyncIterable<Item>, pick: (item: Item) => Result): Promise<Result[]> {
    const results: Result[] = [];
    for await (const item of list) results.push(pick(item));
    return results;
}

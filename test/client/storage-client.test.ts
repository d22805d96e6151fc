import { MemoryStorage } from '@crawlee/memory-storage';
import { BasicCrawler, Configuration, Dataset, KeyValueStore, log, LogLevel, purgeDefaultStorages } from 'crawlee';
import { ManualClock } from 'greenroom/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { tempDir } from '../support/files/temp-dir.js';
import { makeEngine } from '../support/make-engine.js';
import type { RequestQueueClient, StorageClient } from '@crawlee/types';

describe('the storage client', () => {
    it('stores the data of a Crawlee in the same thread', async () => {
        log.setLevel(LogLevel.ERROR);
        const engine = await makeEngine();
        const config = new Configuration({ persistStateIntervalMillis: 60_000 });
        config.useStorageClient(engine.storageClient);
        const crawler = new BasicCrawler(
            {
                async requestHandler({ request, crawler: self }) {
                    const dataset = await Dataset.open(undefined, { config });
                    await dataset.pushData({ url: request.url });
                    if (request.url.endsWith('/1'))
                        await self.addRequests(['http://a.invalid/2', 'http://a.invalid/1']);
                },
            },
            config,
        );

        const { requestsFinished } = await crawler.run(['http://a.invalid/1']);
        const store = await KeyValueStore.open('state', { config });
        await store.setValue('STATE', { done: true });

        expect(requestsFinished).toBe(2);
        expect((await engine.client.dataset('default').listItems()).items).toEqual([
            { url: 'http://a.invalid/1' },
            { url: 'http://a.invalid/2' },
        ]);
        expect((await engine.client.keyValueStore('state').getRecord('STATE'))?.value).toEqual({ done: true });
        expect(await engine.client.requestQueue('default').get()).toMatchObject({ handledRequestCount: 2 });
    });
});

describe('a Crawlee over the storage client', () => {
    const open = async (): Promise<{ config: Configuration; storageClient: StorageClient }> => {
        const { storageClient } = await makeEngine();
        const config = new Configuration({ persistStateIntervalMillis: 60_000 });
        config.useStorageClient(storageClient);
        return { config, storageClient };
    };

    it('iterates over the records of a store', async () => {
        const { config } = await open();
        const store = await KeyValueStore.open('records', { config });
        await store.setValue('a', { n: 1 });
        await store.setValue('b', 'text', { contentType: 'text/plain' });

        expect(await collect(store.keys())).toEqual(['a', 'b']);
        expect(await collect(store.values())).toEqual([{ n: 1 }, 'text']);
        expect(await store.values({ prefix: 'b' })).toEqual(['text']);
        expect(await collect(store.entries({ exclusiveStartKey: 'a' }))).toEqual([['b', 'text']]);
        expect(await collect(store)).toEqual([
            ['a', { n: 1 }],
            ['b', 'text'],
        ]);
    });

    it('iterates over more records than a page of keys has', async () => {
        const { storageClient } = await open();
        const { id } = await storageClient.keyValueStores().getOrCreate('records');
        const store = storageClient.keyValueStore(id);
        for (let n = 0; n < 1003; n++) await store.setRecord({ key: `key-${n}`, value: n });

        expect(await collect(store.values!())).toHaveLength(1003);
        expect(await collect(store.entries!({ limit: 1001 }))).toHaveLength(1001);
        expect(await store.values!()).toHaveLength(1000);
    });

    it('reads no record before the list of values is awaited', async () => {
        const { storageClient } = await open();
        const { id } = await storageClient.keyValueStores().getOrCreate('records');
        const store = storageClient.keyValueStore(id);
        await store.setRecord({ key: 'a', value: 1 });
        const getRecord = vi.spyOn(store, 'getRecord');

        const values = store.values!();
        await new Promise((resolve) => setImmediate(resolve));

        expect(getRecord).not.toHaveBeenCalled();
        expect([await values, await values]).toEqual([[1], [1]]);
        expect(getRecord).toHaveBeenCalledOnce();
        await expect(storageClient.keyValueStore('missing').values!()).rejects.toThrow('missing');
    });

    it('exports datasets with its own options, and numbers their items', async () => {
        const { config } = await open();
        const dataset = await Dataset.open('items', { config });
        await dataset.pushData([{ a: 1 }, { b: 2 }]);

        await dataset.exportToCSV('all', { toKVS: 'exports', collectAllKeys: true });

        const store = await KeyValueStore.open('exports', { config });
        expect(await store.getValue('all')).toBe('a,b\n1,\n,2\n');
        expect(await collect(dataset.entries({ offset: 1 }))).toEqual([[1, { b: 2 }]]);
        expect((await dataset.entries({ limit: 1 })).items).toEqual([[0, { a: 1 }]]);
    });

    it('opens storages with any name of a folder', async () => {
        const { config, storageClient } = await open();

        const { id } = await Dataset.open('my_data v1.2', { config });

        expect(await storageClient.dataset('my_data v1.2').get()).toMatchObject({ id });
        for (const name of ['../a', '/a', '.a', 'a~b', 'a\\b', '']) {
            await expect(storageClient.datasets().getOrCreate(name), name).rejects.toThrow('`name`');
        }
    });

    it('purges its default storages once, except for the input', async () => {
        const { config, storageClient } = await open();
        for (const name of ['default', 'kept']) {
            await storageClient.dataset((await storageClient.datasets().getOrCreate(name)).id).pushItems({ name });
            const store = storageClient.keyValueStore((await storageClient.keyValueStores().getOrCreate(name)).id);
            for (const key of ['INPUT', 'OUTPUT']) await store.setRecord({ key, value: name });
            await storageClient
                .requestQueue((await storageClient.requestQueues().getOrCreate(name)).id)
                .addRequest({ url: 'https://example.com', uniqueKey: name });
        }

        await purgeDefaultStorages({ config, onlyPurgeOnce: true });
        const store = await KeyValueStore.open(undefined, { config });
        await store.setValue('STATE', 1);
        await KeyValueStore.open('kept', { config });

        expect(await collect(store.keys())).toEqual(['INPUT', 'STATE']);
        expect(await storageClient.dataset('default').get()).toBeUndefined();
        expect(await storageClient.requestQueue('default').get()).toBeUndefined();
        expect(await storageClient.dataset('kept').get()).toMatchObject({ itemCount: 1 });
        expect((await storageClient.keyValueStore('kept').listKeys()).count).toBe(2);
        expect(await storageClient.requestQueue('kept').get()).toMatchObject({ totalRequestCount: 1 });
        await storageClient.teardown!();
        expect(await store.getValue('STATE')).toBe(1);
    });
});

describe.each(['the memory storage of Crawlee', 'an engine in memory', 'an engine on disk'])(
    'the locks of %s',
    (name) => {
        const START = new Date('2030-01-01T00:00:00.000Z');

        afterEach(() => void vi.useRealTimers());

        /** Opens a queue and returns a function that advances its time. */
        const openQueue = async (): Promise<{
            queue: RequestQueueClient;
            advance: (millis: number) => Promise<void>;
        }> => {
            vi.useFakeTimers({ now: START, toFake: ['Date'] });
            const clock = new ManualClock(START);
            const storageDir = name.endsWith('disk') ? await tempDir() : undefined;
            const client: StorageClient = name.includes('Crawlee')
                ? new MemoryStorage({ persistStorage: false })
                : (await makeEngine({ clock, storageDir })).storageClient;
            return {
                queue: client.requestQueue((await client.requestQueues().getOrCreate('queue')).id),
                async advance(millis) {
                    vi.setSystemTime(Date.now() + millis);
                    await clock.advance(millis);
                },
            };
        };
        const add = async (queue: RequestQueueClient, keys: string, forefront: boolean): Promise<void> => {
            for (const key of keys)
                await queue.addRequest({ url: `https://example.com/${key}`, uniqueKey: key }, { forefront });
        };
        const lock = async (queue: RequestQueueClient, lockSecs: number): Promise<{ keys: string; ids: string[] }> => {
            const { items } = await queue.listAndLockHead({ lockSecs });
            return { keys: items.map(({ uniqueKey }) => uniqueKey).join(''), ids: items.map(({ id }) => id) };
        };

        it('keep the order of requests when they expire, are released or prolonged', async () => {
            const { queue, advance } = await openQueue();
            await add(queue, '345', false);
            await advance(1);
            await add(queue, '21', true);

            const { keys, ids } = await lock(queue, 10);
            expect(keys).toBe('12345');
            expect((await lock(queue, 10)).keys).toBe('');
            for (const id of [ids[3]!, ids[0]!]) await queue.deleteRequestLock(id);
            expect((await lock(queue, 10)).keys).toBe('14');

            await advance(9999);
            await queue.prolongRequestLock(ids[1]!, { lockSecs: 10 });
            await queue.prolongRequestLock(ids[4]!, { lockSecs: 10 });
            await advance(2);
            await add(queue, '6', false);
            expect((await lock(queue, 5)).keys).toBe('1346');
            await advance(10_001);
            expect((await lock(queue, 10)).keys).toBe('123456');
        });

        it('add the time of a prolongation to the remaining time', async () => {
            const { queue, advance } = await openQueue();
            await add(queue, 'ab', false);
            const { ids } = await lock(queue, 60);
            await advance(20_000);

            const { lockExpiresAt } = await queue.prolongRequestLock(ids[0]!, { lockSecs: 30 });

            expect(lockExpiresAt).toEqual(new Date('2030-01-01T00:01:30.000Z'));
            await advance(69_999);
            expect((await lock(queue, 1)).keys).toBe('b');
            await advance(2);
            expect((await lock(queue, 1)).keys).toBe('a');
        });

        it('move a request to the front with `forefront`', async () => {
            const { queue, advance } = await openQueue();
            await add(queue, '1234', false);
            const { ids } = await lock(queue, 10);
            await advance(1000);

            await queue.prolongRequestLock(ids[3]!, { lockSecs: 10, forefront: true });
            await queue.deleteRequestLock(ids[1]!, { forefront: true });

            expect((await lock(queue, 9)).keys).toBe('2');
            await advance(9001);
            expect((await lock(queue, 1)).keys).toBe('213');
        });
    },
);

async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const one of list) all.push(one);
    return all;
}

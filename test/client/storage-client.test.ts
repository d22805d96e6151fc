import { BasicCrawler, Configuration, Dataset, KeyValueStore, log, LogLevel } from 'crawlee';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';

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

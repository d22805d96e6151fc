import { describe, expect, it } from 'vitest';
import { CrawlEngine, reachItems } from '../support/actors/crawl-engine.js';
import { crawl, expectComplete, expectNoWaste } from '../support/actors/crawl.js';
import { addSdkActor, type SdkPackage } from '../support/actors/sdk-actor.js';
import { waitUntil } from '../support/wait-until.js';

const crawls = new CrawlEngine();

describe('a crawl with the real Crawlee', () => {
    it('crawls 500 pages with CheerioCrawler, and measures its own thread', async () => {
        const site = await crawls.openSite({ pages: 500, missing: 3, broken: 2 });
        const actor = await addSdkActor(crawls.engine, crawl('CheerioCrawler', 'crawlee'), {
            packages: ['apify', 'crawlee'],
        });
        const ofHost = Buffer.alloc(400 * 1024 ** 2, 1);

        const run = await crawls.engine.call(actor, { startUrl: site.root('cheerio') });

        const { infos, stats } = await expectComplete(run, site, 'cheerio');
        expectNoWaste(site, 'cheerio');
        expect(stats.retryHistogram).toEqual([453, 50, null, 2]);
        expect(infos.length).toBeGreaterThan(0);
        expect(process.memoryUsage().rss).toBeGreaterThan(ofHost.length);
        for (const { memCurrentBytes } of infos) expect(memCurrentBytes).toBeLessThan(ofHost.length);
        const record = async (key: string) => (await run.keyValueStore.getRecord(key))?.value;
        expect(await record('SDK_SESSION_POOL_STATE')).toMatchObject({ usableSessionsCount: expect.any(Number) });
        expect(await record('SDK_CRAWLER_STATISTICS_0')).toMatchObject({ requestsFinished: 503, requestsFailed: 2 });
    }, 120_000);

    it('crawls 60 pages with JSDOMCrawler', async () => {
        const site = await crawls.openSite({ pages: 60, missing: 1, broken: 1 });
        const actor = await addSdkActor(crawls.engine, crawl('JSDOMCrawler', 'crawlee'), {
            packages: ['apify', 'crawlee'],
        });

        const run = await crawls.engine.call(actor, { startUrl: site.root('some') });

        const { stats } = await expectComplete(run, site, 'some');
        expectNoWaste(site, 'some');
        expect(stats.requestsFailed).toBe(1);
    });

    it('runs eight times concurrently without interference', async () => {
        const site = await crawls.openSite({ pages: 25, missing: 1 });
        const packages: SdkPackage[] = ['apify', '@crawlee/cheerio'];
        const actor = await addSdkActor(crawls.engine, crawl('CheerioCrawler', '@crawlee/cheerio'), { packages });
        const names = Array.from({ length: 8 }, (_, index) => `crawl-${index}`);

        const runs = await Promise.all(names.map((name) => crawls.engine.call(actor, { startUrl: site.root(name) })));

        expect(runs).toHaveLength(8);
        for (const [index, run] of runs.entries()) {
            await expectComplete(run, site, names[index]!);
            expectNoWaste(site, names[index]!);
        }
    }, 120_000);
});

describe('a crawl that is interrupted', () => {
    it('continues after migrations, and handles each page once', async () => {
        const site = await crawls.openSite({ pages: 150, missing: 2, broken: 1 });
        const run = await crawls.startCrawl(site, 'migrated');

        for (const [index, count] of [30, 80].entries()) {
            await reachItems(run, count);
            await run.migrate();
            await waitUntil('the migration', async () => (await run.info()).stats.migrationCount === index + 1);
        }
        await run.finished();

        const { useState } = await expectComplete(run, site, 'migrated', 2 * CrawlEngine.CONCURRENCY);
        expect(useState.starts).toEqual([0, expect.any(Number), expect.any(Number)]);
        expect(useState.starts[1]).toBeGreaterThanOrEqual(30);
        expect(useState.starts[2]).toBeGreaterThanOrEqual(80);
        expect(useState.starts[2]).toBeLessThan(153);
    }, 120_000);
});

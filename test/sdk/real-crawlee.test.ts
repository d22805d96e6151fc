import { describe, expect, it } from 'vitest';
import { CrawlEngine, reachItems } from '../support/actors/crawl-engine.js';
import { crawl, expectComplete, expectNoWaste, type CrawledItem, type CrawlerKind } from '../support/actors/crawl.js';
import { addSdkActor, type SdkPackage } from '../support/actors/sdk-actor.js';

/* Longer crawls, and several at once, are in `test/compat/crawls.test.ts`. */
describe('a crawl with the real Crawlee', () => {
    // Each of them has packages of its own, so that no other run would use a spare thread with them.
    const crawls = new CrawlEngine({ prewarm: 0 });

    // The whole package takes longest to import.
    it.each<[CrawlerKind, SdkPackage]>([
        ['CheerioCrawler', 'crawlee'],
        ['HttpCrawler', '@crawlee/http'],
        ['BasicCrawler with sendRequest', '@crawlee/basic'],
        ['BasicCrawler with fetch', '@crawlee/basic'],
    ])('crawls 60 pages with %s of %s', async (kind, from) => {
        const site = await crawls.openSite({ pages: 60, missing: 1, broken: 1 });
        const actor = await addSdkActor(crawls.engine, crawl(kind, from), { packages: ['apify', from] });

        const run = await crawls.engine.call(actor, { startUrl: site.root('some') });

        const { stats } = await expectComplete(run, site, 'some');
        expectNoWaste(site, 'some');
        expect(stats.requestsFailed).toBe(1);
    });

    it('crawls without the SDK, and ends by itself', async () => {
        const site = await crawls.openSite({ pages: 25 });
        const source = `import { CheerioCrawler } from '@crawlee/cheerio';
            const crawler = new CheerioCrawler({ async requestHandler({ request, enqueueLinks, pushData }) {
                await enqueueLinks();
                await pushData({ url: request.url.replace('#part', '') });
            } });
            await crawler.run(['${site.root('alone')}']);`;
        const actor = await addSdkActor(crawls.engine, source, { packages: ['@crawlee/cheerio'] });

        const run = await crawls.engine.call(actor);

        expect(run.status, await run.log.text()).toBe('SUCCEEDED');
        expect(run.statusMessage).toContain('25 succeeded, 0 failed');
        const urls = (await run.items<CrawledItem>()).map(({ url }) => url);
        expect(urls.toSorted()).toEqual(site.all('alone').pages.toSorted());
        expectNoWaste(site, 'alone');
    });
});

describe('a crawl that is interrupted', () => {
    const crawls = new CrawlEngine();

    it('goes on after a graceful abort and a resurrection, with nothing lost and nothing twice', async () => {
        const site = await crawls.openSite({ pages: 100, missing: 2, broken: 1 });
        const run = await crawls.startCrawl(site, 'aborted');
        await reachItems(run, 30);

        await run.abort({ gracefully: true });
        expect((await run.finished()).status).toBe('ABORTED');
        const before = await run.items();
        await run.resurrect();
        await run.finished();

        const { useState } = await expectComplete(run, site, 'aborted', CrawlEngine.CONCURRENCY);
        expect(before.length).toBeLessThan(103);
        expect(useState.starts).toEqual([0, before.length]);
    }, 120_000);
});

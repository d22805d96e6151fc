import { describe, expect, it } from 'vitest';
import { CrawlEngine, reachItems } from '../../support/actors/crawl-engine.js';
import {
    crawl,
    expectComplete,
    expectNoWaste,
    type CrawledItem,
    type CrawlerKind,
} from '../../support/actors/crawl.js';
import { addSdkActor, type SdkPackage } from '../../support/actors/sdk-actor.js';

/* Longer and concurrent crawls are in `test/compat/crawls.test.ts`. */
describe('a crawl with the real Crawlee', () => {
    // Each Actor has its own packages, so no other run could use a spare thread with them.
    const crawls = new CrawlEngine({ prewarm: 0 });

    // Importing the whole package takes longest.
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

    it('crawls without the SDK, and ends on its own', async () => {
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

    it('continues after a graceful abort and a resurrection without losing or repeating pages', async () => {
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

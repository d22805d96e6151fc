import { createEngine, type Engine, type RunHandle } from 'greenroom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crawl, expectComplete, expectNoWaste, type CrawledItem, type CrawlerKind } from '../support/crawl.js';
import { addSdkActor, type SdkPackage } from '../support/sdk-actor.js';
import { openSite, type Site, type SiteOptions } from '../support/site.js';
import { waitUntil } from '../support/wait-until.js';

let engine: Engine;
const sites: Site[] = [];

beforeAll(async () => {
    engine = await createEngine();
});

afterAll(async () => {
    await engine.close({ force: true });
    await Promise.all(sites.map((site) => site.close()));
});

async function makeSite(options: SiteOptions): Promise<Site> {
    const site = await openSite(options);
    sites.push(site);
    return site;
}

/* Longer crawls, and several at once, are in `test/compat/crawls.test.ts`. */
describe('a crawl with the real Crawlee', () => {
    // The whole package takes longest to import.
    it.each<[CrawlerKind, SdkPackage]>([
        ['CheerioCrawler', 'crawlee'],
        ['HttpCrawler', '@crawlee/http'],
        ['BasicCrawler with sendRequest', '@crawlee/basic'],
        ['BasicCrawler with fetch', '@crawlee/basic'],
    ])('crawls 60 pages with %s of %s', async (kind, from) => {
        const site = await makeSite({ pages: 60, missing: 1, broken: 1 });
        const actor = await addSdkActor(engine, crawl(kind, from), { packages: ['apify', from] });

        const run = await engine.call(actor, { startUrl: site.root('some') });

        const { stats } = await expectComplete(run, site, 'some');
        expectNoWaste(site, 'some');
        expect(stats.requestsFailed).toBe(1);
    });

    it('crawls without the SDK, and ends by itself', async () => {
        const site = await makeSite({ pages: 25 });
        const source = `import { CheerioCrawler } from '@crawlee/cheerio';
            const crawler = new CheerioCrawler({ async requestHandler({ request, enqueueLinks, pushData }) {
                await enqueueLinks();
                await pushData({ url: request.url.replace('#part', '') });
            } });
            await crawler.run(['${site.root('alone')}']);`;
        const actor = await addSdkActor(engine, source, { packages: ['@crawlee/cheerio'] });

        const run = await engine.call(actor);

        expect(run.status, await run.log.text()).toBe('SUCCEEDED');
        expect(run.statusMessage).toContain('25 succeeded, 0 failed');
        const urls = (await run.items<CrawledItem>()).map(({ url }) => url);
        expect(urls.toSorted()).toEqual(site.all('alone').pages.toSorted());
        expectNoWaste(site, 'alone');
    });
});

describe('a crawl that is interrupted', () => {
    const CONCURRENCY = 4;

    async function startCrawl(site: Site, name: string): Promise<RunHandle> {
        const packages: SdkPackage[] = ['apify', '@crawlee/cheerio'];
        const actor = await addSdkActor(engine, crawl('CheerioCrawler', '@crawlee/cheerio'), { packages });
        return engine.start(actor, { startUrl: site.root(name), concurrency: CONCURRENCY, lingerMillis: 30 });
    }

    async function reach(run: RunHandle, count: number): Promise<void> {
        await waitUntil(`${count} items`, async () => ((await run.dataset.get())?.itemCount ?? 0) >= count, {
            timeoutMillis: 15_000,
        });
    }

    it('goes on after a graceful abort and a resurrection, with nothing lost and nothing twice', async () => {
        const site = await makeSite({ pages: 100, missing: 2, broken: 1 });
        const run = await startCrawl(site, 'aborted');
        await reach(run, 30);

        await run.abort({ gracefully: true });
        expect((await run.finished()).status).toBe('ABORTED');
        const before = await run.items();
        await run.resurrect();
        await run.finished();

        const { useState } = await expectComplete(run, site, 'aborted', CONCURRENCY);
        expect(before.length).toBeLessThan(103);
        expect(useState.starts).toEqual([0, before.length]);
    }, 120_000);
});

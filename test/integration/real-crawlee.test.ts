import { createEngine, type Engine, type RunHandle } from 'greenroom';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSdkActor, type SdkPackage } from '../support/sdk-actor.js';
import { isFlaky, openSite, type Site, type SiteOptions } from '../support/site.js';
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

/** The kinds of crawlers: how each handles a page. All give the title of the page and follow its links. */
const HANDLERS = {
    CheerioCrawler: `async ({ request, response, $, enqueueLinks }) => {
        await enqueueLinks();
        await save(request, response.statusCode, $('title').text());
    }`,
    JSDOMCrawler: `async ({ request, response, window, enqueueLinks }) => {
        await enqueueLinks();
        await save(request, response.statusCode, window.document.title);
    }`,
    HttpCrawler: `async ({ request, response, body, addRequests }) => {
        await addRequests(linksIn(String(body), request.loadedUrl));
        await save(request, response.statusCode, titleIn(String(body)));
    }`,
    'BasicCrawler with sendRequest': `async ({ request, sendRequest, addRequests }) => {
        const { statusCode, body } = await sendRequest({ throwHttpErrors: false });
        if (statusCode >= 500) throw new Error('Status ' + statusCode);
        await addRequests(linksIn(body, request.url));
        await save(request, statusCode, titleIn(body));
    }`,
    'BasicCrawler with fetch': `async ({ request, addRequests }) => {
        const response = await fetch(request.url);
        if (response.status >= 500) throw new Error('Status ' + response.status);
        const body = await response.text();
        await addRequests(linksIn(body, request.url));
        await save(request, response.status, titleIn(body));
    }`,
} as const;

/** An Actor that crawls what its input says, and can go on where it was interrupted. */
function crawl(kind: keyof typeof HANDLERS, from: SdkPackage): string {
    const [name] = kind.split(' ');
    return `import { Actor } from 'apify';
        import { ${name} } from '${from}';
        await Actor.init();
        const { startUrl, concurrency = 10, lingerMillis = 0 } = await Actor.getInput();
        const linksIn = (html, base) => Array.from(html.matchAll(/href="([^"]+)"/g), ([, path]) => new URL(path, base).href);
        const titleIn = (html) => /<title>(.*)<\\/title>/.exec(html)[1];
        const state = await Actor.useState('STATE', { saved: 0, starts: [] });
        const infos = [];
        Actor.on('systemInfo', (info) => infos.push(info));
        async function save({ url, retryCount }, status, title) {
            await Actor.pushData({ url, status, title, retryCount });
            state.saved += 1;
            // Time in which an interruption would make the page one that is done, but not known to be.
            if (lingerMillis > 0) await new Promise((resolve) => setTimeout(resolve, lingerMillis));
        }
        const crawler = new ${name}({
            maxConcurrency: concurrency,
            autoscaledPoolOptions: { desiredConcurrency: concurrency },
            requestHandler: ${HANDLERS[kind]},
            failedRequestHandler: async ({ request }) => {
                await Actor.pushData({ url: request.url, failed: true, attempts: request.errorMessages.length });
                state.saved += 1;
            },
        });
        state.starts.push(await (await crawler.getRequestQueue()).handledCount());
        const stats = await crawler.run([startUrl]);
        await Actor.setValue('OUTPUT', { stats, state: crawler.stats.state, infos, useState: state });
        await Actor.exit('Crawled');`;
}

interface Output {
    stats: {
        requestsFinished: number;
        requestsFailed: number;
        requestsTotal: number;
        retryHistogram: (number | null)[];
    };
    infos: { memCurrentBytes: number }[];
    useState: { saved: number; starts: number[] };
}

interface Item {
    url: string;
    status?: number;
    failed?: boolean;
    attempts?: number;
}

/**
 * Checks that a crawl has all of its copy of the site, each page once.
 *
 * @param uncounted - Of the requests that were under way at an interruption, Crawlee stores what they bring, but may have
 * saved its figures and the Actor's state just before; so many of them may be missing there.
 */
async function expectComplete(run: RunHandle, site: Site, name: string, uncounted = 0): Promise<Output> {
    const log = await run.log.text();
    expect({ status: run.status, message: run.statusMessage }, log).toEqual({
        status: 'SUCCEEDED',
        message: 'Crawled',
    });
    const items = await run.items<Item & Record<string, unknown>>();
    const { pages, missing, broken } = site.all(name);
    // A page may have been found by a link to a part of it.
    const urls = (isOne: (item: Item) => boolean): string[] =>
        items
            .filter(isOne)
            .map(({ url }) => url.replace('#part', ''))
            .toSorted();
    expect(urls(({ status }) => status === 200)).toEqual(pages.toSorted());
    expect(urls(({ status }) => status === 404)).toEqual(missing.toSorted());
    expect(urls(({ failed, attempts }) => failed === true && attempts === 4)).toEqual(broken.toSorted());
    const total = pages.length + missing.length + broken.length;
    expect(items).toHaveLength(total);
    const output = (await run.output<Output>())!;
    expect(output.stats.requestsFailed).toBe(broken.length);
    for (const [count, expected] of [
        [output.stats.requestsFinished, total - broken.length],
        [output.useState.saved, total],
    ] as const) {
        expect(count).toBeLessThanOrEqual(expected);
        expect(count).toBeGreaterThanOrEqual(expected - uncounted);
    }
    expect(await run.requestQueue.get()).toMatchObject({
        totalRequestCount: total,
        handledRequestCount: total,
        pendingRequestCount: 0,
    });
    return output;
}

/** Checks that nothing was asked for more often than it had to. */
function expectNoWaste(site: Site, name: string): void {
    const { pages, missing, broken } = site.all(name);
    for (const url of pages) expect([url, site.hits(url)]).toEqual([url, isFlaky(url) ? 2 : 1]);
    for (const url of missing) expect([url, site.hits(url)]).toEqual([url, 1]);
    for (const url of broken) expect([url, site.hits(url)]).toEqual([url, 4]);
}

describe('a crawl with the real Crawlee', () => {
    it('crawls 500 pages with CheerioCrawler, and knows what its own thread uses', async () => {
        const site = await makeSite({ pages: 500, missing: 3, broken: 2 });
        const actor = await addSdkActor(engine, crawl('CheerioCrawler', 'crawlee'), { packages: ['apify', 'crawlee'] });
        const ofHost = Buffer.alloc(400 * 1024 ** 2, 1);

        const run = await engine.call(actor, { startUrl: site.root('cheerio') });

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

    it.each((Object.keys(HANDLERS) as (keyof typeof HANDLERS)[]).slice(1))('crawls 60 pages with %s', async (kind) => {
        const site = await makeSite({ pages: 60, missing: 1, broken: 1 });
        const actor = await addSdkActor(engine, crawl(kind, 'crawlee'), { packages: ['apify', 'crawlee'] });

        const run = await engine.call(actor, { startUrl: site.root('some') });

        const { stats } = await expectComplete(run, site, 'some');
        expectNoWaste(site, 'some');
        expect(stats.requestsFailed).toBe(1);
    });

    it('crawls without the SDK, and ends by itself', async () => {
        const site = await makeSite({ pages: 25 });
        const source = `import { CheerioCrawler } from 'crawlee';
            const crawler = new CheerioCrawler({ async requestHandler({ request, enqueueLinks, pushData }) {
                await enqueueLinks();
                await pushData({ url: request.url.replace('#part', '') });
            } });
            await crawler.run(['${site.root('alone')}']);`;
        const actor = await addSdkActor(engine, source, { packages: ['crawlee'] });

        const run = await engine.call(actor);

        expect(run.status, await run.log.text()).toBe('SUCCEEDED');
        expect(run.statusMessage).toContain('25 succeeded, 0 failed');
        const urls = (await run.items<Item & Record<string, unknown>>()).map(({ url }) => url);
        expect(urls.toSorted()).toEqual(site.all('alone').pages.toSorted());
        expectNoWaste(site, 'alone');
    });

    it('is one of eight at once, which do not see each other', async () => {
        const site = await makeSite({ pages: 25, missing: 1 });
        const packages: SdkPackage[] = ['apify', '@crawlee/cheerio'];
        const actor = await addSdkActor(engine, crawl('CheerioCrawler', '@crawlee/cheerio'), { packages });
        const names = Array.from({ length: 8 }, (_, index) => `crawl-${index}`);

        const runs = await Promise.all(names.map((name) => engine.call(actor, { startUrl: site.root(name) })));

        expect(runs).toHaveLength(8);
        for (const [index, run] of runs.entries()) {
            await expectComplete(run, site, names[index]!);
            expectNoWaste(site, names[index]!);
        }
    }, 120_000);
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

    it('goes on after migrations, with nothing lost and nothing twice', async () => {
        const site = await makeSite({ pages: 150, missing: 2, broken: 1 });
        const run = await startCrawl(site, 'migrated');

        for (const [index, count] of [30, 80].entries()) {
            await reach(run, count);
            await run.migrate();
            await waitUntil('the migration', async () => (await run.info()).stats.migrationCount === index + 1);
        }
        await run.finished();

        const { useState } = await expectComplete(run, site, 'migrated', 2 * CONCURRENCY);
        expect(useState.starts).toEqual([0, expect.any(Number), expect.any(Number)]);
        expect(useState.starts[1]).toBeGreaterThanOrEqual(30);
        expect(useState.starts[2]).toBeGreaterThanOrEqual(80);
        expect(useState.starts[2]).toBeLessThan(153);
    }, 120_000);

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

import { describe, expect, it } from 'vitest';
import { CrawlEngine } from '../support/actors/crawl-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';

const crawls = new CrawlEngine();
const MODES: readonly ('thread' | 'pooled' | 'process')[] = ['thread', 'pooled', 'process'];

/** Three processes that each use the SDK, as Actors do that share work among processes. */
const PARENT = `
    import { fork } from 'node:child_process';
    import { once } from 'node:events';
    import { Actor } from 'apify';
    await Actor.init();
    await Actor.setValue('SHARED', { from: 'parent' });
    const children = [1, 2, 3].map((number) => fork(new URL('./child.js', import.meta.url), [String(number)]));
    const exits = await Promise.all(children.map((child) => once(child, 'exit')));
    await Actor.exit({ exitCode: Math.max(...exits.map(([code]) => code)) });`;
const CHILD = `
    import { Actor } from 'apify';
    await Actor.init();
    const shared = await Actor.getValue('SHARED');
    await Actor.pushData({ number: Number(process.argv[2]), shared, isAtHome: Actor.isAtHome() });
    await Actor.exit();`;

/** Crawls in two threads, one after the other; each stops after one page, and the second continues where the first stopped. */
const MIGRATING = `
    import { once } from 'node:events';
    import { Worker, workerData } from 'node:worker_threads';
    import { CheerioCrawler, Dataset } from '@crawlee/cheerio';
    import { Actor } from 'apify';
    if (workerData !== 'crawl') {
        for (let count = 0; count < 2; count += 1) {
            const worker = new Worker(new URL(import.meta.url), { workerData: 'crawl' });
            const [code] = await once(worker, 'exit');
            if (code !== 0) throw new Error('Exit code ' + code);
        }
    } else {
        await Actor.main(async () => {
            const { startUrl } = await Actor.getInput();
            const crawler = new CheerioCrawler({
                maxConcurrency: 1,
                maxRequestsPerCrawl: 5,
                async requestHandler({ enqueueLinks, request }) {
                    await enqueueLinks();
                    await Dataset.pushData({ url: request.url });
                    process.emit('SIGINT');
                },
            });
            await crawler.run([startUrl]);
        });
    }`;

describe.each(MODES)('with isolation `%s`, the real SDK', (isolation) => {
    it('works in the processes of an Actor', async () => {
        const actor = await addSdkActor(crawls.engine, { 'main.js': PARENT, 'child.js': CHILD });

        const run = await crawls.engine.call(actor, {}, { isolation });

        expect([run.status, await run.log.text()]).toEqual(['SUCCEEDED', expect.anything()]);
        const items = await run.items<{ number: number }>();
        expect(items.toSorted((one, other) => one.number - other.number)).toEqual(
            [1, 2, 3].map((number) => ({ number, shared: { from: 'parent' }, isAtHome: true })),
        );
    });

    it('continues a crawl in another thread of an Actor', async () => {
        const site = await crawls.openSite({ pages: 10 });
        const actor = await addSdkActor(crawls.engine, MIGRATING, { packages: ['apify', '@crawlee/cheerio'] });

        const run = await crawls.engine.call(actor, { startUrl: site.root('migrating') }, { isolation });

        expect([run.status, await run.log.text()]).toEqual(['SUCCEEDED', expect.anything()]);
        const urls = (await run.items<{ url: string }>()).map(({ url }) => url);
        expect(urls).toHaveLength(2);
        expect(new Set(urls).size).toBe(2);
    });
});

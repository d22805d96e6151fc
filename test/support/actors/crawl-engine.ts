import { createEngine, type Engine, type EngineOptions, type RunHandle } from 'greenroom';
import { afterAll, beforeAll } from 'vitest';
import { crawl } from './crawl.js';
import { addSdkActor } from './sdk-actor.js';
import { openTestSite, type TestSite, type TestSiteOptions } from '../servers/test-site.js';
import { waitUntil } from '../wait-until.js';

/** An engine for the crawls of a group of tests, with the sites that they crawl. */
export class CrawlEngine {
    /** Number of pages that an interruptible crawl processes at once. */
    static readonly CONCURRENCY = 4;

    readonly #sites: TestSite[] = [];
    #engine: Engine | undefined;

    /** Must be called at the top of a file or a group. */
    constructor(options?: EngineOptions) {
        beforeAll(async () => {
            this.#engine = await createEngine(options);
        });
        afterAll(async () => {
            await this.#engine?.close({ force: true });
            await Promise.all(this.#sites.map((site) => site.close()));
        });
    }

    get engine(): Engine {
        return this.#engine!;
    }

    /** Opens a site that is closed after the tests. */
    async openSite(options: TestSiteOptions): Promise<TestSite> {
        const site = await openTestSite(options);
        this.#sites.push(site);
        return site;
    }

    /** Starts a crawl that is slow enough to be interrupted. */
    async startCrawl(site: TestSite, name: string): Promise<RunHandle> {
        const packages = ['apify', '@crawlee/cheerio'] as const;
        const actor = await addSdkActor(this.engine, crawl('CheerioCrawler', '@crawlee/cheerio'), { packages });
        const { CONCURRENCY: concurrency } = CrawlEngine;
        return this.engine.start(actor, { startUrl: site.root(name), concurrency, lingerMillis: 30 });
    }
}

/** Waits until a crawl has stored a number of items. */
export async function reachItems(run: RunHandle, count: number): Promise<void> {
    await waitUntil(`${count} items`, async () => ((await run.dataset.get())?.itemCount ?? 0) >= count, {
        timeoutMillis: 15_000,
    });
}

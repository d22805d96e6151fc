import { expect } from 'vitest';
import { isFlaky, type TestSite } from '../servers/test-site.js';
import type { SdkPackage } from './sdk-actor.js';
import type { RunHandle } from 'greenroom';

/** Page handlers by kind of crawler. All store the title of the page and follow its links. */
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

/** A kind of crawler. */
export type CrawlerKind = keyof typeof HANDLERS;

/** Returns the code of an Actor that crawls the site of its input, and can continue after an interruption. */
export function crawl(kind: CrawlerKind, from: SdkPackage): string {
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

/** The item that such an Actor pushes for each page. */
export type CrawledItem = Record<string, unknown> & {
    url: string;
    status?: number;
    failed?: boolean;
    attempts?: number;
};

/**
 * Checks that a crawl has all pages of its copy of the site, each once.
 *
 * @param uncounted - Number of requests in flight at an interruption. Crawlee stores their results, but may have saved
 *   its statistics and the Actor's state just before, so that many may be missing there.
 */
export async function expectComplete(run: RunHandle, site: TestSite, name: string, uncounted = 0): Promise<Output> {
    const log = await run.log.text();
    expect({ status: run.status, message: run.statusMessage }, log).toEqual({
        status: 'SUCCEEDED',
        message: 'Crawled',
    });
    const items = await run.items<CrawledItem>();
    const { pages, missing, broken } = site.all(name);
    // A page may have been found by a link to a fragment of it.
    const urls = (isOne: (item: CrawledItem) => boolean): string[] =>
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

/** Checks that no page was requested more often than necessary. */
export function expectNoWaste(site: TestSite, name: string): void {
    const { pages, missing, broken } = site.all(name);
    for (const url of pages) expect([url, site.hits(url)]).toEqual([url, isFlaky(url) ? 2 : 1]);
    for (const url of missing) expect([url, site.hits(url)]).toEqual([url, 1]);
    for (const url of broken) expect([url, site.hits(url)]).toEqual([url, 4]);
}

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createEngine, type Engine, type NetworkHandler, type RunHandle } from 'greenroom';
import { createNetwork } from 'greenroom/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installedActor, type ActorFiles } from '../support/actors/installed-actor.js';
import { MARK, markedProcesses, parentOf } from '../support/processes/find-test-processes.js';
import { openTestSite, type TestSite } from '../support/servers/test-site.js';
import { tempDir } from '../support/files/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
const PAGES = 6;

let engine: Engine;
let site: TestSite;

beforeAll(async () => {
    engine = await createEngine();
    site = await openTestSite({ pages: PAGES });
});
afterAll(async () => {
    await engine.close({ force: true });
    await site.close();
});
beforeEach(({ skip }) => {
    skip(CHROMIUM === undefined, 'There is no Chromium on this machine: apt-get install chromium');
});

const DEPENDENCIES = { apify: '~3.7.0', crawlee: '^3.18.0' };

function manifest(dependencies: object): object {
    return { name: 'browsing', private: true, type: 'module', dependencies, scripts: { start: 'node src/main.js' } };
}

/** Differences between the two crawlers. */
const PLAYWRIGHT = { name: 'PlaywrightCrawler', dependencies: { ...DEPENDENCIES, playwright: '^1.50.0' } };
const PUPPETEER = { name: 'PuppeteerCrawler', dependencies: { ...DEPENDENCIES, puppeteer: '^24.0.0' } };

/** A crawl that also stores screenshots. */
function crawl({ name, dependencies }: typeof PLAYWRIGHT | typeof PUPPETEER): ActorFiles {
    return {
        'package.json': manifest(dependencies),
        'src/main.js': `import { Actor } from 'apify';
import { ${name} } from 'crawlee';

await Actor.init();
const { startUrl } = await Actor.getInput();
const crawler = new ${name}({
    async requestHandler({ page, request, enqueueLinks }) {
        await enqueueLinks();
        await Actor.pushData({ url: request.url, title: await page.title() });
        if (request.url === startUrl) {
            await Actor.setValue('SCREEN', Buffer.from(await page.screenshot()), { contentType: 'image/png' });
        }
    },
});
await crawler.run([startUrl]);
await Actor.exit('Crawled');
`,
    };
}

/** An Actor like the template `js-crawlee-playwright-chrome`. */
const TEMPLATE: ActorFiles = {
    'package.json': manifest(PLAYWRIGHT.dependencies),
    Dockerfile: `FROM apify/actor-node-playwright-chrome:22
COPY --chown=myuser package*.json ./
RUN npm --quiet set progress=false && npm install --omit=dev --omit=optional
COPY --chown=myuser . ./
CMD ./start_xvfb_and_run_cmd.sh && npm start --silent
`,
    '.actor/actor.json': {
        actorSpecification: 1,
        name: 'js-crawlee-playwright-chrome',
        version: '0.1',
        dockerfile: '../Dockerfile',
    },
    'src/main.js': `import { Actor } from 'apify';
import { PlaywrightCrawler } from 'crawlee';
import { router } from './routes.js';

await Actor.init();

const { startUrls = ['https://example.com'] } = (await Actor.getInput()) ?? {};

const proxyConfiguration = await Actor.createProxyConfiguration({ checkAccess: true });

const crawler = new PlaywrightCrawler({
    proxyConfiguration,
    requestHandler: router,
    launchContext: { launchOptions: { args: ['--disable-gpu'] } },
});

await crawler.run(startUrls);

await Actor.exit('Crawled');
`,
    'src/routes.js': `import { createPlaywrightRouter, Dataset } from 'crawlee';

export const router = createPlaywrightRouter();

router.addDefaultHandler(async ({ enqueueLinks, log }) => {
    log.info('enqueueing new URLs');
    await enqueueLinks({ globs: ['http?(s)://*/**'], label: 'detail' });
});

router.addHandler('detail', async ({ request, page, log, proxyInfo, enqueueLinks }) => {
    const title = await page.title();
    log.info(title, { url: request.loadedUrl });
    await enqueueLinks({ label: 'detail' });
    await Dataset.pushData({ url: request.loadedUrl, title, isProxied: proxyInfo?.password !== undefined });
});
`,
};

/** Starts an Actor with an identifiable browser. */
async function start(
    files: ActorFiles,
    input: unknown,
    options: { network?: NetworkHandler } = {},
): Promise<{ run: RunHandle; mark: string }> {
    const mark = randomUUID();
    const { name } = await engine.addActor(await installedActor(files), { name: `browsing-${mark.slice(0, 8)}` });
    const env = {
        [MARK]: mark,
        APIFY_DEFAULT_BROWSER_PATH: CHROMIUM!,
        PUPPETEER_EXECUTABLE_PATH: CHROMIUM!,
        // Folder in which a killed browser leaves its profile.
        TMPDIR: await tempDir('greenroom-browser-'),
    };
    const run = await engine.start(name, input, { timeout: 60, memory: 1024, env, ...options });
    return { run, mark };
}

/** Returns the items of a crawl, sorted by URL. */
async function storedBy(run: RunHandle): Promise<object[]> {
    const log = await run.log.text();
    expect({ status: run.status, message: run.statusMessage }, log).toEqual({
        status: 'SUCCEEDED',
        message: 'Crawled',
    });
    const items = await run.items<{ url: string }>();
    return items
        .map(({ url, ...rest }) => ({ url: url.replace('#part', ''), ...rest }))
        .toSorted((a, b) => (a.url < b.url ? -1 : 1));
}

function pagesOf(name: string): { url: string; title: string }[] {
    return site.all(name).pages.map((url) => ({ url, title: `Page ${url.split('/').at(-1)}` }));
}

describe('an Actor with a real browser', () => {
    it.each([PLAYWRIGHT, PUPPETEER])('crawls with $name, and leaves no process behind', async (crawler) => {
        const { run, mark } = await start(crawl(crawler), { startUrl: site.root(crawler.name) });
        await run.finished();

        expect(await storedBy(run)).toEqual(pagesOf(crawler.name));
        const screen = await run.keyValueStore.getRecord('SCREEN');
        expect(screen?.contentType).toBe('image/png');
        expect(Buffer.from(screen!.value as unknown as Uint8Array).toString('latin1', 1, 4)).toBe('PNG');
        await waitUntil('the browser to be gone', () => markedProcesses(mark).length === 0);
    });

    it.each([PLAYWRIGHT, PUPPETEER])('crawls pages of a network handler with $name', async (crawler) => {
        const network = createNetwork({
            'http://shop.example/': '<title>Start</title><a href="https://shop.example/1">1</a>',
            'https://shop.example/1': '<title></title><script src="https://api.example/title.js"></script>',
            'https://api.example/title.js': new Response('document.title = "From a script"', {
                headers: { 'content-type': 'text/javascript' },
            }),
        });
        const { run } = await start(crawl(crawler), { startUrl: 'http://shop.example/' }, { network });
        await run.finished();

        expect(await storedBy(run)).toEqual([
            { url: 'http://shop.example/', title: 'Start' },
            { url: 'https://shop.example/1', title: 'From a script' },
        ]);
        network.verify();
    });

    it('crawls through the proxy as the official template does', async () => {
        const { run, mark } = await start(TEMPLATE, { startUrls: [{ url: site.root('template') }] });
        await run.finished();

        const pages = pagesOf('template').slice(1);
        expect(await storedBy(run)).toEqual(pages.map((page) => ({ ...page, isProxied: true })));
        await waitUntil('the browser to be gone', () => markedProcesses(mark).length === 0);
    });

    it('loses its browser if it exits without closing it', async () => {
        const files = {
            'package.json': manifest(PLAYWRIGHT.dependencies),
            'src/main.js': `import { Actor } from 'apify';
import { chromium } from 'playwright';

await Actor.init();
const { startUrl } = await Actor.getInput();
const browser = await chromium.launch({ executablePath: process.env.APIFY_DEFAULT_BROWSER_PATH, chromiumSandbox: false });
const page = await browser.newPage();
await page.goto(startUrl);
await Actor.exit(await page.title());
`,
        };
        const { run, mark } = await start(files, { startUrl: site.root('unclosed') });
        await run.finished();

        expect(run.statusMessage, await run.log.text()).toBe('Page 0');
        await waitUntil('the browser to be gone', () => markedProcesses(mark).length === 0);
    });

    it.each([
        ['waits', 'await new Promise(() => {});'],
        ['calculates', 'for (;;);'],
    ])('loses its browser if it is aborted while it %s forever', async (_activity, hang) => {
        const files = {
            'package.json': manifest(PLAYWRIGHT.dependencies),
            'src/main.js': `import { Actor } from 'apify';
import { PlaywrightCrawler } from 'crawlee';

await Actor.init();
const { startUrl } = await Actor.getInput();
const crawler = new PlaywrightCrawler({
    async requestHandler({ page, log }) {
        log.info('The title is ' + (await page.title()));
        await new Promise((resolve) => setTimeout(resolve, 100));
        ${hang}
    },
});
await crawler.run([startUrl]);
`,
        };
        const { run, mark } = await start(files, { startUrl: site.root('hanging') });
        for await (const line of run.log) if (line.includes('The title is Page 0')) break;
        const browser = markedProcesses(mark);
        expect(browser.length).toBeGreaterThan(3);

        await run.abort();
        await run.finished();

        expect(run.status).toBe('ABORTED');
        const isAlive = (pid: number): boolean => parentOf(pid) !== undefined;
        await waitUntil('the browser to be gone', () => ![...browser, ...markedProcesses(mark)].some(isAlive));
    });
});

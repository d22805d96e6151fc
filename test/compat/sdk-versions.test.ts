import { afterAll, beforeAll, expect, it } from 'vitest';
import { installedActor, WITH_CHEERIO } from '../support/actors/installed-actor.js';
import { makeEngine } from '../support/make-engine.js';
import { outcomeOf } from '../support/actors/sdk-run.js';
import { openTestSite, type TestSite } from '../support/servers/test-site.js';

const PAGES = 12;

/** An Actor for all versions: it uses most of the SDK, and outputs the versions of its packages. */
const ACTOR = `
import { createRequire } from 'node:module';
import { Actor, ApifyClient } from 'apify';
import { CheerioCrawler } from '@crawlee/cheerio';

await Actor.init();
const require = createRequire(import.meta.url);
const { startUrl } = await Actor.getInput();
const report = { isAtHome: Actor.isAtHome(), apify: require.resolve('apify') };

await Actor.setStatusMessage('At work');
await Actor.setValue('RECORD', { n: 1 });
await Actor.setValue('text', 'käse', { contentType: 'text/plain; charset=utf-8' });
report.values = [await Actor.getValue('RECORD'), await Actor.getValue('text'), await Actor.getValue('missing')];

const dataset = await Actor.openDataset('of-all-versions');
await dataset.pushData([{ n: 1 }, { n: 2 }]);
await dataset.pushData({ text: 'x'.repeat(5000) });
report.dataset = [(await dataset.getData()).items.length, await dataset.map(({ n }) => n ?? null)];

const queue = await Actor.openRequestQueue('of-all-versions');
await queue.addRequest({ url: 'https://a.com/1' });
report.added = (await queue.addRequest({ url: 'https://a.com/1' })).wasAlreadyPresent;
await queue.addRequests([{ url: 'https://a.com/2', userData: { label: 'two' } }, { url: 'https://a.com/3' }]);
report.fetched = [];
while (!(await queue.isFinished())) {
    const request = await queue.fetchNextRequest();
    if (request === null) {
        // Old versions keep a reclaimed request to themselves for some seconds.
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
    }
    const { url, label, retryCount } = request;
    report.fetched.push([url, label, retryCount]);
    if (url.endsWith('3') && retryCount === 0) {
        request.retryCount = 1;
        await queue.reclaimRequest(request);
    } else {
        await queue.markRequestHandled(request);
    }
}
report.handled = (await queue.getInfo()).handledRequestCount;

const state = await Actor.useState('STATE', { pages: 0 });
const crawler = new CheerioCrawler({
    async requestHandler({ request, $, enqueueLinks }) {
        await enqueueLinks();
        await Actor.pushData({ url: request.url, title: $('title').text() });
        state.pages += 1;
    },
    maxRequestRetries: 1,
    failedRequestHandler: () => {},
});
const { requestsFinished, requestsFailed } = await crawler.run([startUrl]);
report.crawl = { requestsFinished, requestsFailed };

const called = await Actor.call('called', { to: 'answer' });
const { value } = await Actor.newClient().keyValueStore(called.defaultKeyValueStoreId).getRecord('OUTPUT');
report.called = [called.status, value];
const started = await Actor.start('called', {});
report.started = (await Actor.apifyClient.run(started.id).waitForFinish()).status;

const client = new ApifyClient({ token: process.env.APIFY_TOKEN });
report.client = [client.baseUrl, (await client.user().get()).username, (await client.datasets().list()).total > 0];

await Actor.setValue('OUTPUT', report);
await Actor.exit('Worked with everything');
`;

const CALLED = `import { Actor } from 'apify';
await Actor.init();
await Actor.setValue('OUTPUT', await Actor.getInput());
await Actor.exit();`;

let site: TestSite;

beforeAll(async () => {
    site = await openTestSite({ pages: PAGES, broken: 1 });
});
afterAll(() => site.close());

/** Latest patches with current dependencies, and versions of old lockfiles. */
const VERSIONS: [name: string, dependencies: Record<string, string>, overrides?: Record<string, string>][] = [
    ['apify 3.7', WITH_CHEERIO],
    ['apify 3.6', { apify: '~3.6.0', '@crawlee/cheerio': '^3' }],
    ['apify 3.5', { apify: '~3.5.0', '@crawlee/cheerio': '^3' }],
    ['apify 3.4', { apify: '~3.4.0', '@crawlee/cheerio': '^3' }],
    ['apify 3.3', { apify: '~3.3.0', '@crawlee/cheerio': '^3' }],
    ['apify 3.2', { apify: '~3.2.0', '@crawlee/cheerio': '^3' }],
    ['apify 3.2 with apify-client 2.9', { apify: '~3.2.0', '@crawlee/cheerio': '^3' }, { 'apify-client': '~2.9.0' }],
    [
        'apify 3.2 as it was in its time',
        { apify: '3.2.0', '@crawlee/cheerio': '3.9.2' },
        { 'apify-client': '2.9.0', '@crawlee/core': '3.9.2', '@crawlee/types': '3.9.2', '@crawlee/utils': '3.9.2' },
    ],
];

it.each(VERSIONS)('runs an Actor with %s', async (_name, dependencies, overrides) => {
    const directory = await installedActor({
        'package.json': {
            name: 'of-version',
            private: true,
            type: 'module',
            dependencies,
            ...(overrides && { overrides }),
        },
        'main.js': ACTOR,
    });
    const engine = await makeEngine();
    await engine.addActor({ name: 'called', source: CALLED });
    await engine.addActor(directory, { name: 'of-version' });

    const run = await engine.call('of-version', { startUrl: site.root('crawl') }, { timeout: 60 });

    const log = await run.log.text();
    const { items, records, ...outcome } = (await outcomeOf(run)) as {
        items: { url: string; title: string }[];
        records: Record<string, unknown>;
    };
    expect(outcome, log).toEqual({
        status: 'SUCCEEDED',
        exitCode: 0,
        statusMessage: 'Worked with everything',
        isStatusMessageTerminal: true,
    });
    expect(records, log).toMatchObject({
        RECORD: { n: 1 },
        text: 'käse',
        STATE: { pages: PAGES },
        OUTPUT: {
            isAtHome: true,
            apify: expect.stringContaining(directory),
            values: [{ n: 1 }, 'käse', null],
            dataset: [3, [1, 2, null]],
            added: true,
            fetched: [
                ['https://a.com/1', undefined, 0],
                ['https://a.com/2', 'two', 0],
                ['https://a.com/3', undefined, 0],
                ['https://a.com/3', undefined, 1],
            ].map((fields) => fields.map((field) => field ?? null)),
            handled: 3,
            crawl: { requestsFinished: PAGES, requestsFailed: 1 },
            called: ['SUCCEEDED', { to: 'answer' }],
            started: 'SUCCEEDED',
            client: ['https://api.apify.com/v2', 'local', true],
        },
    });
    expect(items.map(({ url }) => url.replace('#part', '')).toSorted()).toEqual(site.all('crawl').pages.toSorted());
});

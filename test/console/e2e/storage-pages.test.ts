import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ConsoleBrowser, gone, says, seen } from '../../support/console/console-browser.js';
import type { Page } from 'playwright-core';

const browser = new ConsoleBrowser();
let count = 0;

async function dataset(items: Record<string, unknown>[], schema?: Record<string, unknown>): Promise<string> {
    count += 1;
    const { id } = await browser.engine.client.datasets().getOrCreate(`dataset-${count}`, schema && { schema });
    await browser.engine.client.dataset(id).pushItems(items);
    return id;
}

async function store(records: Record<string, { value: unknown; contentType?: string }> = {}): Promise<string> {
    count += 1;
    const { id } = await browser.engine.client.keyValueStores().getOrCreate(`store-${count}`);
    for (const [key, record] of Object.entries(records)) {
        await browser.engine.client.keyValueStore(id).setRecord({ key, ...record });
    }
    return id;
}

async function queue(): Promise<string> {
    count += 1;
    return (await browser.engine.client.requestQueues().getOrCreate(`queue-${count}`)).id;
}

async function cells(page: Page): Promise<string[][]> {
    const rows = await page.getByRole('table', { name: 'Items' }).locator('tbody tr:not(.gap)').all();
    return Promise.all(rows.map((row) => row.locator('td').allTextContents()));
}

describe('the items of a dataset', () => {
    it('are a table with pages, and the page is in the query', async () => {
        const id = await dataset(Array.from({ length: 260 }, (_, n) => ({ n, square: n * n })));
        const page = await browser.open(`/storage/datasets/${id}`);

        await says(page.locator('.pager-words'), '1–100 of 260');
        expect((await cells(page))[1]).toEqual(['2', '1', '1']);

        await page.getByRole('button', { name: 'Last page' }).click();
        await says(page.locator('.pager-words'), '201–260 of 260');
        expect(page.url()).toContain('offset=200');

        await page.getByLabel('Go to').fill('42');
        await page.keyboard.press('Enter');
        await says(page.locator('.pager-words'), '42–141 of 260');

        await page.reload();
        await says(page.locator('.pager-words'), '42–141 of 260');
        expect((await cells(page))[0]).toEqual(['42', '41', '1681']);
    });

    it('are opened in a dialog, one after the other', async () => {
        const id = await dataset([{ deep: { er: ['value'] } }, { other: 'second' }]);
        const page = await browser.open(`/storage/datasets/${id}`);

        await page.getByRole('button', { name: 'Open item 1' }).click();
        await says(page.getByRole('dialog'), '"deep"');
        await page.getByRole('button', { name: 'Next', exact: true }).click();
        await says(page.getByRole('dialog'), '"second"');
        await page.keyboard.press('Escape');
        await gone(page.getByRole('dialog'));
    });

    it('are shown by view, by fields, clean, newest first, and as JSON', async () => {
        const schema = {
            actorSpecification: 1,
            views: {
                prices: {
                    title: 'Prices',
                    transformation: { fields: ['price', 'name'] },
                    display: { component: 'table', properties: { price: { label: 'In dollars', format: 'number' } } },
                },
            },
        };
        const items = [{ name: 'a', price: 1, '#hidden': 1 }, {}, { name: 'b', price: 2, '#hidden': 2 }];
        const page = await browser.open(`/storage/datasets/${await dataset(items, schema)}`);
        const heads = (): Promise<string[]> => page.locator('.table th').allTextContents();
        await seen(page.locator('.table'));
        expect(await heads()).toEqual(['#', 'name', 'price', '#hidden']);

        await page.getByRole('button', { name: 'Clean' }).click();
        await expect.poll(heads).toEqual(['#', 'name', 'price']);
        expect(await cells(page)).toHaveLength(2);

        await page.getByLabel('View').selectOption('Prices');
        await expect.poll(heads).toEqual(['#', 'In dollars', 'name']);

        await page.getByLabel('View').selectOption('All fields');
        await page.getByRole('button', { name: 'Newest first' }).click();
        await expect.poll(async () => (await cells(page))[0]?.[1]).toBe('b');

        await page.getByRole('button', { name: 'Fields' }).click();
        await page.getByRole('dialog').getByLabel('price').uncheck();
        await page.getByRole('button', { name: 'Show', exact: true }).click();
        await expect.poll(heads).not.toContain('price');

        await page.getByRole('button', { name: 'JSON' }).click();
        await says(page.locator('.items-json'), '"name": "b"');
    });

    it.each([
        ['CSV', /^\uFEFF?n,text\r?\n0,"it, 0"/],
        ['JSON', /^\[\{"n":0,"text":"it, 0"\}/],
        ['JSON Lines', /^\{"n":0,"text":"it, 0"\}\n/],
        ['XML', /<n>0<\/n>/],
        ['HTML table', /<td>0<\/td>/],
        ['RSS', /<rss/],
        ['Excel', /^PK/],
    ])('are downloaded as %s by the browser, without the token', async (format, contents) => {
        const id = await dataset([{ n: 0, text: 'it, 0' }]);
        const page = await browser.open(`/storage/datasets/${id}`);
        await page.getByRole('button', { name: 'Export' }).click();
        const link = page.getByRole('dialog').getByRole('link', { name: format, exact: true });
        expect(await link.getAttribute('href')).not.toContain('token');

        const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);

        expect(await readFile(await download.path(), 'utf8')).toMatch(contents);
    });

    it('are pushed manually, and have a shareable link', async () => {
        const id = await dataset([]);
        const page = await browser.open(`/storage/datasets/${id}`, {
            permissions: ['clipboard-read', 'clipboard-write'],
        });
        await page.getByRole('button', { name: 'Push items', exact: true }).click();
        await page.getByLabel('JSON object or array of objects').fill('[{ "n": 1 }, { "n": 2 }]');
        await page.getByRole('dialog').getByRole('button', { name: 'Push items', exact: true }).click();
        await says(page.locator('.pager-words'), '1–2 of 2');

        await page.getByRole('button', { name: 'Newest first' }).click();
        await page.getByRole('button', { name: 'Export' }).click();
        await page.getByRole('button', { name: 'Copy the link' }).click();
        await seen(page.getByRole('button', { name: 'Copied' }));
        const link = String(await page.evaluate('navigator.clipboard.readText()'));

        expect(await (await fetch(link)).json()).toEqual([{ n: 2 }, { n: 1 }]);
    });

    it('link back from a page beyond the end', async () => {
        const page = await browser.open(`/storage/datasets/${await dataset([{ n: 1 }])}?offset=500`);

        await seen(page.getByText('No items on this page: the dataset has 1 item'));
        await page.getByRole('button', { name: 'Go to the first' }).click();
        await says(page.locator('.pager-words'), '1–1 of 1');
    });

    it('have an empty state', async () => {
        const page = await browser.open(`/storage/datasets/${await dataset([])}`);

        await seen(page.getByText('No items'));
        await seen(page.getByText('await Actor.pushData('));
    });

    it('are updated while the run pushes items', async () => {
        const name = 'pushes-on-demand';
        const source = `import { Actor } from 'apify'; await Actor.init();
            for (let n = 0; n < 3; n += 1) {
                while (!(await Actor.getValue('GO-' + n))) await new Promise((resolve) => setTimeout(resolve, 20));
                await Actor.pushData({ n });
            }
            await Actor.exit();`;
        await browser.engine.addActor({ name, source });
        const run = await browser.engine.start(name);
        const page = await browser.open(`/runs/${run.id}/items`);
        await seen(page.getByText('No items'));

        await run.keyValueStore.setRecord({ key: 'GO-0', value: 1 });
        await says(page.locator('.pager-words'), 'of 1');
        await run.keyValueStore.setRecord({ key: 'GO-1', value: 1 });
        await says(page.locator('.pager-words'), 'of 2');
        await run.keyValueStore.setRecord({ key: 'GO-2', value: 1 });
        await says(page.locator('.pager-words'), 'of 3');
    });
});

describe('the records of a key-value store', () => {
    const PIXEL = Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
        'base64',
    );

    it('are previewed by type', async () => {
        const id = await store({
            'data.json': { value: { deep: [1, 2] } },
            'image.png': { value: PIXEL, contentType: 'image/png' },
            'notes.txt': { value: 'some notes', contentType: 'text/plain' },
            'page.html': { value: '<h1>A page</h1>', contentType: 'text/html' },
            'thing.bin': { value: Buffer.from([1, 2]), contentType: 'application/octet-stream' },
        });
        const page = await browser.open(`/storage/key-value-stores/${id}`);
        const choose = (key: string): Promise<void> => page.locator('.key-list').getByTitle(key).click();

        await choose('data.json');
        await says(page.locator('.record .json'), '"deep"');
        await choose('image.png');
        const width = 'document.querySelector(".record-image")?.naturalWidth ?? 0';
        await expect.poll(() => page.evaluate(width)).toBe(1);
        await choose('notes.txt');
        await says(page.locator('.record-text'), 'some notes');
        await choose('page.html');
        await seen(page.frameLocator('.record-html').getByText('A page'));
        await choose('thing.bin');
        await seen(page.getByText('No preview for the type'));
        expect(page.url()).toContain('key=thing.bin');

        await page.getByLabel('Filter by key prefix').fill('no');
        await gone(page.locator('.key-list').getByTitle('data.json'));
        await seen(page.locator('.key-list').getByTitle('notes.txt'));
    });

    it('are truncated if long, and then read-only', async () => {
        const long = { value: 'line of text\n'.repeat(300_000), contentType: 'text/plain' };
        const page = await browser.open(`/storage/key-value-stores/${await store({ long, short: { value: 1 } })}`);

        await page.getByTitle('long').click();
        await seen(page.getByText('Truncated.'));
        expect(await page.getByRole('button', { name: 'Edit the record' }).count()).toBe(0);

        await page.getByTitle('short').click();
        await says(page.locator('.record .json'), '1');
        await seen(page.getByRole('button', { name: 'Edit the record' }));
    });

    it('are navigated by keys', async () => {
        const page = await browser.open(
            `/storage/key-value-stores/${await store({ a: { value: 1 }, b: { value: 2 } })}`,
        );
        await page.getByTitle('a', { exact: true }).click();
        await says(page.locator('.record .json'), '1');

        await page.keyboard.press('ArrowDown');

        await says(page.locator('.record .json'), '2');
        expect(await page.evaluate('document.activeElement.title')).toBe('b');
    });

    it('are created, updated and deleted; invalid JSON has a position', async () => {
        const id = await store();
        const records = browser.engine.client.keyValueStore(id);
        const page = await browser.open(`/storage/key-value-stores/${id}`);
        await seen(page.getByText('No records'));

        await page.getByRole('button', { name: 'Create record', exact: true }).click();
        await page.getByLabel('Key', { exact: true }).fill('a key');
        await seen(page.getByText('Enter 1 to 256 letters'));
        await page.getByLabel('Key', { exact: true }).fill('a-key');
        await page.getByLabel('Value').fill('{\n  "a": 1,\n}');
        await says(page.getByRole('dialog'), /Line 3, column 1/);
        expect(await page.getByRole('dialog').getByRole('button', { name: 'Create record' }).isDisabled()).toBe(true);
        await page.getByLabel('Value').fill('{ "a": 1 }');
        await page.getByRole('dialog').getByRole('button', { name: 'Create record' }).click();
        await says(page.locator('.record .json'), '"a": 1');
        expect((await records.getRecord('a-key'))?.value).toEqual({ a: 1 });

        await page.getByRole('button', { name: 'Edit the record' }).click();
        await page.getByLabel('Value').fill('{ "a": 2 }');
        await page.getByRole('button', { name: 'Save' }).click();
        await says(page.locator('.record .json'), '"a": 2');

        await page.getByRole('button', { name: 'Delete the record' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await seen(page.getByText('No records'));
        expect(await records.getRecord('a-key')).toBeUndefined();
    });

    it('are uploaded from files and downloaded, one by one or all', async () => {
        const page = await browser.open(`/storage/key-value-stores/${await store()}`);
        await page.getByRole('button', { name: 'Create record', exact: true }).click();
        await page.getByLabel('File').setInputFiles({ name: 'one pixel.png', mimeType: 'image/png', buffer: PIXEL });
        await page.getByRole('dialog').getByRole('button', { name: 'Create record' }).click();
        await seen(page.locator('.record-image'));

        const [one] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('link', { name: 'Download the record' }).click(),
        ]);
        expect(await readFile(await one.path())).toEqual(PIXEL);
        const [all] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('link', { name: 'Download ZIP' }).click(),
        ]);
        expect((await readFile(await all.path())).subarray(0, 2).toString()).toBe('PK');
    });

    it('are listed while scrolling', async () => {
        const id = await store();
        const records = browser.engine.client.keyValueStore(id);
        for (let n = 0; n < 2_500; n += 1) {
            await records.setRecord({ key: `key-${String(n).padStart(4, '0')}`, value: n });
        }
        const page = await browser.open(`/storage/key-value-stores/${id}`);
        await seen(page.getByTitle('key-0000'));

        const last = page.getByTitle('key-2499');
        const scrollOn = async (): Promise<number> => {
            await page.evaluate('document.querySelector(".key-list").scrollTop = 1e9');
            return last.count();
        };
        await expect.poll(scrollOn, { timeout: 15_000 }).toBe(1);
        expect(await page.locator('.key-list li').count()).toBeLessThan(150);
    });
});

describe('the requests of a queue', () => {
    it('are shown and filtered by state, with errors', async () => {
        const id = await queue();
        const client = browser.engine.client.requestQueue(id, { clientKey: 'somebody' });
        for (const name of ['done', 'failed', 'locked', 'pending']) {
            await client.addRequest({ url: `https://x.example/${name}` });
        }
        const { items } = await client.listRequests();
        const [done, failed] = items;
        await client.updateRequest({ ...done!, handledAt: new Date().toISOString() });
        await client.updateRequest({ ...failed!, handledAt: new Date().toISOString(), errorMessages: ['It\n  broke'] });
        await client.listAndLockHead({ limit: 1, lockSecs: 600 });
        const page = await browser.open(`/storage/request-queues/${id}`);
        const states = async (): Promise<string[]> =>
            page.getByRole('table', { name: 'Requests' }).locator('.status').allTextContents();
        await expect.poll(states).toEqual(['Handled', 'Failed', 'Locked', 'Pending']);

        for (const state of ['failed', 'locked', 'pending', 'handled']) {
            await page.getByLabel('State').selectOption(state);
            await expect.poll(async () => (await states()).map((word) => word.toLowerCase())).toEqual([state]);
        }
        await page.getByLabel('State').selectOption('');
        await page.getByLabel('URL or unique key').fill('fail');
        await expect.poll(states).toEqual(['Failed']);

        await page.getByRole('button', { name: 'https://x.example/failed' }).click();
        await says(page.locator('.request-errors'), 'It\n  broke');
        await page.getByRole('button', { name: 'Requeue' }).click();
        await expect.poll(states).toEqual(['Pending']);
        expect((await client.getRequest(failed!.id))?.errorMessages).toEqual([]);
    });

    it('are added with user data to the front, and deleted', async () => {
        const id = await queue();
        const client = browser.engine.client.requestQueue(id);
        await client.addRequest({ url: 'https://x.example/first' });
        const page = await browser.open(`/storage/request-queues/${id}`);

        await page.getByRole('button', { name: 'Add request', exact: true }).click();
        await page.getByLabel('URL', { exact: true }).fill('not a url');
        await seen(page.getByText('Enter a URL that begins with'));
        await page.getByLabel('URL', { exact: true }).fill('https://x.example/new');
        await page.getByLabel('User data').fill('{ "label": "PAGE" }');
        await page.getByLabel('Add to the front').check();
        await page.getByRole('dialog').getByRole('button', { name: 'Add request', exact: true }).click();
        await seen(page.getByRole('button', { name: 'https://x.example/new' }));
        const { items } = await client.listHead();
        expect(items[0]?.url).toBe('https://x.example/new');
        expect((await client.getRequest(items[0]!.id))?.userData).toEqual({ label: 'PAGE' });

        await page.getByRole('button', { name: 'https://x.example/new' }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await page.getByRole('dialog', { name: 'Delete the request?' }).getByRole('button', { name: 'Delete' }).click();
        await gone(page.getByRole('button', { name: 'https://x.example/new' }));
    });
});

describe('storages', () => {
    it.each([
        ['datasets', 'dataset'],
        ['key-value-stores', 'key-value store'],
        ['request-queues', 'request queue'],
    ])('of the kind %s are created with a name, renamed, found and deleted', async (kind, word) => {
        const page = await browser.open(`/storage/${kind}`);

        await page.getByRole('button', { name: `Create ${word}`, exact: true }).click();
        await page.getByRole('dialog').getByRole('textbox').fill('-not-a-name');
        await seen(page.getByText('Enter 1 to 63 letters'));
        await page.getByRole('dialog').getByRole('textbox').fill(`fresh-${kind}`);
        await page
            .getByRole('dialog')
            .getByRole('button', { name: `Create ${word}` })
            .click();
        await seen(page.locator('h1', { hasText: `fresh-${kind}` }));

        await page.getByRole('button', { name: 'Rename' }).click();
        await page.getByRole('dialog').getByRole('textbox').fill(`renamed-${kind}`);
        await page.getByRole('button', { name: 'Save' }).click();
        await seen(page.locator('h1', { hasText: `renamed-${kind}` }));

        await page.goto(`${browser.url}/storage/${kind}`);
        await page.getByLabel('Name, id, or id of a run').fill('RENAMED');
        await seen(page.getByRole('link', { name: `renamed-${kind}` }));
        await page.getByRole('link', { name: `renamed-${kind}` }).click();

        await page.getByRole('button', { name: 'Delete', exact: true }).click();
        await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
        await seen(page.locator('h1', { hasText: 'Storage' }));
        await gone(page.getByRole('link', { name: `renamed-${kind}` }));
    });

    it('that are missing are explained', async () => {
        const page = await browser.open('/storage/datasets/AAAAAAAAAAAAAAAAA');

        await seen(page.getByText('Dataset AAAAAAAAAAAAAAAAA not found'));
    });

    it('of runs are listed on request', async () => {
        await browser.engine.addActor({
            name: 'stores',
            source: 'export default async ({ Actor }) => { await Actor.pushData({}); }',
        });
        const run = await browser.engine.call('stores');
        const page = await browser.open('/storage/datasets');

        await page.getByRole('button', { name: 'Include unnamed' }).click();

        await seen(page.getByRole('link', { name: run.id }));
    });
});

import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { connectClient } from '../connect-client.js';
import { send } from '../send.js';

const ITEMS = [
    { n: 1, nested: { a: 1 }, list: [{ x: 1 }, { x: 2 }], '#hidden': true },
    { n: 2, text: 'ž, "quoted"' },
    {},
    { n: 3, nested: { a: 3 } },
];

async function withItems() {
    const { client } = await makeEngine();
    const remote = connectClient(client);
    const { id } = await remote.datasets().getOrCreate('results');
    await remote.dataset(id).pushItems(ITEMS);
    return { client, local: client.dataset(id), remote: remote.dataset(id), id };
}

describe('datasets over the API', () => {
    it('are created once and are the same to both clients', async () => {
        const { client } = await makeEngine();
        const remote = connectClient(client);

        const first = await remote.datasets().getOrCreate('my-data');
        const again = await remote.datasets().getOrCreate('my-data');
        const unnamed = await remote.datasets().getOrCreate();

        expect(again.id).toBe(first.id);
        expect(first).toEqual(await client.dataset('my-data').get());
        expect(unnamed.name).toBeNull();
        expect(await remote.dataset('~my-data').get()).toEqual(first);
        expect(await remote.dataset('local/my-data').get()).toEqual(first);
    });

    it('report by the status if one was created', async () => {
        const { client } = await makeEngine();

        const created = await send(client, '/datasets?name=one', { method: 'POST' });
        const found = await send(client, '/datasets?name=one', { method: 'POST' });
        const unnamed = await send(client, '/datasets', { method: 'POST' });

        expect([created.status, found.status, unnamed.status]).toEqual([201, 200, 201]);
    });

    it('are listed page by page', async () => {
        const { client } = await makeEngine();
        const remote = connectClient(client);
        for (const name of ['a', 'b', 'c']) await remote.datasets().getOrCreate(name);
        await remote.datasets().getOrCreate();

        const page = await remote.datasets().list({ offset: 1, limit: 1, desc: true });
        const names = [];
        for await (const { name } of remote.datasets().list()) names.push(name);

        expect(page).toMatchObject({ total: 3, offset: 1, limit: 1, count: 1, desc: true, items: [{ name: 'b' }] });
        expect(names).toEqual(['a', 'b', 'c']);
        expect((await remote.datasets().list({ unnamed: true })).total).toBe(4);
        expect((await remote.datasets().list({ ownership: 'sharedWithMe' })).total).toBe(0);
    });

    it('are renamed and deleted', async () => {
        const { client } = await makeEngine();
        const remote = connectClient(client);
        const { id } = await remote.datasets().getOrCreate('old');

        const updated = await remote.dataset(id).update({ name: 'new', title: 'Title' });
        await remote.dataset(id).delete();
        await remote.dataset(id).delete();

        expect(updated).toMatchObject({ id, name: 'new', title: 'Title' });
        expect(await remote.dataset(id).get()).toBeUndefined();
        expect(await remote.dataset(id).getStatistics()).toBeUndefined();
        expect((await send(client, `/datasets/${id}`, { method: 'DELETE' })).status).toBe(404);
        await expect(remote.dataset(id).listItems()).rejects.toMatchObject({
            statusCode: 404,
            type: 'record-not-found',
        });
        await expect(remote.dataset(id).pushItems({ a: 1 })).rejects.toMatchObject({ type: 'record-not-found' });
    });
});

describe('items over the API', () => {
    it.each([
        {},
        { offset: 1, limit: 2 },
        { desc: true, limit: 1 },
        { clean: true },
        { skipEmpty: true, skipHidden: false },
        { fields: ['n', 'nested'], flatten: ['nested'] },
        { omit: ['n'] },
        { unwind: 'list' },
        { unwind: ['list', 'nested'] },
    ])('are listed as in process with %o', async (options) => {
        const { local, remote } = await withItems();

        expect(await remote.listItems(options)).toEqual(await local.listItems(options));
    });

    it('are iterated over in chunks', async () => {
        const { remote } = await withItems();

        const items = [];
        for await (const item of remote.listItems({ chunkSize: 3 })) items.push(item);

        expect(items).toEqual(ITEMS);
    });

    it.each(['json', 'jsonl', 'csv', 'xlsx', 'xml', 'rss', 'html'])(
        'are downloaded as in process as %s',
        async (as) => {
            const { local, remote } = await withItems();
            const format = as as 'json';

            const [here, there] = [await local.downloadItems(format), await remote.downloadItems(format as never)];

            expect(Buffer.compare(here, there)).toBe(0);
        },
    );

    it('are downloaded with all options of a file', async () => {
        const { local, remote } = await withItems();
        const csv = { delimiter: ';', bom: false, skipHeaderRow: true, fields: ['n', 'text'], attachment: true };
        const xml = { xmlRoot: 'rows', xmlRow: 'row', clean: true };

        expect(await remote.downloadItems('csv' as never, csv)).toEqual(await local.downloadItems('csv', csv));
        expect(await remote.downloadItems('xml' as never, xml)).toEqual(await local.downloadItems('xml', xml));
        expect(await remote.downloadItems('json' as never, { bom: true })).toEqual(
            await local.downloadItems('json', { bom: true }),
        );
    });

    it('have the type of their format, and a file name for downloads', async () => {
        const { client, id } = await withItems();

        const csv = await send(client, `/datasets/${id}/items?format=csv&attachment=1`);
        const json = await send(client, `/datasets/${id}/items`);

        expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
        expect(csv.headers.get('content-disposition')).toBe('attachment; filename="items.csv"');
        expect(json.headers.get('content-disposition')).toBeNull();
    });

    it('have pagination headers', async () => {
        const { client, id } = await withItems();

        const { headers } = await send(client, `/datasets/${id}/items?clean=true&desc=1`, { method: 'HEAD' });

        expect(Object.fromEntries(headers)).toMatchObject({
            'x-apify-pagination-total': '4',
            'x-apify-pagination-offset': '0',
            'x-apify-pagination-limit': '999999999999',
            'x-apify-pagination-count': '3',
            'x-apify-pagination-desc': 'true',
        });
    });

    it('are pushed as an object, an array or JSON, compressed if large', async () => {
        const { client } = await makeEngine();
        const remote = connectClient(client);
        const { id } = await remote.datasets().getOrCreate();
        const many = Array.from({ length: 500 }, (_, n) => ({ n, text: 'ř'.repeat(20) }));

        await remote.dataset(id).pushItems({ one: 1 });
        await remote.dataset(id).pushItems(JSON.stringify([{ two: 2 }]));
        await remote.dataset(id).pushItems(many);

        expect((await client.dataset(id).listItems()).items).toEqual([{ one: 1 }, { two: 2 }, ...many]);
    });

    it.each(['5', '[{}, 1]', '{"a":', ''])('are refused, all of them, when they are %s', async (body) => {
        const { client, id } = await withItems();

        const answer = await send(client, `/datasets/${id}/items`, { method: 'POST', body });

        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-value' } } });
        expect((await client.dataset(id).get())?.itemCount).toBe(ITEMS.length);
    });

    it('are counted by field', async () => {
        const { local, remote } = await withItems();

        expect(await remote.getStatistics()).toEqual(await local.getStatistics());
    });
});

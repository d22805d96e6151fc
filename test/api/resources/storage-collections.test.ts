import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { handleTrustedRequest } from '../../../src/api/api.js';
import { makeEngine } from '../../support/make-engine.js';
import { readZip } from '../../support/files/read-zip.js';
import { BASE_URL } from '../connect-client.js';
import { errorOf, send } from '../send.js';
import type { ActorFunctionContext } from 'greenroom';

async function withRun() {
    const engine = await makeEngine();
    await engine.addActor({
        name: 'actor',
        run: async ({ Actor }: ActorFunctionContext) => {
            await Actor.pushData([
                { url: 'a', pageFunctionResult: [{ x: 1 }, { x: 2 }], junk: true },
                { url: 'b', errorInfo: 'bad' },
            ]);
            await Actor.setValue('one', { n: 1 });
            await Actor.setValue('two', 'text', { contentType: 'text/plain' });
        },
    });
    const { id } = await engine.call('actor');
    const run = (await engine.client.run(id).get())!;
    return { client: engine.client, run };
}

const put = (body: RequestInit['body'], headers: Record<string, string> = {}): RequestInit => ({
    method: 'PUT',
    body,
    headers,
});

describe('A created resource', () => {
    it('is at the location of the response, for every path', async () => {
        const { client, run } = await withRun();
        const { defaultDatasetId: dataset, defaultKeyValueStoreId: store } = run;
        const post = { method: 'POST', body: '{"n":1}' };
        const cases: [string, RequestInit, string][] = [
            ['/datasets?name=new', { method: 'POST' }, `/datasets/${(await client.datasets().getOrCreate('new')).id}`],
            [`/datasets/${dataset}/items`, post, `/datasets/${dataset}/items`],
            ['/datasets/local%2Fspare/items', post, '/datasets/local%2Fspare/items'],
            [`/actor-runs/${run.id}/dataset/items`, post, `/datasets/${dataset}/items`],
            ['/actors/actor/runs/last/dataset/items', post, `/datasets/${dataset}/items`],
            [`/key-value-stores/${store}/records/k`, put('1'), `/key-value-stores/${store}/records/k`],
            [`/actor-runs/${run.id}/key-value-store/records/it's`, put('1'), `/key-value-stores/${store}/records/it's`],
            ['/acts/actor/runs/last/key-value-store/records/k', post, `/key-value-stores/${store}/records/k`],
        ];
        await client.dataset('new').delete();
        await client.datasets().getOrCreate('spare');

        for (const [path, init, expected] of cases) {
            const { status, headers, body } = await send(client, path, init);
            const { id } = (body as { data?: { id: string } }).data ?? {};
            expect(status).toBe(201);
            const there = id === undefined ? expected : `/datasets/${id}`;
            expect(headers.get('location')).toBe(`${BASE_URL}/v2${there}`);
        }
    });
});

describe('the items of a dataset', () => {
    it.each(['json', 'jsonl', 'csv', 'html', 'xlsx', 'xml', 'rss'])(
        'come with what it takes to page, as %s',
        async (format) => {
            const { client, run } = await withRun();

            const path = `/datasets/${run.defaultDatasetId}/items?format=${format}&offset=1&limit=5&desc=1`;
            const { headers } = await send(client, path);
            const head = await send(client, path, { method: 'HEAD' });

            const page = ['total', 'offset', 'limit', 'count', 'desc'].map((name) =>
                headers.get(`x-apify-pagination-${name}`),
            );
            expect(page).toEqual(['2', '1', '5', '1', 'true']);
            expect(head.headers.get('x-apify-pagination-total')).toBe('2');
            expect(head.body).toBe('');
        },
    );

    it('can be simplified as for legacy crawlers', async () => {
        const { client, run } = await withRun();
        const read = async (query: string) =>
            (await send(client, `/datasets/${run.defaultDatasetId}/items?${query}`)).body;

        expect(await read('simplified=1')).toEqual([
            { url: 'a', x: 1 },
            { url: 'a', x: 2 },
            { url: 'b', errorInfo: 'bad' },
        ]);
        expect(await read('skipFailedPages=true&fields=url')).toEqual([{ url: 'a' }]);
        expect(await read('simplified=1&skipFailedPages=1&omit=url')).toEqual([{ x: 1 }, { x: 2 }]);
    });

    it('have a feed with a custom title', async () => {
        const { client, run } = await withRun();
        const path = `/datasets/${run.defaultDatasetId}/items?format=rss`;

        const given = await send(client, `${path}&feedTitle=Pasta%20%26%20more&feedDescription=Fresh`);
        const plain = await send(client, path);

        expect(given.body).toContain('<title>Pasta &amp; more</title>');
        expect(given.body).toContain('<description>Fresh</description>');
        expect(plain.body).toContain(`<title>Dataset ${run.defaultDatasetId}</title>`);
    });
});

describe('the records of a key-value store', () => {
    it('are downloaded as an archive, all or those with a prefix', async () => {
        const { client, run } = await withRun();
        const read = async (path: string) => {
            const response = await handleTrustedRequest(new Request(`${BASE_URL}/v2${path}`), client);
            expect(response.headers.get('content-type')).toBe('application/zip');
            return readZip(Buffer.from(await response.arrayBuffer()));
        };

        expect(await read(`/key-value-stores/${run.defaultKeyValueStoreId}/records`)).toEqual(
            new Map([
                ['one', '{\n  "n": 1\n}'],
                ['two', 'text'],
            ]),
        );
        expect([...(await read(`/actor-runs/${run.id}/key-value-store/records?prefix=t`)).keys()]).toEqual(['two']);
        expect((await read(`/actors/actor/runs/last/key-value-store/records?prefix=none`)).size).toBe(0);
    });

    it('are not found without the store', async () => {
        const { client } = await withRun();

        const answer = await send(client, '/key-value-stores/none/records');

        expect(answer).toMatchObject({ status: 404, body: { error: { type: 'record-not-found' } } });
    });

    it('are the same whether they were sent compressed or not', async () => {
        const { client, run } = await withRun();
        const path = `/key-value-stores/${run.defaultKeyValueStoreId}/records/page`;
        const html = '<p>ž</p>';

        await send(client, path, put(gzipSync(html), { 'content-encoding': 'gzip', 'content-type': 'text/html' }));
        const { headers, body } = await send(client, path, { headers: { 'accept-encoding': 'br' } });
        const saved = await send(client, `${path}?attachment=1`);

        expect(body).toBe(html);
        expect(headers.get('content-type')).toBe('text/html');
        expect(headers.get('content-encoding')).toBeNull();
        expect(saved.headers.get('content-disposition')).toBe('attachment; filename="page"');
        expect(saved.body).toBe(html);
    });
});

describe('a collection of a key-value store', () => {
    const SCHEMA = {
        actorKeyValueStoreSchemaVersion: 1,
        title: 'Store',
        collections: { pictures: { title: 'Pictures', keyPrefix: 'pic-' }, result: { title: 'Result', key: 'OUTPUT' } },
    };

    async function withStore() {
        const engine = await makeEngine();
        const definition = {
            actorSpecification: 1,
            name: 'painter',
            version: '0.1',
            storages: { keyValueStore: SCHEMA },
        };
        const source = `import { Actor } from 'apify';
            await Actor.init();
            for (const key of ['OUTPUT', 'pic-1', 'pic-2', 'other']) await Actor.setValue(key, key);
            await Actor.exit();`;
        await engine.addActor({
            name: 'painter',
            sourceFiles: [
                { name: '.actor/actor.json', content: JSON.stringify(definition) },
                { name: 'main.js', content: source },
                { name: 'package.json', content: '{"type":"module"}' },
            ],
        });
        const run = await engine.call('painter');
        const { defaultKeyValueStoreId: id } = await run.info();
        const keys = async (query: string) => {
            const { body } = await send(engine.client, `/key-value-stores/${id}/keys?${query}`);
            return (body as { data: { items: { key: string }[] } }).data.items.map(({ key }) => key);
        };
        return { client: engine.client, id, keys };
    }

    it("has the keys that the Actor's schema defines", async () => {
        const { client, id, keys } = await withStore();

        expect(await keys('collection=pictures')).toEqual(['pic-1', 'pic-2']);
        expect(await keys('collection=pictures&limit=1&exclusiveStartKey=pic-1')).toEqual(['pic-2']);
        expect(await keys('collection=pictures&prefix=p')).toEqual(['pic-1', 'pic-2']);
        expect(await keys('collection=pictures&prefix=pic-2')).toEqual(['pic-2']);
        expect(await keys('collection=pictures&prefix=o')).toEqual([]);
        expect(await keys('collection=result')).toEqual(['OUTPUT']);
        expect((await client.keyValueStore(id).get())?.schema).toEqual(SCHEMA);
        const archive = await handleTrustedRequest(
            new Request(`${BASE_URL}/v2/key-value-stores/${id}/records?collection=pictures`),
            client,
        );
        expect([...readZip(Buffer.from(await archive.arrayBuffer())).keys()]).toEqual(['pic-1', 'pic-2']);
    });

    it('must exist', async () => {
        const { client, id } = await withStore();
        await client.keyValueStores().getOrCreate('plain');

        const answer = await send(client, `/key-value-stores/${id}/keys?collection=picture`);
        const plain = await send(client, '/key-value-stores/plain/keys?collection=any');

        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-collection' } } });
        expect(errorOf(answer).message).toContain('Did you mean `pictures`?');
        expect(errorOf(plain).type).toBe('invalid-collection');
    });
});

describe('the last run of an Actor', () => {
    it('is chosen by status and origin for all that is below it', async () => {
        const { client } = await withRun();
        const below = ['', '/log', '/dataset', '/dataset/items', '/key-value-store', '/key-value-store/keys'];
        const ofQueue = ['/request-queue', '/request-queue/head', '/request-queue/requests'];

        for (const end of [...below, ...ofQueue]) {
            const path = `/actors/actor/runs/last${end}`;
            expect((await send(client, `${path}?status=SUCCEEDED&origin=API`)).status).toBe(200);
            for (const query of ['status=FAILED', 'origin=WEB']) {
                const answer = await send(client, `${path}?${query}`);
                expect([path, answer.status]).toEqual([path, 404]);
                expect(errorOf(answer).type).toBe('record-not-found');
            }
        }
    });
});

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { handleTrustedRequest } from '../../src/api/api.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { errorOf, send } from './send.js';
import type { Client } from '../../src/model/client/client.js';

const LIMIT = 9_437_184;

async function makeDataset() {
    const { client } = await makeEngine();
    const { id } = await client.datasets().getOrCreate('data');
    const push = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
        send(client, `/datasets/${id}/items`, { method: 'POST', body: body as RequestInit['body'], headers });
    return { client, id, push, items: async () => (await client.dataset(id).listItems()).items };
}

describe('An unknown path', () => {
    it.each(['/nothing', '/datasets/a/b/c', '/actor-runs/a/nothing', ''])('is not found: %s', async (path) => {
        const { client } = await makeEngine();

        const answer = await send(client, path);

        expect(answer.status).toBe(404);
        expect(errorOf(answer)).toMatchObject({ type: 'page-not-found' });
        expect(errorOf(answer).message).toContain(`GET /v2${path}`);
    });

    it('is not found outside of version 2 of the API', async () => {
        const { client } = await makeEngine();

        const answer = await handleTrustedRequest(new Request('http://engine.invalid/v3/datasets'), client);

        expect(answer.status).toBe(404);
    });

    it('lists the allowed methods', async () => {
        const { client } = await makeEngine();

        const answer = await send(client, '/datasets/some', { method: 'POST' });

        expect(answer.status).toBe(405);
        expect(errorOf(answer).type).toBe('method-not-allowed');
        expect(errorOf(answer).message).toContain('GET, PUT, DELETE');
    });

    it.each(['/datasets/%E0%A4%A', '/datasets/%', '/acts/%00', '/datasets/..%2F..', '/actor-runs/%25'])(
        'is not found either if its text is odd: %s',
        async (path) => {
            const { client } = await makeEngine();

            expect((await send(client, path)).status).toBe(404);
        },
    );

    it('may have a trailing slash if it is known', async () => {
        const { client } = await makeEngine();

        expect((await send(client, '/datasets/')).status).toBe(200);
    });
});

describe('a bad query', () => {
    it.each([
        ['/datasets?limit=many', 'limit'],
        ['/datasets?limit=-1', 'limit'],
        ['/datasets?limit=1.5', 'limit'],
        ['/datasets?offset=0x10', 'offset'],
        ['/datasets?desc=yes', 'desc'],
        ['/datasets?ownership=mine', 'ownership'],
        ['/actors?sortBy=name', 'sortBy'],
        ['/actor-runs?status=DONE', 'status'],
        ['/actor-runs?startedAfter=tomorrow', 'startedAfter'],
        ['/acts/actor/runs/last?origin=MOON', 'origin'],
        ['/datasets/~data/items?format=pdf', 'format'],
        ['/datasets/~data/items?fields=a,b&outputFields=c', 'outputFields'],
        ['/key-value-stores/~store/keys?limit=-5', 'limit'],
    ])('is rejected, and names the parameter: %s', async (path, name) => {
        const { client } = await makeEngine();
        await client.datasets().getOrCreate('data');
        await client.keyValueStores().getOrCreate('store');

        const answer = await send(client, path);

        expect(answer.status).toBe(400);
        expect(errorOf(answer).message).toContain(name);
    });

    it('is rejected for a start, and leaves no run', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, `export default () => {};`);
        const queries = ['memory=lots', 'memory=100', 'timeout=-1', 'build=none', 'webhooks=e30', 'waitForFinish=x'];

        for (const query of queries) {
            const answer = await send(engine.client, `/acts/${actor}/runs?${query}`, { method: 'POST' });

            expect([query, answer.status]).toEqual([query, 400]);
        }
        expect((await engine.client.runs().list()).total).toBe(0);
    });

    it('ignores empty and unknown parameters', async () => {
        const { client } = await makeEngine();

        expect((await send(client, '/datasets?limit=&desc=&token=abc&whatever=1')).status).toBe(200);
    });

    it('accepts flags and numbers in the formats of all clients', async () => {
        const { client, id } = await makeDataset();

        for (const query of ['clean=1&desc=0', 'clean=true&desc=FALSE', 'limit=1e1']) {
            expect((await send(client, `/datasets/${id}/items?${query}`)).status).toBe(200);
        }
    });
});

describe('Deeply nested JSON', () => {
    const deep = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000);

    it('is rejected as an item, and the dataset stays readable', async () => {
        const { push, items, client, id } = await makeDataset();
        await push('{"n":1}');

        for (const body of [deep, `[${deep}]`]) {
            const answer = await push(body);

            expect(answer.status).toBe(400);
            expect(errorOf(answer).type).toBe('invalid-value');
        }
        expect(await items()).toEqual([{ n: 1 }]);
        expect((await send(client, `/datasets/${id}/items?format=xml`)).status).toBe(200);
    });

    it.each([
        ['POST', '/tools/encode-and-sign', deep],
        ['POST', '/datasets?name=new', `{"schema":${deep}}`],
        ['POST', '/actors', `{"name":"new","title":${deep}}`],
    ])('is rejected as fields: %s %s', async (method, path, body) => {
        const { client } = await makeEngine();

        const answer = await send(client, path, { method, body });

        expect(answer.status).toBe(400);
        expect(errorOf(answer).message).toContain('1000 levels');
    });
});

describe('the query `method`', () => {
    it('overrides the method', async () => {
        const { client, push, id } = await makeDataset();
        await push('{"a":1}');

        const posted = await send(client, '/key-value-stores?name=new&method=post');
        const put = await send(client, `/datasets/${id}?method=PUT`, { method: 'POST', body: '{"title":"New"}' });
        const got = await send(client, `/datasets/${id}/items?method=GET`, { method: 'POST', body: 'ignored' });

        expect(posted.status).toBe(201);
        expect(put).toMatchObject({ status: 200, body: { data: { title: 'New' } } });
        expect(got.body).toEqual([{ a: 1 }]);
    });

    it('must exist', async () => {
        const { client } = await makeEngine();

        expect(await send(client, '/datasets?method=BREW')).toMatchObject({
            status: 400,
            body: { error: { type: 'invalid-value' } },
        });
    });
});

describe('a body', () => {
    it.each([
        ['br', brotliCompressSync],
        ['gzip', gzipSync],
        ['deflate', deflateSync],
        ['deflate', deflateRawSync],
        ['identity', (bytes: Buffer) => bytes],
        ['', (bytes: Buffer) => bytes],
        ['gzip, br', (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
        ['GZIP', gzipSync],
    ])('may be encoded as "%s"', async (encoding, encode) => {
        const { push, items } = await makeDataset();

        const answer = await push(encode(Buffer.from('{"a":"ž"}')), { 'content-encoding': encoding });

        expect(answer.status).toBe(201);
        expect(await items()).toEqual([{ a: 'ž' }]);
    });

    it('must have a supported encoding', async () => {
        const { push } = await makeDataset();

        expect(await push('{}', { 'content-encoding': 'bla' })).toMatchObject({
            status: 415,
            body: { error: { type: 'unsupported-content-encoding', message: /"bla" is not supported/ } },
        });
    });

    it.each(['br', 'gzip', 'deflate'])('must be what it says it is: %s', async (encoding) => {
        const { push, items } = await makeDataset();

        const answer = await push('{"a":1}', { 'content-encoding': encoding });

        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-value' } } });
        expect(errorOf(answer).message).toContain(encoding);
        expect(await items()).toEqual([]);
    });

    it('must not be truncated', async () => {
        const { push } = await makeDataset();
        const whole = gzipSync('{"a":1}');

        expect((await push(whole.subarray(0, -4), { 'content-encoding': 'gzip' })).status).toBe(400);
    });

    it.each([
        ['as it is', '', (bytes: Buffer) => bytes],
        ['once decompressed by gzip', 'gzip', gzipSync],
        ['once decompressed by br', 'br', (bytes: Buffer) => brotliCompressSync(bytes)],
    ])('must not be too large %s', async (_how, encoding, encode) => {
        const { push, items } = await makeDataset();

        const answer = await push(encode(Buffer.alloc(LIMIT + 1, ' ')), { 'content-encoding': encoding });

        expect(answer.status).toBe(413);
        expect(errorOf(answer).type).toBe('request-too-large');
        expect(errorOf(answer).message).toContain(String(LIMIT));
        expect(await items()).toEqual([]);
    });

    it('is not read further once it is too large', async () => {
        const { client, id } = await makeDataset();
        let pulls = 0;
        const endless = new ReadableStream({
            pull: (controller) => {
                pulls += 1;
                controller.enqueue(new Uint8Array(1_000_000));
            },
        });

        const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
        const answer = await send(client, `/datasets/${id}/items`, init);

        expect(answer.status).toBe(413);
        expect(pulls).toBeLessThan(20);
    });

    it.each(['/datasets/~data/items', '/key-value-stores/~store/records/key'])(
        'is not read at all where it says that it is too large: %s',
        async (path) => {
            const { client } = await makeDataset();
            await client.keyValueStores().getOrCreate('store');

            const headers = { 'content-length': '1000000000000' };
            const answer = await send(client, path, { method: 'POST', body: '{}', headers });

            expect(answer.status).toBe(413);
            expect(errorOf(answer).message).toContain('actual length: 1000000000000 bytes');
        },
    );

    it.each(['{"a":', 'nothing', ''])('must be JSON where fields are expected: %s', async (body) => {
        const { client, id } = await makeDataset();

        const answer = await send(client, `/datasets/${id}`, { method: 'PUT', body });

        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-value' } } });
        expect(errorOf(answer).message).toMatch(/body/);
    });

    it('must only have known fields', async () => {
        const { client, id } = await makeDataset();

        const answer = await send(client, `/datasets/${id}`, { method: 'PUT', body: '{"nmae":"x"}' });

        expect(answer.status).toBe(400);
        expect(errorOf(answer).message).toContain('nmae');
    });

    it('must be JSON as the input of a run if its type says so', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, `export default () => {};`);

        const answer = await send(engine.client, `/acts/${actor}/runs`, {
            method: 'POST',
            body: '{"a":',
            headers: { 'content-type': 'application/json' },
        });

        expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid-input' } } });
        expect((await engine.client.runs().list()).total).toBe(0);
    });
});

describe('An unexpected error', () => {
    it.each([new TypeError('broken'), 'broken', undefined, Object.create(null)])(
        'is an answer too (%#)',
        async (thrown) => {
            const client = { datasets: () => ({ list: () => Promise.reject(thrown) }) } as unknown as Client;

            const answer = await send(client, '/datasets');

            expect(answer).toMatchObject({ status: 500, body: { error: { type: 'internal-error' } } });
        },
    );
});

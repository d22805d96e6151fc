import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';

const exec = promisify(execFile);
const hasCurl = await exec('curl', ['--version']).then(
    () => true,
    () => false,
);

const ECHO = `export default async ({ input, Actor }) => {
    await Actor.pushData({ url: input?.url ?? null });
    return { input, memory: Number(process.env.ACTOR_MEMORY_MBYTES) };
};`;

async function listen() {
    const engine = await makeEngine();
    const { url } = await engine.listen();
    await addSource(engine, ECHO, 'my-actor');
    const auth = { authorization: `Bearer ${engine.token}` };
    const outputOf = async (id: string): Promise<unknown> => {
        await engine.client.run(id).waitForFinish();
        return (await engine.client.run(id).keyValueStore().getRecord('OUTPUT'))?.value;
    };
    return { engine, url, auth, outputOf };
}

async function curl(...args: string[]): Promise<string> {
    const { stdout } = await exec('curl', ['--silent', '--show-error', '--max-time', '15', ...args]);
    return stdout;
}

describe.skipIf(!hasCurl)('curl', () => {
    it('starts a run with input and options in the body, as in early documentation', async () => {
        const { engine, url, outputOf } = await listen();

        const answer = await curl(
            ...['-X', 'POST', `${url}/v2/acts/my-actor/runs`],
            ...['-H', `Authorization: Bearer ${engine.token}`],
            ...['-H', 'Content-Type: application/json'],
            '-d',
            `{
                "input": {
                    "url": "https://example.com",
                    "maxPages": 100
                },
                "options": {
                    "build": "latest",
                    "memoryMbytes": 1024,
                    "timeoutSecs": 3600
                }
            }`,
        );

        const { data } = JSON.parse(answer);
        expect(data.options).toMatchObject({ build: 'latest', memoryMbytes: 1024, timeoutSecs: 3600 });
        expect(await outputOf(data.id)).toEqual({ input: { url: 'https://example.com', maxPages: 100 }, memory: 1024 });
    });

    it('starts a run whose body is the input, with the options in the query', async () => {
        const { engine, url, outputOf } = await listen();

        const answer = await curl(
            `${url}/v2/acts/local~my-actor/runs?token=${engine.token}&memory=512&timeout=60&waitForFinish=60`,
            ...['-H', 'Content-Type: application/json', '-d', '{"url":"https://example.com"}'],
        );

        const { data } = JSON.parse(answer);
        expect(data).toMatchObject({ status: 'SUCCEEDED', options: { memoryMbytes: 512, timeoutSecs: 60 } });
        expect(await outputOf(data.id)).toEqual({ input: { url: 'https://example.com' }, memory: 512 });
    });

    it('downloads, and reports rejected requests', async () => {
        const { engine, url } = await listen();
        const { id } = await engine.client.datasets().getOrCreate('data');
        await engine.client.dataset(id).pushItems([{ a: 1 }, { a: 2 }]);
        const auth = ['-H', `Authorization: Bearer ${engine.token}`];

        expect(await curl(...auth, `${url}/v2/datasets/${id}/items?format=csv&bom=0`)).toMatch(/^a\r?\n1\r?\n2/);
        expect(await curl(...auth, '--compressed', `${url}/v2/datasets/${id}/items?format=jsonl`)).toContain('{"a":1}');
        expect(await curl(...auth, '-I', `${url}/v2/datasets/${id}/items`)).toContain('x-apify-pagination-total: 2');
        expect(await curl('-o', '/dev/null', '-w', '%{http_code}', `${url}/v2/datasets/${id}/items`)).toBe('401');
        expect(await curl(...auth, '-X', 'PATCH', `${url}/v2/datasets/${id}`)).toContain('method-not-allowed');
    });

    it('uploads with Expect: 100-continue, and in chunks', async () => {
        const { engine, url } = await listen();
        await engine.client.keyValueStores().getOrCreate('store');
        const auth = ['-H', `Authorization: Bearer ${engine.token}`, '-H', 'Content-Type: text/plain'];
        const record = `${url}/v2/key-value-stores/~store/records`;

        await curl(...auth, '-X', 'PUT', '-H', 'Expect: 100-continue', '-d', 'a'.repeat(50_000), `${record}/expected`);
        await curl(...auth, '-X', 'PUT', '-H', 'Transfer-Encoding: chunked', '-d', 'in chunks', `${record}/chunked`);

        const store = engine.client.keyValueStore('~store');
        expect((await store.getRecord('expected'))?.value).toBe('a'.repeat(50_000));
        expect((await store.getRecord('chunked'))?.value).toBe('in chunks');
    });
});

/*
 * Requests as the Python client sends them, by its source, where they differ from those of the JavaScript client.
 */
describe('Responses for the Python client', () => {
    it('start a run from one object, as in early documentation', async () => {
        const { url, auth, outputOf } = await listen();
        const body = { input: { url: 'https://example.com' }, build: 'latest', memory: 1024, timeout: 3600 };

        const answer = await fetch(`${url}/v2/actors/my-actor/runs`, {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { ...auth, 'content-type': 'application/json; charset=utf-8' },
        });

        const { data } = (await answer.json()) as { data: { id: string; options: object } };
        expect(data.options).toMatchObject({ build: 'latest', memoryMbytes: 1024, timeoutSecs: 3600 });
        expect(await outputOf(data.id)).toEqual({ input: { url: 'https://example.com' }, memory: 1024 });
    });

    it('accept a gzip body, with true and false in the query', async () => {
        const { engine, url, auth } = await listen();
        await engine.client.datasets().getOrCreate('data');
        const items = [{ text: 'ž'.repeat(2_000) }, {}, { '#hidden': 1, a: 2 }];

        const pushed = await fetch(`${url}/v2/datasets/~data/items`, {
            method: 'POST',
            body: gzipSync(JSON.stringify(items)),
            headers: { ...auth, 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' },
        });
        const read = await fetch(`${url}/v2/datasets/~data/items?clean=true&desc=true&skipEmpty=false`, {
            headers: auth,
        });

        expect(pushed.status).toBe(201);
        expect(await pushed.json()).toEqual({});
        expect(await read.json()).toEqual([{ a: 2 }, items[0]]);
    });

    it('have every pagination header, without which it raises', async () => {
        const { engine, url, auth } = await listen();
        await engine.client.datasets().getOrCreate('data');

        const { headers } = await fetch(`${url}/v2/datasets/~data/items`, { headers: auth });

        expect(Object.fromEntries(headers)).toMatchObject({
            'x-apify-pagination-total': '0',
            'x-apify-pagination-offset': '0',
            'x-apify-pagination-count': '0',
            'x-apify-pagination-limit': '999999999999',
            'x-apify-pagination-desc': 'false',
        });
    });

    it('contain a run with all required fields, and dates with a time zone', async () => {
        const { engine, url, auth } = await listen();
        const { id } = await engine.call('my-actor');

        const answer = await fetch(`${url}/v2/actor-runs/${id}?waitForFinish=999999`, { headers: auth });

        const { data } = (await answer.json()) as { data: Record<string, unknown> };
        for (const field of [
            ...['id', 'actId', 'userId', 'startedAt', 'status', 'meta', 'stats', 'options', 'buildId'],
            ...['defaultKeyValueStoreId', 'defaultDatasetId', 'defaultRequestQueueId', 'generalAccess'],
        ]) {
            expect(data).toHaveProperty(field);
        }
        expect(data['startedAt']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });

    it('use 404 for every missing resource, and the message of a finished run', async () => {
        const { engine, url, auth } = await listen();
        const { id } = await engine.call('my-actor');

        const missing = await fetch(`${url}/v2/datasets/none`, { headers: auth });
        const reboot = await fetch(`${url}/v2/actor-runs/${id}/reboot`, { method: 'POST', headers: auth });

        expect(missing.status).toBe(404);
        expect(reboot.status).toBe(400);
        expect(await reboot.text()).toContain('already finished');
    });

    it("report an unsupported encoding in the platform's words", async () => {
        const { engine, url, auth } = await listen();
        await engine.client.datasets().getOrCreate('data');

        const answer = await fetch(`${url}/v2/datasets/~data/items`, {
            method: 'POST',
            body: '{}',
            headers: { ...auth, 'content-encoding': 'bla' },
        });

        expect(answer.status).toBe(415);
        expect(await answer.json()).toMatchObject({
            error: {
                type: 'unsupported-content-encoding',
                message: expect.stringContaining('Content-Encoding "bla" is not supported.'),
            },
        });
    });

    it('have statistics of a dataset without a schema, and mark the last page of keys by null', async () => {
        const { engine, url, auth } = await listen();
        await engine.client.datasets().getOrCreate('data');
        await engine.client.keyValueStores().getOrCreate('store');

        const statistics = await fetch(`${url}/v2/datasets/~data/statistics`, { headers: auth });
        const keys = await fetch(`${url}/v2/key-value-stores/~store/keys`, { headers: auth });

        expect(statistics.status).toBe(200);
        expect(await statistics.json()).toHaveProperty('data.fieldStatistics');
        expect(await keys.json()).toMatchObject({
            data: { exclusiveStartKey: null, nextExclusiveStartKey: null, isTruncated: false },
        });
    });
});

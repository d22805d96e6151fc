import { createRequire } from 'node:module';
import { brotliDecompressSync } from 'node:zlib';
import { ApifyClient, type KeyValueStoreRecord } from 'apify-client';
import { describe, expect, it } from 'vitest';
import { routeAxios } from '../../../../src/runtime/bridge/axios-adapter.js';
import type { ApiRequest, ApiResponse } from '../../../../src/protocol/api.js';
import type { Axios } from '../../../../src/runtime/bridge/packages.js';

const fromClient = createRequire(createRequire(import.meta.url).resolve('apify-client'));
const axios = fromClient('axios') as Axios & { get(url: string, config?: object): Promise<{ data: unknown }> };

type Answer = (request: ApiRequest) => Promise<ApiResponse>;

let answerNow: Answer = async () => json({});
// Once, as in a thread: each further adapter would take the one before it for the usual way.
routeAxios(axios, { isForEngine: (host) => host === 'api.apify.com', answer: (request) => answerNow(request) });

function json(value: unknown, status = 200): ApiResponse {
    return respond(status, 'application/json; charset=utf-8', [JSON.stringify(value)]);
}

function respond(status: number, contentType: string, pieces: readonly string[]): ApiResponse {
    const body = async function* (): AsyncGenerator<Uint8Array> {
        for (const piece of pieces) yield Buffer.from(piece);
    };
    return { status, headers: { 'content-type': contentType }, body: body() };
}

/** Answers all requests so, and notes them. */
function answering(answer: (request: ApiRequest) => ApiResponse | Promise<ApiResponse>): ApiRequest[] {
    const requests: ApiRequest[] = [];
    answerNow = async (request) => {
        requests.push(request);
        return answer(request);
    };
    return requests;
}

describe('the requests of an `apify-client`', () => {
    it('are handed over as they would be sent', async () => {
        const requests = answering(() => json({ data: { id: 'R', startedAt: '2026-01-02T03:04:05.006Z' } }));
        const client = new ApifyClient({ token: 'secret' });

        const run = await client.actor('me/my-actor').start({ a: 1 }, { memory: 256, build: 'beta' });

        expect(run).toEqual({ id: 'R', startedAt: new Date('2026-01-02T03:04:05.006Z') });
        expect(requests).toHaveLength(1);
        const [{ method, path, headers, body }] = requests as [ApiRequest];
        expect(method).toBe('POST');
        expect(path).toMatch(/^\/v2\/act(or)?s\/me~my-actor\/runs\?/);
        expect(Object.fromEntries(new URL(path, 'http://x').searchParams)).toMatchObject({
            memory: '256',
            build: 'beta',
        });
        expect(headers).toMatchObject({
            authorization: 'Bearer secret',
            'content-type': expect.stringMatching(/json/),
        });
        expect(JSON.parse(Buffer.from(body!).toString())).toEqual({ a: 1 });
    });

    it('carry streams and large bodies whole', async () => {
        const requests = answering(() => json({}, 201));
        const store = new ApifyClient().keyValueStore('S');

        const record = { key: 'BIN', value: Buffer.alloc(100_000, 7), contentType: 'application/octet-stream' };
        await store.setRecord(record as unknown as KeyValueStoreRecord<string>);

        const [{ body, headers }] = requests as [ApiRequest];
        expect(headers['content-encoding']).toBe('br');
        expect(brotliDecompressSync(body!)).toEqual(Buffer.alloc(100_000, 7));
    });

    it('get their answers in pieces where they want a stream', async () => {
        answering(() => respond(200, 'text/plain', ['one ', 'two ', 'three']));

        const stream = await new ApifyClient().log('R').stream();
        const pieces: string[] = [];
        for await (const piece of stream!) pieces.push(String(piece));

        expect(pieces).toEqual(['one ', 'two ', 'three']);
    });

    it('fail with the error of the API, and at once', async () => {
        const requests = answering(() => json({ error: { type: 'actor-is-odd', message: 'So it is.' } }, 400));

        await expect(new ApifyClient().actor('a').start()).rejects.toMatchObject({
            name: 'ApifyApiError',
            type: 'actor-is-odd',
            statusCode: 400,
            message: 'So it is.',
        });
        expect(requests).toHaveLength(1);
    });

    it('are tried again after an error of the server, as over HTTP', async () => {
        const requests = answering(() =>
            requests.length < 2 ? json({ error: {} }, 500) : json({ data: { id: 'U' } }),
        );

        expect(await new ApifyClient({ minDelayBetweenRetriesMillis: 1 }).user().get()).toEqual({ id: 'U' });
        expect(requests).toHaveLength(2);
    });

    it('are given up after their time', async () => {
        answering(() => new Promise(() => {}));
        const client = new ApifyClient({ maxRetries: 0, timeoutSecs: 0.05 });

        await expect(client.user().get()).rejects.toMatchObject({ code: 'ECONNABORTED' });
    });
});

describe('the requests of others by the same axios', () => {
    it('go their own way, also to the same hosts', async () => {
        const requests = answering(() => json({}));
        const adapter = async (config: object): Promise<object> => ({
            data: 'own way',
            status: 200,
            headers: {},
            config,
        });

        expect(await axios.get('https://api.apify.com/v2/users/me', { adapter })).toMatchObject({ data: 'own way' });
        await expect(axios.get('http://127.0.0.1:9/', { proxy: false })).rejects.toMatchObject({
            code: 'ECONNREFUSED',
        });
        expect(requests).toEqual([]);
    });
});

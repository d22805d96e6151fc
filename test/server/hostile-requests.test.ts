import { once } from 'node:events';
import { request as sendRequest, type IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { openSocket, parseResponses, readAll, formatRequest, sendRaw } from '../support/servers/raw-http.js';
import { waitUntil } from '../support/wait-until.js';

const GIGABYTE = 2 ** 30;
const MEGABYTE = 2 ** 20;
const HALF_OPEN = 2_000;

async function listen() {
    const engine = await makeEngine();
    const { url, port } = await engine.listen();
    const auth = { authorization: `Bearer ${engine.token}` };
    await engine.client.datasets().getOrCreate('data');
    await engine.client.keyValueStores().getOrCreate('store');
    return { engine, url, port, auth, head: { host: `localhost:${port}`, ...auth } };
}

describe('An invalid body', () => {
    it.each([
        ['no JSON', '{"a":', 'application/json'],
        ['half a character', Buffer.from([0x22, 0xc3, 0x22, 0x7d]), 'application/json'],
        ['nothing', '', 'application/json'],
        ['a number', '17', 'application/json'],
        ['items that are none', '[1, "a", null]', 'application/json'],
        ['nested too deep to read', '['.repeat(500_000), 'application/json'],
    ])('is rejected if it is %s, and nothing is stored', async (_what, body, contentType) => {
        const { engine, url, auth } = await listen();

        const headers = { ...auth, 'content-type': contentType };
        const answer = await fetch(`${url}/v2/datasets/~data/items`, { method: 'POST', body, headers });

        expect(answer.status).toBe(400);
        expect((await engine.client.dataset('~data').get())?.itemCount).toBe(0);
    });

    it.each([
        ['PUT', '/datasets/~data', '{"name":{"toString":"x"}}'],
        ['PUT', '/datasets/~data', '[]'],
        ['PUT', '/datasets/~data', 'null'],
        ['PUT', '/key-value-stores/~store', '{"name":"../store"}'],
        ['POST', '/request-queues/~none/requests', '{"url":"http://x.example","uniqueKey":"x"}'],
        ['POST', '/datasets?name=..%2Fdata', ''],
        ['POST', '/datasets?name=%00', ''],
    ])('is rejected if its fields are invalid: %s %s %s', async (method, path, body) => {
        const { engine, url, auth } = await listen();

        const init: RequestInit = { method, body, headers: auth };
        const answer = await fetch(`${url}/v2${path}`, init);

        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect((await engine.client.datasets().list()).items.map(({ name }) => name)).toEqual(['data']);
    });

    it('treats prototype keys as data, in JSON and in the query', async () => {
        const { engine, url, auth } = await listen();
        const item = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';

        await fetch(`${url}/v2/datasets/~data/items`, { method: 'POST', body: item, headers: auth });
        const query = '__proto__[polluted]=1&constructor.prototype.polluted=1&fields=__proto__&format=__proto__';
        const answer = await fetch(`${url}/v2/datasets/~data/items?${query}`, { headers: auth });
        const items = await fetch(`${url}/v2/datasets/~data/items?flatten=__proto__`, { headers: auth });

        expect(answer.status).toBe(400);
        expect(items.status).toBe(200);
        expect(await engine.client.dataset('~data').downloadItems('json').then(String)).toBe(`[${item}]`);
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });
});

let bomb: Promise<Buffer> | undefined;

describe('A decompression bomb', () => {
    it.each([
        ['POST', '/datasets/~data/items'],
        ['PUT', '/key-value-stores/~store/records/bomb'],
    ])('is rejected without buffering: a gigabyte in gzip to %s %s', async (method, path) => {
        const { engine, port, head } = await listen();
        bomb ??= gzipOfZeros(GIGABYTE);
        const bytes = await bomb;
        const before = await collected();
        let peak = 0;
        const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);

        const headers = { ...head, 'content-encoding': 'gzip', 'content-length': String(bytes.length) };
        const text = formatRequest(`${method} /v2${path}`, headers);
        const [answer] = parseResponses(await sendRaw(port, Buffer.concat([Buffer.from(text), bytes])));
        clearInterval(timer);

        expect(answer).toMatchObject({ status: 413 });
        expect(JSON.parse(answer!.body).error.type).toBe('request-too-large');
        expect(peak - before.rss).toBeLessThan(100 * MEGABYTE);
        expect(await engine.client.keyValueStore('~store').recordExists('bomb')).toBe(false);
    });

    it('is not read without a token', async () => {
        const { port, head } = await listen();
        const socket = await openSocket(port);
        const headers = { ...head, authorization: 'Bearer wrong', 'content-length': String(GIGABYTE) };
        socket.write(formatRequest('POST /v2/datasets/~data/items', headers));

        const [answer] = parseResponses(await readAll(socket));

        expect(answer?.status).toBe(401);
    });
});

describe('An invalid request', () => {
    it.each([
        ['10,000 headers', `GET / HTTP/1.1\r\nHost: localhost\r\n${'a: b\r\n'.repeat(10_000)}\r\n`, 431],
        ['a header of a megabyte', `GET / HTTP/1.1\r\nHost: localhost\r\na: ${'b'.repeat(MEGABYTE)}\r\n\r\n`, 431],
        ['a path of a megabyte', `GET /${'a'.repeat(MEGABYTE)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
        ['no HTTP', 'hello\r\n\r\n', 400],
        ['TLS', Buffer.from('16030100f8010000f40303', 'hex'), 400],
        ['two lengths', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
        [
            'a length beside chunks',
            'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
            400,
        ],
    ])('is rejected in the shape of the API: %s', async (_what, text, status) => {
        const { port } = await listen();

        const [answer] = parseResponses(await sendRaw(port, text));

        expect(answer?.status).toBe(status);
        expect(JSON.parse(answer!.body).error).toMatchObject({ type: expect.any(String), message: expect.any(String) });
    });

    it.each([
        'GET //evil.example/%2e%2e HTTP/1.1',
        'GET /v2/\\..\\..\\x HTTP/1.1',
        'GET /%zz HTTP/1.1',
        'TRACE /v2/acts HTTP/1.1',
    ])('is rejected if only its first line is invalid: %s', async (line) => {
        const { port, head } = await listen();
        const [answer] = parseResponses(await sendRaw(port, formatRequest(line.replace(' HTTP/1.1', ''), head)));

        expect(answer!.status).toBeGreaterThanOrEqual(400);
        expect(answer!.status).toBeLessThan(500);
    });
});

describe('connections', () => {
    it('carry pipelined requests, with responses in order', async () => {
        const { port, head, engine } = await listen();
        await engine.client.dataset('~data').pushItems([{ n: 1 }]);
        const keepAlive = (line: string): string => formatRequest(line, head).replace('Connection: close\r\n', '');

        const text = await sendRaw(
            port,
            keepAlive('GET /v2/users/me') +
                keepAlive('GET /v2/datasets/~data/items') +
                keepAlive('GET /v2/nowhere') +
                formatRequest('GET /v2/datasets/~data', head),
        );

        const answers = parseResponses(text);
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 200]);
        expect(answers[1]?.body).toBe('[{"n":1}]');
    });

    it('with incomplete requests do not block others, and close with the listener', async () => {
        const { engine, url, port, auth } = await listen();
        const sockets = [];
        for (let count = 0; count < HALF_OPEN; count += 200) {
            sockets.push(...(await Promise.all(Array.from({ length: 200 }, () => openSocket(port)))));
        }
        for (const socket of sockets) socket.write('GET /v2/users/me HTTP/1.1\r\nHost: loc');

        const answer = await fetch(`${url}/v2/users/me`, { headers: auth });
        const ends = sockets.map(readAll);
        await engine.close();

        expect(answer.status).toBe(200);
        expect(await Promise.all(ends)).toHaveLength(HALF_OPEN);
    });

    it('that break within an upload or a download leave nothing behind', async () => {
        const { engine, port, head } = await listen();
        const store = engine.client.keyValueStore('~store');
        await store.setRecord({ key: 'large', value: Buffer.alloc(8 * MEGABYTE), contentType: 'text/plain' });
        const breakOffAll = async (): Promise<void> => {
            for (let round = 0; round < 4; round += 1) {
                await Promise.all(
                    Array.from({ length: 5 }, () => [breakOffUpload(port, head), breakOffDownload(port, head)]).flat(),
                );
            }
            await waitUntil('all sockets to be gone', () => sockets() === 0);
        };
        const sockets = (): number =>
            process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
        await breakOffAll();
        const before = await collected();

        await breakOffAll();
        const after = await collected();

        expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(5 * MEGABYTE);
        expect(await store.recordExists('half')).toBe(false);
    });
});

async function breakOffUpload(port: number, head: Record<string, string>): Promise<void> {
    const socket = await openSocket(port);
    const headers = { ...head, 'content-length': String(4 * MEGABYTE) };
    socket.write(formatRequest('PUT /v2/key-value-stores/~store/records/half', headers));
    socket.write(Buffer.alloc(MEGABYTE), () => socket.destroy());
    await new Promise((resolve) => socket.on('close', resolve));
}

async function breakOffDownload(port: number, headers: Record<string, string>): Promise<void> {
    const path = '/v2/key-value-stores/~store/records/large';
    const request = sendRequest({ port, host: '127.0.0.1', path, headers, agent: false }).end();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    answer.once('readable', () => answer.destroy());
    await once(answer, 'close');
}

/** Zeros, compressed; they never exist as such. */
async function gzipOfZeros(size: number): Promise<Buffer> {
    const gzip = createGzip({ level: 1 });
    const zeros = Buffer.alloc(MEGABYTE);
    const write = async (): Promise<void> => {
        for (let sent = 0; sent < size; sent += zeros.length) if (!gzip.write(zeros)) await once(gzip, 'drain');
        gzip.end();
    };
    const written = write();
    const chunks: Buffer[] = [];
    for await (const chunk of gzip as AsyncIterable<Buffer>) chunks.push(chunk);
    await written;
    return Buffer.concat(chunks);
}

/** Returns the used memory after a garbage collection. */
async function collected(): Promise<NodeJS.MemoryUsage> {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let round = 0; round < 3; round += 1) {
        collect();
        await new Promise((resolve) => setImmediate(resolve));
    }
    return process.memoryUsage();
}

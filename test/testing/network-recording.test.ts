import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { record, replay } from 'greenroom/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { AddressInfo } from 'node:net';
import type { NetworkHandler } from 'greenroom';

const PIXEL = Buffer.from([137, 80, 78, 71, 0, 255, 254]);

/** Opens a shop on loopback whose counter increases with each request. */
async function openShop(): Promise<{ url: string; close(): void }> {
    let count = 0;
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
        let body = '';
        for await (const piece of request) body += String(piece);
        if (request.url === '/old') return response.writeHead(302, { location: '/counter' }).end();
        if (request.url === '/pixel.png') return response.writeHead(200, { 'content-type': 'image/png' }).end(PIXEL);
        if (request.url === '/cart')
            return response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'] }).end(`put ${body}`);
        const headers = { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip' };
        return response.writeHead(200, headers).end(gzipSync(`<p>ä ${(count += 1)}</p>`));
    };
    const server = createServer((request, response) => void answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = (): void => server.close().closeAllConnections();
    onTestFinished(close);
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

const SHOPS = `export default async ({ input: { url, last = 'b' } }) => {
    const text = async (path, init) => (await fetch(url + path, init)).text();
    const put = (body) => fetch(url + '/cart', { method: 'PUT', body, headers: { authorization: 'Bearer secret' } });
    const pixel = await fetch(url + '/pixel.png');
    const cart = await put('a');
    return {
        counts: [await text('/counter'), await text('/old'), await text('/counter')],
        pixel: [pixel.headers.get('content-type'), ...new Uint8Array(await pixel.arrayBuffer())],
        cart: [cart.status, cart.headers.getSetCookie(), await cart.text()],
        last: await put(last).then(async (response) => response.text(), ({ cause }) => cause.code),
    };
};`;

async function outputWith(network: NetworkHandler, input: unknown): Promise<unknown> {
    const engine = await makeEngine({ network });
    const run = await engine.call(await addSource(engine, SHOPS), input);
    return run.status === 'SUCCEEDED' ? run.output() : run.log.text();
}

describe('record and replay', () => {
    it('replay the recorded responses without the server, from the start in each run', async () => {
        const { url, close } = await openShop();
        const file = join(await tempDir(), 'shop.har');
        const recording = record(file);

        const live = await outputWith(recording, { url });
        const count = await recording.save();
        close();
        const played = [await outputWith(await replay(file), { url })];
        const network = await replay(pathToFileURL(file));
        played.push(await outputWith(network, { url }), await outputWith(network, { url }));

        expect(live).toEqual({
            counts: ['<p>ä 1</p>', '<p>ä 2</p>', '<p>ä 3</p>'],
            pixel: ['image/png', ...PIXEL],
            cart: [201, ['a=1', 'b=2'], 'put a'],
            last: 'put b',
        });
        expect(count).toBe(7);
        expect(played).toEqual([live, live, live]);
        expect(() => network.verify()).not.toThrow();
    });

    it('answer no other request, and report the most similar one', async () => {
        const { url } = await openShop();
        const file = join(await tempDir(), 'shop.har');
        const recording = record(file);
        await outputWith(recording, { url });
        await recording.save();
        const network = await replay(file);

        const output = await outputWith(network, { url, last: 'c' });

        expect(output).toMatchObject({ last: 'ERR_GREENROOM_UNANSWERED' });
        expect(() => network.verify()).toThrow(`Most similar rule: 'PUT ${url}/cart'`);
    });

    it('write HAR 1.2 atomically, without secrets of requests', async () => {
        const { url } = await openShop();
        const file = join(await tempDir(), 'shop.har');
        await writeFile(file, 'what was there');
        const recording = record(file);
        await outputWith(recording, { url });
        expect(await readFile(file, 'utf8')).toBe('what was there');

        await recording.save();

        const text = await readFile(file, 'utf8');
        const { log } = JSON.parse(text) as { log: { version: string; entries: object[] } };
        expect(log.version).toBe('1.2');
        expect(log.entries[1]).toMatchObject({
            startedDateTime: expect.stringMatching(/^\d{4}-.*Z$/),
            request: { method: 'PUT', url: `${url}/cart`, postData: { text: 'a' } },
            response: { status: 201, content: { text: 'put a', size: 5 } },
        });
        expect(text).not.toContain('secret');
        expect(await readdir(dirname(file))).toEqual(['shop.har']);
    });

    it('omit requests that own rules answer and requests that failed', async () => {
        const { url, close } = await openShop();
        close();
        const recording = record(join(await tempDir(), 'shop.har'));
        recording.use({ [`${url}/*`]: 'made up', 'https://a.example/': Response.error() });
        const engine = await makeEngine({ network: recording });
        const name = await addSource(engine, `export default async ({ input }) => (await fetch(input)).text();`);

        const run = await engine.call(name, `${url}/x`);
        const failed = await engine.call(name, 'http://127.0.0.1:1/');

        expect(await run.output()).toBe('made up');
        expect(failed.statusMessage).toContain('fetch failed');
        expect(await recording.save()).toBe(0);
    });

    it('reject a file in a folder that does not exist', async () => {
        const recording = record(join(await tempDir(), 'missing', 'shop.har'));

        await expect(recording.save()).rejects.toMatchObject({ code: 'storage-failed' });
    });
});

/** Creates a HAR file as browsers do: with blocked requests, headers of HTTP/2, and decoded content. */
function createBrowserHar(pages: Record<string, string>): string {
    const entries = Object.entries(pages).map(([url, text]) => ({
        request: { method: 'GET', url: `${url}#top`, headers: [] },
        response: {
            status: 200,
            statusText: '',
            headers: [
                { name: ':status', value: '200' },
                { name: 'content-encoding', value: 'br' },
                { name: 'content-length', value: '3' },
                { name: 'content-type', value: 'text/html' },
                { name: 'set-cookie', value: 'a=1\nb=2' },
            ],
            content: { size: text.length, mimeType: 'text/html', text },
        },
    }));
    const blocked = {
        request: { method: 'GET', url: 'https://ads.example/' },
        response: { status: 0, content: { size: 0 } },
    };
    const empty = {
        request: { method: 'GET', url: 'https://shop.example/lost' },
        response: { status: 200, headers: [], content: { size: 9, mimeType: 'text/html' } },
    };
    return JSON.stringify({ log: { version: '1.2', entries: [...entries, blocked, empty] } });
}

describe('a HAR file of a browser', () => {
    async function write(text: string): Promise<string> {
        const file = join(await tempDir(), 'pages.har');
        await writeFile(file, text);
        return file;
    }

    it('can be crawled with the real Crawlee', async () => {
        const pages = {
            'https://shop.example/': '<title>Shop</title><a href="/a">a</a><a href="/b">b</a>',
            'https://shop.example/a': '<title>A</title><a href="/b">b</a>',
            'https://shop.example/b': '<title>B</title>',
        };
        const network = await replay(await write(createBrowserHar(pages)));
        const engine = await makeEngine({ network, prewarm: 0 });
        const actor = await addSdkActor(
            engine,
            `import { Actor } from 'apify';
            import { CheerioCrawler } from '@crawlee/cheerio';
            await Actor.init();
            const crawler = new CheerioCrawler({
                async requestHandler({ request, $, enqueueLinks }) {
                    await Actor.pushData({ title: $('title').text() });
                    await enqueueLinks();
                },
            });
            await crawler.run(['https://shop.example/']);
            await Actor.exit();`,
            { packages: ['apify', '@crawlee/cheerio'] },
        );

        const run = await engine.call(actor);

        const items = (await run.items()) as { title: string }[];
        expect(items.map(({ title }) => title).toSorted()).toEqual(['A', 'B', 'Shop']);
        network.verify();
    });

    it('keeps all headers except those of the transfer', async () => {
        const network = await replay(await write(createBrowserHar({ 'https://shop.example/': 'Hi' })));
        const engine = await makeEngine({ network });
        const asks = `export default async () => {
            const response = await fetch('https://shop.example/');
            return [response.headers.getSetCookie(), response.headers.get('content-encoding'), await response.text()];
        };`;

        const run = await engine.call(await addSource(engine, asks));

        expect(await run.output()).toEqual([['a=1', 'b=2'], null, 'Hi']);
    });

    it('is rejected if it was saved without content', async () => {
        const network = await replay(await write(createBrowserHar({})));

        const asking = network(new Request('https://shop.example/lost'), { sender: 'actor' });

        await expect(asking).rejects.toThrow(/no content for GET https:\/\/shop\.example\/lost.*"with content"/);
    });

    it.each([
        ['does not exist', undefined, /Cannot read the HAR file/],
        ['is not valid JSON', 'hello', /is not valid HAR 1\.2/],
        ['is other JSON', '{"log":{}}', /is not valid HAR 1\.2/],
        ['has invalid entries', '{"log":{"entries":[{}]}}', /is not valid HAR 1\.2/],
    ])('is rejected if it %s', async (_what, text, message) => {
        const file = text === undefined ? join(await tempDir(), 'missing.har') : await write(text);

        await expect(replay(file)).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringMatching(message),
        });
    });

    it('yields to added rules', async () => {
        const network = await replay(await write(createBrowserHar({ 'https://shop.example/': 'recorded' })));
        network.use({ 'https://shop.example/': 'made up' });

        const answer = await network(new Request('https://shop.example/'), { sender: 'actor' });

        expect(await answer?.text()).toBe('made up');
    });
});

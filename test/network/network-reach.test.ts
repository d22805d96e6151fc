import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { Server, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, EngineOptions, NetworkHandler } from 'greenroom';

const answers: NetworkHandler = ({ url }) => new Response(`handled ${url}`);

async function outputOf(engine: Engine, source: string, input?: unknown, options?: object): Promise<unknown> {
    const run = await engine.call(await addSource(engine, source), input, options);
    return run.status === 'SUCCEEDED' ? run.output() : { failed: run.statusMessage, log: await run.log.text() };
}

/** A server on loopback, and the number of connections made to it. */
async function anyServer(): Promise<{ port: number; count: () => number }> {
    let connections = 0;
    const server = new Server((socket) => {
        connections += 1;
        socket.on('error', () => {}).end('hello');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return { port: (server.address() as AddressInfo).port, count: () => connections };
}

describe('with a handler as the network', () => {
    it('refuses protocols other than HTTP, on this machine too', async () => {
        const engine = await makeEngine({ network: answers });
        const { port, count } = await anyServer();
        const tries = `
            import net from 'node:net';
            import http2 from 'node:http2';
            import { once } from 'node:events';
            const codeOf = async (emitter) => {
                const [error] = await once(emitter, 'error');
                return error.code;
            };
            export default async ({ input: { port } }) => {
                const waits = net.connect(port, '127.0.0.1');
                const speaks = net.connect(port, '127.0.0.1');
                speaks.write('EHLO there\\r\\n\\r\\n');
                const own = new net.Socket();
                own.connect(port, '127.0.0.1');
                const pipe = net.connect('/tmp/greenroom-no-such.sock');
                const h2 = http2.connect('https://shop.example');
                const socket = new WebSocketOf('ws://shop.example/');
                return Promise.all([waits, speaks, own, pipe, h2, socket].map(codeOf));
            };
            // As a library does it, for Node has none of its own on all versions.
            import http from 'node:http';
            function WebSocketOf(url) {
                return http.get(url.replace('ws', 'http'), { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
            }`;

        const output = await outputOf(engine, tries, { port });

        expect(output).toEqual(Array.from({ length: 6 }, () => 'ERR_NETWORK_FORBIDDEN'));
        expect(count()).toBe(0);
    });

    it('handles requests to other servers of this machine', async () => {
        const engine = await makeEngine({ network: answers });
        const { port, count } = await anyServer();
        const url = `http://localhost:${port}/`;

        const output = await outputOf(engine, `export default async ({ input }) => (await fetch(input)).text();`, url);

        expect(output).toBe(`handled ${url}`);
        expect(count()).toBe(0);
    });

    it('keeps the engine reachable: its API by any name, and its listening address', async () => {
        const handler = vi.fn<NetworkHandler>(answers);
        const engine = await makeEngine({ network: handler, username: 'somebody' });
        const { url } = await engine.listen();
        const asks = `export default async ({ input }) => {
            const headers = { authorization: 'Bearer ' + process.env.APIFY_TOKEN };
            const names = [];
            for (const origin of ['https://api.apify.com', input, input.replace('127.0.0.1', 'localhost')]) {
                const response = await fetch(origin + '/v2/users/me', { headers });
                names.push((await response.json()).data.username);
            }
            return names;
        };`;

        expect(await outputOf(engine, asks, url)).toEqual(['somebody', 'somebody', 'somebody']);
        expect(handler).not.toHaveBeenCalled();
    });

    it('cannot be bypassed by other files of the Actor', async () => {
        const engine = await makeEngine({ network: () => undefined });
        const far = `data:text/javascript,${encodeURIComponent(
            `import http from 'node:http';
            export const ask = (url) => new Promise((resolve) => http.get(url, resolve).on('error', resolve));`,
        )}`;
        const { port, count } = await anyServer();
        const asks = `import { ask } from ${JSON.stringify(far)};
            export default async ({ input }) => (await ask(input)).code;`;

        expect(await outputOf(engine, asks, `http://127.0.0.1:${port}`)).toBe('ERR_GREENROOM_UNANSWERED');
        expect(count()).toBe(0);
    });

    it('can be set for a single run, independently of the engine', async () => {
        const engine = await makeEngine({ network: 'block' });
        const ask = `export default async () => fetch('https://shop.example/').then((r) => r.text(), (e) => e.cause.code);`;

        const with1 = await outputOf(engine, ask, {}, { network: () => new Response('one') });
        const with2 = await outputOf(engine, ask, {}, { network: () => new Response('two'), isolation: 'pooled' });
        const without = await outputOf(engine, ask, {}, { isolation: 'pooled' });

        expect([with1, with2, without]).toEqual(['one', 'two', 'ERR_NETWORK_FORBIDDEN']);
    });

    it('is kept by a run through a resurrection', async () => {
        const engine = await makeEngine({ network: 'block' });
        const name = await addSource(
            engine,
            `export default async ({ Actor }) => Actor.pushData({ text: await (await fetch('https://a.example/')).text() });`,
        );
        let count = 0;
        const network: NetworkHandler = () => new Response(`answer ${(count += 1)}`);
        const run = await engine.call(name, {}, { network });

        await run.resurrect();
        await run.finished();

        expect(await run.items()).toEqual([{ text: 'answer 1' }, { text: 'answer 2' }]);
    });

    it('can be set only by the owner of the engine', async () => {
        const engine = await makeEngine();
        const name = await addSource(engine, `export default () => 1;`);
        const network = (): Response => new Response();

        await expect(engine.start(name, {}, { network: 'allow' as never })).rejects.toThrow(
            /options\.network.*'allow'/,
        );
        await expect(engine.client.actor(name).start({}, { network } as object)).rejects.toThrow(/no option `network`/);
    });

    it('keeps several inline runs apart and never receives requests of the host', async () => {
        const { port, count } = await anyServer();
        const hosts: Record<string, string[]> = {};
        const network: NetworkHandler = ({ url }, { run }) => {
            (hosts[run!.id] ??= []).push(url);
            return new Response(run!.id, { headers: { connection: 'keep-alive' } });
        };
        const engine = await makeEngine({ network });
        const url = `http://127.0.0.1:${port}/`;
        const get = async (): Promise<string> => (await fetch(url)).text();
        await engine.addActor({ name: 'asker', run: async () => [await get(), await get()] });

        const runs = await Promise.all([engine.call('asker'), engine.call('asker')]);
        await get().catch(() => {});

        for (const run of runs) {
            expect(await run.output()).toEqual([run.id, run.id]);
            expect(hosts[run.id]).toEqual([url, url]);
        }
        expect(count()).toBe(1);
    });

    it('does not let a run reuse kept-alive connections of the host', async () => {
        const server = createServer((_request, response) => void response.end('real'));
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        onTestFinished(() => server.close().closeAllConnections());
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        const viaFetch = async (): Promise<string> => (await fetch(url)).text();
        const viaHttp = async (): Promise<string> => {
            const [response] = (await once(get(url), 'response')) as [AsyncIterable<Buffer>];
            let text = '';
            for await (const piece of response) text += String(piece);
            return text;
        };
        const both = async (): Promise<string[]> => [await viaFetch(), await viaHttp()];
        const engine = await makeEngine({ network: () => new Response('handled') });
        await engine.addActor({ name: 'asker', run: both });

        const before = await both();
        const first = await (await engine.call('asker')).output();
        const between = await both();
        const second = await (await engine.call('asker')).output();

        expect({ before, first, between, second }).toEqual({
            before: ['real', 'real'],
            first: ['handled', 'handled'],
            between: ['real', 'real'],
            second: ['handled', 'handled'],
        });
    });
});

describe('a webhook with a network handler', () => {
    const addHook = (engine: Engine): Promise<unknown> =>
        engine.client.webhooks().create({
            eventTypes: ['ACTOR.RUN.SUCCEEDED'],
            condition: { actorId: 'under-test' },
            requestUrl: 'https://hooks.example/in?a=1',
        });
    const lastDispatch = async (engine: Engine) => (await engine.client.webhookDispatches().list()).items.at(-1);

    it('is delivered to the handler', async () => {
        const seen: unknown[] = [];
        const network: NetworkHandler = async (request, { sender, run }) => {
            const { eventType } = (await request.json()) as { eventType: string };
            seen.push({ method: request.method, url: request.url, eventType, sender, runId: run?.id });
            return new Response('taken', { status: 202 });
        };
        const engine = await makeEngine({ network });
        const name = await addSource(engine, 'export default () => 1;');
        await addHook(engine);

        const run = await engine.call(name);

        await waitUntil('the dispatch', async () => (await lastDispatch(engine))?.status === 'SUCCEEDED');
        const url = 'https://hooks.example/in?a=1';
        expect(seen).toEqual([
            { method: 'POST', url, eventType: 'ACTOR.RUN.SUCCEEDED', sender: 'webhook', runId: run.id },
        ]);
        const dispatch = await lastDispatch(engine);
        expect(dispatch?.calls?.at(-1)).toMatchObject({ responseStatus: 202, responseBody: 'taken' });
    });

    it('is reported if there is no response', async () => {
        const engine = await makeEngine({ network: () => undefined });
        const events: unknown[] = [];
        engine.on('network.unanswered', (event) => events.push(event));
        const name = await addSource(engine, 'export default () => 1;');
        await addHook(engine);

        const run = await engine.call(name);

        await waitUntil('the dispatch', async () => (await lastDispatch(engine))?.status === 'FAILED');
        expect(events).toMatchObject([{ sender: 'webhook', runId: run.id, url: 'https://hooks.example/in?a=1' }]);
    });
});

describe('the real SDK with a network handler', () => {
    const CRAWLS = `import { Actor } from 'apify';
        import { CheerioCrawler } from '@crawlee/cheerio';
        await Actor.init();
        const proxyConfiguration = await Actor.createProxyConfiguration({ groups: ['RESIDENTIAL'] });
        const crawler = new CheerioCrawler({
            proxyConfiguration,
            maxRequestRetries: 0,
            async requestHandler({ request, $, enqueueLinks }) {
                await Actor.pushData({ url: request.url, title: $('title').text() });
                await enqueueLinks();
            },
        });
        await crawler.run(['https://shop.example/']);
        await Actor.exit();`;
    const PAGES: Record<string, string> = {
        'https://shop.example/': '<title>Shop</title><a href="/a">a</a><a href="/b">b</a>',
        'https://shop.example/a': '<title>A</title><a href="/b">b</a>',
        'https://shop.example/b': '<title>B</title>',
    };

    it.each<[string, EngineOptions['proxy']]>([
        ['a proxy that does not exist', true],
        ['a real proxy that is never used', 'http://auto:secret@127.0.0.1:9'],
    ])('crawls pages that do not exist, through %s, without a socket', async (_what, proxy) => {
        const listen = vi.spyOn(Server.prototype, 'listen');
        onTestFinished(() => listen.mockRestore());
        const asked: string[] = [];
        const network: NetworkHandler = ({ url }) => {
            asked.push(url);
            const page = PAGES[url];
            return page === undefined ? undefined : new Response(page, { headers: { 'content-type': 'text/html' } });
        };
        const engine = await makeEngine({ network, proxy });
        const actor = await addSdkActor(engine, CRAWLS, { packages: ['apify', '@crawlee/cheerio'] });

        const run = await engine.call(actor);

        const items = (await run.items()) as { url: string; title: string }[];
        expect(items.map(({ title }) => title).toSorted()).toEqual(['A', 'B', 'Shop']);
        expect(asked.toSorted()).toEqual(Object.keys(PAGES).toSorted());
        expect(listen).not.toHaveBeenCalled();
        const { netTxBytes, netRxBytes } = (await run.info()).stats;
        expect({ netTxBytes, netRxBytes }).toEqual({ netTxBytes: 0, netRxBytes: 0 });
    });
});

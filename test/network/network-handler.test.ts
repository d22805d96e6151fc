import dns from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { isIP, Socket, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MODES } from '../execution/contract/modes.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { ROOT } from '../support/docs/source-files.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, NetworkHandler, RunHandle } from 'greenroom';

const CLIENTS_URL = pathToFileURL(join(ROOT, 'test/fixtures/network/clients.js')).href;

/** Responds with the request that it received. */
const echo: NetworkHandler = async (request) => {
    const { method, url, headers } = request;
    const sent = await request.text();
    return Response.json({ method, url, mark: headers.get('x-mark'), sent }, { status: 201 });
};

/** Sends a GET over https and a POST over http with each client of a kind. */
const ASKS_ALL = `
    import * as kinds from ${JSON.stringify(CLIENTS_URL)};
    async function ask(client) {
        const answers = [];
        for (const [url, init] of [
            ['https://shop.example/list?page=2', { headers: { 'x-mark': 'a' } }],
            ['http://shop.example:8080/cart', { method: 'POST', body: 'ä', headers: { 'content-type': 'text/plain' } }],
        ]) answers.push(await client(url, init));
        return answers.map(({ status, text }) => ({ status, ...JSON.parse(text) }));
    }
    export default async ({ input }) => {
        const all = {};
        for (const [name, client] of Object.entries(kinds[input.kind])) {
            all[name] = await ask(client).catch((error) => String(error.stack));
        }
        return all;
    };`;

const ECHOED = [
    { status: 201, method: 'GET', url: 'https://shop.example/list?page=2', mark: 'a', sent: '' },
    { status: 201, method: 'POST', url: 'http://shop.example:8080/cart', mark: null, sent: 'ä' },
];

const CLIENTS = [
    'node:http',
    'node:http without an agent',
    'node:http with an agent that keeps alive',
    'fetch',
    'axios',
    'axios of CommonJS',
    'got',
    'got with HTTP/2 and all its timeouts',
    'undici',
    'fetch of undici',
    'got-scraping',
];
const PROXIED = ['got-scraping', 'axios', 'undici', 'an agent that opens a tunnel'];

async function call(engine: Engine, source: string, input?: unknown, options?: object): Promise<RunHandle> {
    return engine.call(await addSource(engine, source), input, options);
}

/** Returns the output of an Actor, or how it failed. */
async function outputOf(engine: Engine, source: string, input?: unknown, options?: object): Promise<unknown> {
    const run = await call(engine, source, input, options);
    return run.status === 'SUCCEEDED' ? run.output() : { failed: run.statusMessage, log: await run.log.text() };
}

describe.each(MODES)('a handler as the network of an Actor (%s)', (isolation) => {
    it.each([
        ['clients', CLIENTS],
        ['proxied', PROXIED],
    ])(
        'responds to every library: %s',
        async (kind, names) => {
            const lookup = vi.spyOn(dns, 'lookup');
            const engine = await makeEngine({ network: echo, isolation });

            const output = await outputOf(engine, ASKS_ALL, { kind });

            expect(output).toEqual(Object.fromEntries(names.map((name) => [name, ECHOED])));
            // The engine listens on an address, for processes that the Actor may start.
            expect(lookup.mock.calls.filter(([host]) => isIP(host) === 0)).toEqual([]);
        },
        60_000,
    );
});

it('responds to a function Actor whose host has restored `connect` of sockets', async () => {
    const { connect } = Socket.prototype;
    const engine = await makeEngine({ network: echo, isolation: 'inline' });
    const source = `export default async () => (await fetch('https://shop.example')).status;`;
    const outputs = [await outputOf(engine, source)];
    Socket.prototype.connect = connect;

    outputs.push(await outputOf(engine, source));

    expect(outputs).toEqual([201, 201]);
});

/** Tries one URL after the other, and returns the results. */
const TRIES = `export default async ({ input }) => {
    const results = [];
    for (const url of input.urls) {
        results.push(await fetch(url).then(
            async (response) => [response.status, await response.text()],
            ({ cause }) => ({ code: cause.code, message: cause.message }),
        ));
    }
    return results;
};`;

describe.each(MODES)('a request without a response from the handler (%s)', (isolation) => {
    it('fails, emits an event, and is logged', async () => {
        const engine = await makeEngine({ network: () => undefined, isolation });
        const events: unknown[] = [];
        engine.on('network.unanswered', (event) => events.push(event));

        const run = await call(engine, TRIES, { urls: ['https://shop.example/a?b=c'] });

        const message = expect.stringMatching(
            /^No response for GET https:\/\/shop\.example\/a\?b=c: .*fetch\(request\)/,
        );
        expect(await run.output()).toEqual([{ code: 'ERR_GREENROOM_UNANSWERED', message }]);
        expect(await run.log.text()).toContain('No response for GET https://shop.example/a?b=c');
        const { id: runId, actId } = await run.info();
        expect(events).toEqual([
            { sender: 'actor', runId, actId, method: 'GET', url: 'https://shop.example/a?b=c', message },
        ]);
    });

    it('fails with the error that the handler throws, which is reported', async () => {
        const network = (): never => {
            throw new Error('no such fixture');
        };
        const engine = await makeEngine({ network, isolation });
        const warnings: string[] = [];
        engine.on('warning', ({ message }) => warnings.push(message));

        const run = await call(engine, TRIES, { urls: ['https://shop.example/'] });

        const message = expect.stringContaining('failed for GET https://shop.example/: no such fixture');
        expect(await run.output()).toEqual([{ code: 'ERR_GREENROOM_HANDLER', message }]);
        expect(warnings).toEqual([message]);
        expect(await run.log.text()).toContain('no such fixture');
    });
});

describe('the result of a handler', () => {
    it.each([
        ['a string', 'Hello', "It returned 'Hello', but must return a `Response`"],
        ['null', null, 'It returned null'],
    ])('must be a response, and is not %s', async (_what, value, problem) => {
        const engine = await makeEngine({ network: (() => value) as never });

        const output = await outputOf(engine, TRIES, { urls: ['https://shop.example/'] });

        expect(output).toEqual([{ code: 'ERR_GREENROOM_HANDLER', message: expect.stringContaining(problem) }]);
    });

    it('must be a new response each time', async () => {
        const response = new Response('once');
        const engine = await makeEngine({ network: () => response });

        const output = await outputOf(engine, TRIES, { urls: ['https://a.example/', 'https://b.example/'] });

        expect(output).toEqual([
            [200, 'once'],
            { code: 'ERR_GREENROOM_HANDLER', message: expect.stringContaining('was already read') },
        ]);
    });

    it('breaks the connection if it is an error response', async () => {
        const engine = await makeEngine({ network: () => Response.error() });

        const output = await outputOf(engine, TRIES, { urls: ['https://shop.example/'] });

        expect(output).toEqual([{ code: 'ECONNRESET', message: expect.stringContaining('https://shop.example/') }]);
    });

    it('arrives with its status, status text and all headers', async () => {
        const headers: [string, string][] = [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2'],
            ['x-more', 'yes'],
        ];
        const engine = await makeEngine({
            network: () => new Response('no', { status: 418, statusText: 'Teapot', headers }),
        });
        const asks = `export default async () => {
            const { status, statusText, headers } = await fetch('https://shop.example/');
            return { status, statusText, cookies: headers.getSetCookie(), more: headers.get('x-more') };
        };`;

        expect(await outputOf(engine, asks)).toEqual({
            status: 418,
            statusText: 'Teapot',
            cookies: ['a=1', 'b=2'],
            more: 'yes',
        });
    });

    it('may have no body, and needs none for a HEAD', async () => {
        const engine = await makeEngine({
            network: ({ method }) => (method === 'HEAD' ? new Response('long') : new Response(null, { status: 204 })),
        });
        const asks = `export default async () => {
            const results = [];
            for (const method of ['HEAD', 'DELETE', 'HEAD']) {
                const response = await fetch('https://shop.example/', { method });
                results.push([response.status, await response.text()]);
            }
            return results;
        };`;

        expect(await outputOf(engine, asks)).toEqual([
            [200, ''],
            [204, ''],
            [200, ''],
        ]);
    });

    it('is decompressed by the client if it is compressed', async () => {
        const headers = { 'content-encoding': 'gzip', 'content-type': 'text/plain' };
        const engine = await makeEngine({ network: () => new Response(gzipSync('squeezed'), { headers }) });
        const asks = `
            import { clients } from ${JSON.stringify(CLIENTS_URL)};
            export default async () => {
                const texts = [];
                for (const name of ['fetch', 'axios', 'got', 'got-scraping']) {
                    texts.push((await clients[name]('https://shop.example/')).text);
                }
                return texts;
            };`;

        expect(await outputOf(engine, asks)).toEqual(['squeezed', 'squeezed', 'squeezed', 'squeezed']);
    });

    it('leaves redirects to the client', async () => {
        const asked: string[] = [];
        const network: NetworkHandler = ({ url }) => {
            asked.push(url);
            if (url.endsWith('/new')) return new Response('arrived');
            return new Response(null, { status: 301, headers: { location: '/new' } });
        };
        const engine = await makeEngine({ network });
        const asks = `export default async () => {
            const stays = await fetch('https://shop.example/old', { redirect: 'manual' });
            const goes = await fetch('https://shop.example/old');
            return [stays.status, stays.headers.get('location'), goes.url, await goes.text()];
        };`;

        expect(await outputOf(engine, asks)).toEqual([301, '/new', 'https://shop.example/new', 'arrived']);
        expect(asked).toEqual(['old', 'old', 'new'].map((name) => `https://shop.example/${name}`));
    });

    it('can be a response that the handler has fetched', async () => {
        const server = createServer((request, response) => {
            request.resume();
            response.writeHead(200, { 'content-encoding': 'gzip' });
            response.end(gzipSync(`${request.method} ${request.url}`));
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        onTestFinished(() => server.close().closeAllConnections());
        const { port } = server.address() as AddressInfo;
        const engine = await makeEngine({ network: (request) => fetch(request) });
        const asks = `export default async ({ input }) => {
            const get = await fetch(input.url);
            const post = await fetch(input.url, { method: 'POST', body: 'some' });
            return [await get.text(), await post.text()];
        };`;

        expect(await outputOf(engine, asks, { url: `http://127.0.0.1:${port}/x` })).toEqual(['GET /x', 'POST /x']);
    });
});

const SIZE = 8 * 2 ** 20;

describe.each(['thread', 'process', 'inline'] as const)('bodies (%s)', (isolation) => {
    it('may be large in both directions', async () => {
        const network: NetworkHandler = async (request) => {
            const { byteLength } = await request.arrayBuffer();
            return new Response(new Uint8Array(byteLength).fill(7));
        };
        const engine = await makeEngine({ network, isolation });
        const asks = `export default async () => {
            const response = await fetch('https://shop.example/', { method: 'PUT', body: new Uint8Array(${SIZE}) });
            const bytes = new Uint8Array(await response.arrayBuffer());
            return { size: bytes.length, isRight: bytes.every((byte) => byte === 7) };
        };`;

        expect(await outputOf(engine, asks)).toEqual({ size: SIZE, isRight: true });
    });

    it('arrive in chunks, and are not produced faster than they are read', async () => {
        let made = 0;
        const body = (): ReadableStream<Uint8Array> =>
            new ReadableStream({
                pull(controller) {
                    made += 1;
                    controller.enqueue(new Uint8Array(2 ** 16).fill(made % 251));
                },
            });
        const isStopped = vi.fn<() => void>();
        const network: NetworkHandler = ({ signal }) => {
            signal.addEventListener('abort', isStopped);
            return new Response(body());
        };
        const engine = await makeEngine({ network, isolation });
        const asks = `export default async () => {
            const response = await fetch('https://shop.example/');
            const reader = response.body.getReader();
            const first = (await reader.read()).value[0];
            // Long enough for much more to come than is read.
            await new Promise((resolve) => setTimeout(resolve, 200));
            await reader.cancel();
            return first;
        };`;

        expect(await outputOf(engine, asks)).toBe(1);
        expect(made).toBeLessThan(200);
        await waitUntil('the handler to be told', () => isStopped.mock.calls.length > 0);
    });

    it('may be sent in chunks', async () => {
        const seen: string[] = [];
        const network: NetworkHandler = async ({ body }) => {
            for await (const piece of body as unknown as AsyncIterable<Uint8Array>)
                seen.push(Buffer.from(piece).toString());
            return new Response('all');
        };
        const engine = await makeEngine({ network, isolation });
        const asks = `export default async () => {
            const body = new ReadableStream({
                async start(controller) {
                    for (const text of ['one', 'two']) {
                        controller.enqueue(new TextEncoder().encode(text));
                        await new Promise((resolve) => setTimeout(resolve, 10));
                    }
                    controller.close();
                },
            });
            const response = await fetch('https://shop.example/', { method: 'POST', body, duplex: 'half' });
            return response.text();
        };`;

        expect(await outputOf(engine, asks)).toBe('all');
        expect(seen.join('')).toBe('onetwo');
    });
});

describe.each(['thread', 'process', 'inline'] as const)(
    'a large body that the handler does not read (%s)',
    (isolation) => {
        it('does not block anything', async () => {
            const network: NetworkHandler = async ({ url, body }) => {
                const reader = url.endsWith('/stops') ? body!.getReader() : undefined;
                await reader?.read();
                await reader?.cancel();
                return new Response('enough');
            };
            const engine = await makeEngine({ network, isolation });
            const asks = `
            import { clients } from ${JSON.stringify(CLIENTS_URL)};
            const post = { method: 'POST', body: Buffer.alloc(5_000_000) };
            export default async () => {
                const texts = [];
                for (const name of ['fetch', 'got', 'node:http with an agent that keeps alive']) {
                    for (const path of ['ignores', 'stops']) {
                        texts.push((await clients[name]('https://shop.example/' + path, post)).text);
                    }
                    texts.push((await clients[name]('https://shop.example/')).text);
                }
                return texts;
            };`;

            expect(await outputOf(engine, asks)).toEqual(Array.from({ length: 9 }, () => 'enough'));
        });
    },
);

describe('requests that are abandoned', () => {
    it.each(MODES)('abort their signal when the client stops waiting (%s)', async (isolation) => {
        const aborted: string[] = [];
        let isAsked: () => void = () => {};
        const asked = new Promise<void>((resolve) => {
            isAsked = resolve;
        });
        const network: NetworkHandler = async ({ url, signal }) => {
            if (!url.endsWith('/slow')) return asked.then(() => new Response('asked'));
            isAsked();
            return new Promise((_resolve, reject) => {
                signal.addEventListener('abort', () => {
                    aborted.push(url);
                    reject(signal.reason as Error);
                });
            });
        };
        const engine = await makeEngine({ network, isolation });
        const warnings: string[] = [];
        engine.on('warning', ({ message }) => warnings.push(message));
        const asks = `export default async () => {
            const abort = new AbortController();
            const slow = fetch('https://shop.example/slow', { signal: abort.signal }).catch(({ name }) => name);
            const text = await (await fetch('https://shop.example/asked')).text();
            abort.abort();
            return [await slow, text];
        };`;

        expect(await outputOf(engine, asks)).toEqual(['AbortError', 'asked']);
        await waitUntil('the handler to be told', () => aborted.length > 0);
        expect(aborted).toEqual(['https://shop.example/slow']);
        expect(warnings).toEqual([]);
    });

    it.each(MODES)('abort their signal when the run is aborted before a response (%s)', async (isolation) => {
        const reasons: unknown[] = [];
        let isAsked: () => void = () => {};
        const asked = new Promise<void>((resolve) => {
            isAsked = resolve;
        });
        const network: NetworkHandler = ({ signal }) => {
            signal.addEventListener('abort', () => reasons.push((signal.reason as Error).message));
            isAsked();
            return new Promise(() => {});
        };
        const engine = await makeEngine({ network, isolation });
        const name = await addSource(
            engine,
            `export default async () => (await fetch('https://shop.example/')).status;`,
        );
        const run = await engine.start(name);
        await asked;

        await run.abort();

        expect((await run.finished()).status).toBe('ABORTED');
        await waitUntil('the handler to be told', () => reasons.length > 0);
        expect(reasons).toEqual(['The run has ended.']);
    });

    it('are kept apart when there are many at once', async () => {
        const engine = await makeEngine({
            network: async (request) => new Response(`${request.url} ${await request.text()}`),
        });
        const asks = `export default async () => Promise.all(Array.from({ length: 10 }, async (_, index) => {
            const response = await fetch('https://shop.example/' + index, { method: 'POST', body: String(index * index) });
            return response.text();
        }));`;

        const expected = Array.from({ length: 10 }, (_, index) => `https://shop.example/${index} ${index * index}`);
        expect(await outputOf(engine, asks)).toEqual(expected);
    });
});

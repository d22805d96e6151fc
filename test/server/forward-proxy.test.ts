import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { gotScraping } from 'crawlee';
import { credentials, makeProxy, proxyUrl } from './make-proxy.js';
import { freePort, makeTarget, makeTcpTarget } from './make-target.js';
import { dial, open, read, send } from './send.js';

const TWENTY_MB = Buffer.alloc(20 * 2 ** 20, 'greenroom ');

describe('a plain request through the proxy', () => {
    it('reaches its target with its method, path, headers and body', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget((request, response) => void echo(request, response));
        const headers = [
            ['Host', 'shop.example'],
            ['X-Mixed-CASE', 'one'],
            ['Content-Length', '5'],
            ['x-mixed-case', 'two'],
            ['Authorization', 'Bearer abc'],
        ];
        const forProxy = [...Object.entries(credentials()), ['Proxy-Connection', 'keep-alive'], ['TE', 'trailers']];

        const { status, body } = await send(proxy, `${target.url}/a/../b|c?q=%20ü'`.replace('ü', '%C3%BC'), {
            method: 'PUT',
            headers: [...headers, ['Connection', 'close, X-For-Proxy'], ['X-For-Proxy', 'yes'], ...forProxy].flat(),
            body: 'hello',
        });

        expect(status).toBe(200);
        expect(JSON.parse(body)).toEqual({
            method: 'PUT',
            url: '/b|c?q=%20%C3%BC%27',
            headers: expect.arrayContaining([...headers, ['Connection', 'close']].flat()) as unknown,
            body: 'hello',
        });
        expect(body).not.toContain('Proxy-Authorization');
    });

    it('returns the status, the raw headers and the body of the response', async () => {
        const proxy = await makeProxy();
        const answer = [
            'HTTP/1.1 299 Rather Fine',
            'X-lower-UPPER: \u00e9t\u00e9',
            'Set-Cookie: a=1',
            'set-cookie: b=2',
            'Content-Length: 4',
            'Connection: X-Hop',
            'X-Hop: 1',
        ];
        const target = await makeTcpTarget((socket) => {
            socket.once('data', () => socket.end(Buffer.from(`${answer.join('\r\n')}\r\n\r\nbody`, 'latin1')));
        });

        const { message, body } = await send(proxy, target.url.replace('tcp', 'http'));

        expect([message.statusCode, message.statusMessage, body]).toEqual([299, 'Rather Fine', 'body']);
        const own = ['X-lower-UPPER', '\u00e9t\u00e9', 'Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'Content-Length', '4'];
        expect(message.rawHeaders).toEqual(expect.arrayContaining(own));
    });

    it.each([
        ['GET', {}, [], ''],
        ['POST', { 'Transfer-Encoding': 'chunked' }, ['Transfer-Encoding', 'chunked'], 'GET / HTTP/1.1\r\n\r\n'],
        ['DELETE', { 'Content-Length': '2' }, ['Content-Length', '2'], 'ok'],
        ['GET', { Connection: 'close, Content-Length', 'Content-Length': '2' }, ['Content-Length', '2'], 'ok'],
    ])(
        'of the method %s and with the headers %j is framed so that its body stays one',
        async (method, sent, seen, body) => {
            const proxy = await makeProxy();
            const target = await makeTarget((request, response) => void echo(request, response));
            const socket = await dial(proxy);
            const headers = Object.entries({ Host: 'x', Connection: 'close', ...credentials(), ...sent });
            const isChunked = 'Transfer-Encoding' in sent;

            socket.write(
                `${method} ${target.url}/ HTTP/1.1\r\n${headers.map((header) => `${header.join(': ')}\r\n`).join('')}\r\n` +
                    (isChunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body),
            );
            const answer = await text(socket);

            expect(JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1))).toEqual({
                method,
                url: '/',
                headers: expect.arrayContaining(['Host', 'x', ...seen]) as unknown,
                body,
            });
        },
    );

    it('carries 20 MB there and back', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget((request, response) => void request.pipe(response));

        const answer = await gotScraping({
            method: 'POST',
            url: target.url,
            proxyUrl: proxyUrl(proxy),
            body: TWENTY_MB,
            responseType: 'buffer',
        });

        expect(digest(answer.body)).toBe(digest(TWENTY_MB));
    });

    it('streams the response', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget((_, response) => void response.write('first'));
        const asked = once(target.server, 'request');

        const [message] = (await once(open(proxy, target.url).end(), 'response')) as [IncomingMessage];
        const [, response] = (await asked) as [IncomingMessage, ServerResponse];
        const [first] = (await once(message, 'data')) as [Buffer];
        response.end('second');

        expect(first.toString()).toBe('first');
        expect((await buffer(message)).toString()).toBe('second');
    });

    it('shares its connection to the proxy with later requests', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget((_, response) => response.end('ok'));
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });

        await send(proxy, target.url, { agent });
        const second = open(proxy, target.url, { agent }).end();
        await read(second);

        expect(second.reusedSocket).toBe(true);
        agent.destroy();
    });

    it('leaves its connection usable even if the target responds without reading the body', async () => {
        const proxy = await makeProxy();
        const target = await makeTcpTarget((socket) => {
            socket.once('data', () => {
                socket.pause();
                socket.write('HTTP/1.1 413 Too Much\r\nContent-Length: 3\r\n\r\nno!');
            });
        });
        const url = target.url.replace('tcp', 'http');
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });

        const first = await send(proxy, url, { method: 'POST', body: TWENTY_MB, agent });
        const second = await send(proxy, url, { agent });

        expect([first.status, first.body, second.status]).toEqual([413, 'no!', 413]);
        agent.destroy();
    });

    it('with HEAD gets the length of the omitted body', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget((_, response) => response.writeHead(200, { 'Content-Length': 1234 }).end());

        const { message, body } = await send(proxy, target.url, { method: 'HEAD' });

        expect([message.headers['content-length'], body]).toEqual(['1234', '']);
    });
});

describe('An interrupted plain request', () => {
    it("gets Apify Proxy's response if the target does not listen", async () => {
        const proxy = await makeProxy();

        const { status } = await send(proxy, `http://127.0.0.1:${await freePort()}/x`);

        expect(status).toBe(594);
    });

    it.each([
        ['closes the connection', '', 595],
        ['answers something else than HTTP', 'SSH-2.0-OpenSSH\r\n', 599],
        ['has a status out of range', 'HTTP/1.1 099 Odd\r\n\r\n', 592],
    ])("gets Apify Proxy's response if the target %s", async (_, bytes, expected) => {
        const proxy = await makeProxy();
        const target = await makeTcpTarget((socket) => socket.once('data', () => socket.end(bytes)));

        expect((await send(proxy, target.url.replace('tcp', 'http'))).status).toBe(expected);
    });

    it('is aborted if the target switches to another protocol', async () => {
        const proxy = await makeProxy();
        const bytes = 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
        const target = await makeTcpTarget((socket) => socket.once('data', () => socket.end(bytes)));

        await expect(send(proxy, target.url.replace('tcp', 'http'))).rejects.toThrow('socket hang up');
    });

    it('does not look complete if the target disconnects within its response', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget((_, response) => {
            response.write('half', () => response.destroy());
        });

        const reading = send(proxy, target.url);

        await expect(reading).rejects.toThrow('aborted');
    });

    it('is aborted at the target if the client disconnects', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget();
        const asked = once(target.server, 'request');

        const sent = open(proxy, target.url).on('error', () => {});
        sent.end();
        const [, response] = (await asked) as [IncomingMessage, ServerResponse];
        sent.destroy();

        await once(response, 'close');
        expect(response.writableFinished).toBe(false);
    });

    it('is aborted at the target if the client disconnects within its body', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget();
        const asked = once(target.server, 'request');

        const sent = open(proxy, target.url, { method: 'POST' }).on('error', () => {});
        sent.write('half');
        const [request] = (await asked) as [IncomingMessage];
        const reading = text(request);
        sent.destroy();

        await expect(reading).rejects.toThrow('aborted');
    });
});

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, rawHeaders } = request;
    response.end(JSON.stringify({ method, url, headers: rawHeaders, body: await text(request) }));
}

function digest(bytes: Uint8Array): string {
    return createHash('sha256').update(bytes).digest('hex');
}

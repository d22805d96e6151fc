import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toNodeHandler } from '../../src/server/node-handler.js';
import { openSocket, parseResponses, readAll, formatRequest, sendRaw } from '../support/servers/raw-http.js';

/** An answer whose length is known. */
function answerOf(body: string, type = 'text/plain'): Response {
    return new Response(body, {
        headers: { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
    });
}

type Answer = (request: Request) => Promise<Response>;

/** A server of Node alone; its port, and the response that it has last begun. */
async function serve(answer: Answer) {
    const responses: ServerResponse[] = [];
    const handle = toNodeHandler(answer);
    const server = createServer((incoming, outgoing) => {
        responses.push(outgoing);
        handle(incoming, outgoing);
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
        server.closeAllConnections();
        server.close();
    });
    await once(server, 'listening');
    return { port: (server.address() as { port: number }).port, responses };
}

/** Sends one request and hands out what `look` says of it. */
async function seen(text: string, look: (request: Request) => unknown): Promise<unknown> {
    const { port } = await serve(async (request) => answerOf(JSON.stringify(await look(request))));
    const [answer] = parseResponses(await sendRaw(port, text));
    return JSON.parse(answer!.body);
}

const post = (body: string, headers: Record<string, string> = {}): string =>
    formatRequest('POST /path?a=1', { host: 'localhost', 'content-length': `${body.length}`, ...headers }) + body;

describe('A request over HTTP', () => {
    it('is a `Request`', async () => {
        const shown = await seen(post('{"a":1}', { 'content-type': 'application/json' }), async (request) => [
            request instanceof Request,
            request.headers instanceof Headers,
            Object.prototype.toString.call(request),
            [request.method, request.url, request.redirect, request.bodyUsed, request.signal.aborted],
            await request.clone().text(),
            await request.json(),
            request.bodyUsed,
        ]);

        expect(shown).toEqual([
            true,
            true,
            '[object Request]',
            ['POST', 'http://localhost/path?a=1', 'follow', false, false],
            '{"a":1}',
            { a: 1 },
            true,
        ]);
    });

    it('can be cloned with its body as a stream', async () => {
        const shown = await seen(post('text', { 'x-a': 'b' }), async (request) => {
            const other = new Request(request.url, request);
            return [other.method, other.headers.get('x-a'), await other.text()];
        });

        expect(shown).toEqual(['POST', 'b', 'text']);
    });

    it('has no body if the method has none', async () => {
        const text = post('text').replace('POST', 'GET');

        expect(await seen(text, async (request) => [request.body, await request.text()])).toEqual([null, '']);
    });

    it('has the sent headers in any case, with repeated ones joined', async () => {
        const text =
            'GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nAuthorization: a\r\nAuthorization: b\r\nConnection: close\r\n\r\n';

        const shown = await seen(text, ({ headers }) => [
            headers.get('X-a'),
            headers.get('authorization'),
            headers.has('HOST'),
            headers.get('none'),
            [...headers],
        ]);

        const all = [
            ['authorization', 'a, b'],
            ['connection', 'close'],
            ['host', 'h'],
            ['x-a', '1, 2'],
        ];
        expect(shown).toEqual(['1, 2', 'a, b', true, null, all]);
    });

    it('accepts changes of its headers, and rejects invalid names', async () => {
        const shown = await seen(formatRequest('GET /', { host: 'h', 'x-a': '1' }), ({ headers }) => {
            headers.set('x-a', '2');
            headers.append('x-b', '3');
            expect(() => headers.get('a b')).toThrow(TypeError);
            return [headers.get('x-a'), headers.get('x-b')];
        });

        expect(shown).toEqual(['2', '3']);
    });
});

describe('the URL of such a request', () => {
    it.each([
        ['localhost:4000', '/a/b?c=d&e'],
        ['localhost:80', '/a'],
        ['LOCALHOST', '/'],
        ['[::1]:4000', '/a'],
        ['127.0.0.1:4000', '/a/../b/./c/%2e%2e/d?e/../f'],
        ['127.0.0.1:4000', "/a'b|c?d='e'"],
        ['127.0.0.1:4000', '/%C5%BE%2F/%'],
        ['127.0.0.1:4000', '//evil.example/..'],
        ['127.0.0.1:4000', '/a#b'],
    ])('is normalized as by the URL class: %s %s', async (host, target) => {
        const url = await seen(formatRequest(`GET ${target}`, { host }), (request) => request.url);

        expect(url).toBe(new URL(`http://${host}${target}`).href);
    });

    it('is that of the request line if it is absolute', async () => {
        const text = formatRequest('GET http://other.example/a?b', { host: 'localhost' });

        expect(await seen(text, (request) => request.url)).toBe('http://other.example/a?b');
    });

    it.each([
        ['localhost', '/a\\b'],
        ['localhost', '*'],
        ['user@localhost', '/'],
        ['localhost/x', '/'],
        ['localhost\\x', '/'],
        ['a b', '/'],
        ['localhost:99999', '/'],
        ['', '/'],
        ['localhost', 'http://[/'],
    ])('must be valid: %s %s', async (host, target) => {
        const { port } = await serve(async () => answerOf('taken'));

        const [answer] = parseResponses(await sendRaw(port, formatRequest(`GET ${target}`, { host })));

        expect(answer?.status).toBe(400);
        expect(JSON.parse(answer!.body).error.type).toBe('invalid-request');
    });
});

describe('A partly read body', () => {
    it.each<[what: string, answer: Answer]>([['all', async () => answerOf('answer')]])(
        'is taken in, so that the connection can go on: %s',
        async (_what, answer) => {
            const { port } = await serve(answer);
            const socket = await openSocket(port);
            const body = 'a'.repeat(300_000);

            socket.write(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
            socket.write(post('last'));

            expect(parseResponses(await readAll(socket)).map(({ status }) => status)).toEqual([200, 200]);
        },
    );

    it('does not block the response', async () => {
        const { port } = await serve(async (request) => {
            const reader = request.body!.getReader();
            await reader.read();
            await reader.cancel();
            return answerOf('answer');
        });

        const [answer] = parseResponses(await sendRaw(port, post('a'.repeat(300_000))));

        expect(answer).toMatchObject({ status: 200, body: 'answer' });
    });

    it('is abandoned if it does not arrive', async () => {
        const { port } = await serve(async () => answerOf('answer'));
        const socket = await openSocket(port);

        socket.write('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc');

        expect(parseResponses(await readAll(socket)).map(({ status }) => status)).toEqual([200]);
    });
});

describe('A response', () => {
    it('that cannot be sent becomes an error', async () => {
        const { port } = await serve(async () => answerOf('answer', 'text/ž'));

        const [answer] = parseResponses(await sendRaw(port, formatRequest('GET /', { host: 'h' })));

        expect(answer?.status).toBe(500);
    });

    it('whose handler fails becomes an error', async () => {
        const { port } = await serve(async () => {
            throw new Error('Some trouble.');
        });

        const [answer] = parseResponses(await sendRaw(port, formatRequest('GET /', { host: 'h' })));

        expect(answer?.status).toBe(500);
        expect(answer?.body).toContain('The function passed to `toNodeHandler` failed: Some trouble.');
        expect(answer?.body).not.toContain('bug');
    });

    it('without a client can be cancelled', async () => {
        let tell: (aborted: boolean) => void = () => {};
        const told = new Promise<boolean>((resolve) => (tell = resolve));
        const { port, responses } = await serve(async (request) => {
            await once(responses[0]!, 'close');
            tell(request.signal.aborted);
            return answerOf('answer');
        });
        const socket = await openSocket(port);

        socket.write(formatRequest('GET /', { host: 'h' }), () => socket.destroy());

        expect(await told).toBe(true);
    });
});

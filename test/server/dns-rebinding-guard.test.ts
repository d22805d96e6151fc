import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { parseResponses, formatRequest, sendRaw, type RawResponse } from '../support/servers/raw-http.js';
import type { ListenOptions } from 'greenroom';

async function listen(options?: ListenOptions) {
    const engine = await makeEngine();
    const { port } = await engine.listen(options);
    const authorization = `Bearer ${engine.token}`;
    const ask = async (headers: Record<string, string>, line = 'GET /v2/users/me'): Promise<RawResponse> =>
        parseResponses(await sendRaw(port, formatRequest(line, { authorization, ...headers })))[0]!;
    const withPort = (text: string): string => text.replace('PORT', String(port));
    return { engine, port, ask, withPort };
}

describe('the host of a request', () => {
    it.each(['localhost:PORT', 'LOCALHOST:PORT', 'localhost.:PORT', '127.0.0.1:PORT', '127.1.2.3:PORT', '[::1]:PORT'])(
        'may be %s',
        async (host) => {
            const { ask, withPort } = await listen();

            expect((await ask({ host: withPort(host) })).status).toBe(200);
        },
    );

    it.each([
        'evil.example',
        'evil.example:PORT',
        'localhost',
        'localhost:1',
        'localhost.evil.example:PORT',
        '127.0.0.1.evil.example:PORT',
        'localhost:PORT@evil.example',
        '192.168.0.1:PORT',
        '0.0.0.0:PORT',
        '[::1',
        '',
    ])('is rejected, even with a valid token, if it is %s', async (host) => {
        const { ask, withPort } = await listen();

        const answer = await ask({ host: withPort(host) });

        expect(answer.status).toBe(403);
        expect(JSON.parse(answer.body).error).toMatchObject({ type: 'host-not-allowed' });
    });

    it('is also checked in the request line', async () => {
        const { ask, withPort } = await listen();
        const host = withPort('localhost:PORT');

        const home = await ask({ host }, `GET http://${host}/v2/users/me`);
        const foreign = await ask({ host }, 'GET http://evil.example/v2/users/me');

        expect(home.status).toBe(200);
        expect(foreign.status).toBe(403);
    });

    it('is required', async () => {
        const { ask } = await listen();

        expect((await ask({})).status).toBe(400);
    });

    it('may be an allowed one', async () => {
        const { ask, withPort } = await listen({ allowedHosts: ['engine.example', 'other.example:8443'] });

        const statuses = await Promise.all(
            ['engine.example', withPort('engine.example:PORT'), 'other.example:8443', 'other.example:1'].map(
                async (host) => (await ask({ host })).status,
            ),
        );

        expect(statuses).toEqual([200, 200, 200, 403]);
    });

    it('may be any address, but no name, if the listener is open to all machines', async () => {
        const { ask, withPort } = await listen({ host: '0.0.0.0', allowRemote: true });

        expect((await ask({ host: withPort('192.168.0.1:PORT') })).status).toBe(200);
        expect((await ask({ host: withPort('evil.example:PORT') })).status).toBe(403);
    });
});

describe('the origin of a request', () => {
    it.each(['http://evil.example', 'null', 'http://localhost:1', 'file://', 'http://localhost:PORT.evil.example'])(
        'is refused where it is %s',
        async (origin) => {
            const { ask, withPort } = await listen();

            const answer = await ask({ host: withPort('localhost:PORT'), origin: withPort(origin) });

            expect(answer.status).toBe(403);
            expect(JSON.parse(answer.body).error).toMatchObject({ type: 'origin-not-allowed' });
            expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
        },
    );

    it('may be that of the listener, by any of its names', async () => {
        const { ask, withPort } = await listen();

        const origin = withPort('http://localhost:PORT');
        const answer = await ask({ host: withPort('127.0.0.1:PORT'), origin });

        expect(answer.status).toBe(200);
        expect(answer.headers['access-control-allow-origin']).toBe(origin);
    });

    it('may be an allowed one, which gets CORS headers', async () => {
        const { ask, withPort } = await listen({ allowedOrigins: ['https://app.example'] });
        const host = withPort('localhost:PORT');

        const answer = await ask({ host, origin: 'https://app.example' });
        const refused = await ask({ host, origin: 'https://app.example.evil' });

        expect(answer.status).toBe(200);
        expect(answer.headers).toMatchObject({
            'access-control-allow-origin': 'https://app.example',
            'access-control-expose-headers': expect.stringContaining('x-apify-pagination-total'),
            vary: 'Origin',
        });
        expect(refused.status).toBe(403);
    });

    it('gets a preflight response without a token', async () => {
        const { ask, withPort } = await listen({ allowedOrigins: ['*'] });

        const answer = await ask(
            {
                host: withPort('localhost:PORT'),
                authorization: '',
                origin: 'https://any.example',
                'access-control-request-method': 'PUT',
                'access-control-request-headers': 'authorization,content-type',
            },
            'OPTIONS /v2/datasets/any',
        );

        expect(answer.status).toBe(204);
        expect(answer.headers).toMatchObject({
            'access-control-allow-origin': 'https://any.example',
            'access-control-allow-methods': expect.stringContaining('PUT'),
            'access-control-allow-headers': 'authorization,content-type',
        });
    });

    it('cannot send a body before it is rejected', async () => {
        const { engine, ask, withPort } = await listen();
        const headers = { host: withPort('localhost:PORT'), origin: 'http://evil.example', 'content-length': '0' };

        await ask(headers, 'POST /v2/datasets?name=mine');

        expect((await engine.client.datasets().list()).total).toBe(0);
    });
});

describe('A record that a browser renders as a page', () => {
    it.each([
        ['text/html; charset=utf-8', true],
        ['TEXT/HTML', true],
        ['image/svg+xml', true],
        ['application/xhtml+xml', true],
        ['application/xml', true],
        ['text/xsl', true],
        ['multipart/x-mixed-replace; boundary=a', true],
        ['message/rfc822', true],
        ['application/x-mimearchive', true],
        ['made/up', true],
        ['text/plain, text/html', true],
        ['text/plain; charset=utf-8, text/html', true],
        ['text/plainhtml', true],
        ['application/json', false],
        ['text/plain', false],
        ['Text/Plain ; charset=utf-8', false],
        ['image/png', false],
        ['application/pdf', false],
        ['video/mp4', false],
    ])('is sandboxed: %s', async (contentType, isKeptApart) => {
        const { engine, ask, withPort } = await listen();
        const store = engine.client.keyValueStore((await engine.client.keyValueStores().getOrCreate('store')).id);
        await store.setRecord({ key: 'page', value: '"<script>"', contentType });

        const answer = await ask({ host: withPort('localhost:PORT') }, 'GET /v2/key-value-stores/~store/records/page');

        expect(answer.headers['x-content-type-options']).toBe('nosniff');
        expect(answer.headers['content-security-policy']).toBe(isKeptApart ? 'sandbox' : undefined);
    });
});

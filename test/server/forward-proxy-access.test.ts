import { Actor, Configuration, ProxyConfiguration } from 'apify-sdk';
import { gotScraping } from 'crawlee';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { credentials, makeProxy, PASSWORD, proxyUrl } from './make-proxy.js';
import { makeTarget } from './make-target.js';
import { askForTunnel, dial, open, read, send } from './send.js';
import type { ForwardProxy } from '../../src/server/forward-proxy.js';

const CONNECTED = { connected: true, connectionError: null, isManInTheMiddle: false };
const WRONG = expect.stringMatching(/password for the proxy is wrong.*`APIFY_PROXY_PASSWORD`/) as unknown;
const TARGET = 'http://127.0.0.1:9/';

afterEach(() => {
    vi.unstubAllEnvs();
});

describe('A request without valid credentials', () => {
    it.each([
        ['no credentials', {}, 'no username and password'],
        ['a wrong password', credentials('auto', 'sesame'), 'password for the proxy is wrong'],
        [
            'a username that means nothing',
            credentials('groups RESIDENTIAL'),
            '`groups RESIDENTIAL`, but must be `auto`',
        ],
        ['no username', credentials(''), '``, but must be `auto`'],
    ])('that has %s gets 407 with a remedy', async (_, headers, expected) => {
        const proxy = await makeProxy();

        const { status, message, body } = await send(proxy, TARGET, { headers });
        const tunnel = await askForTunnel(await dial(proxy), '127.0.0.1:9', headers);

        expect(status).toBe(407);
        expect(message.headers['proxy-authenticate']).toBe('Basic realm="greenroom", charset="UTF-8"');
        expect(body).toContain(expected);
        expect(tunnel).toMatch(/^HTTP\/1\.1 407 Proxy Authentication Required\r\n/);
        expect(tunnel.toLowerCase()).toContain('proxy-authenticate: basic');
        expect(tunnel).toContain(expected);
    });
});

describe('a request with a username that the SDK builds', () => {
    it.each(['auto', 'groups-RESIDENTIAL+SHADER,session-a.b_c~1,country-US_CA', 'session-abc', 'country-US'])(
        'passes with %s',
        async (username) => {
            const proxy = await makeProxy();
            const target = await makeTarget((request, response) =>
                response.end(request.headers['proxy-authorization']),
            );

            const { status, body } = await send(proxy, target.url, { headers: credentials(username) });

            expect([status, body]).toEqual([200, '']);
        },
    );
});

describe('the status page', () => {
    it.each(['127.0.0.1', 'localhost'])('of %s says through the proxy that it can be used', async (host) => {
        const proxy = await makeProxy();

        const { status, body } = await send(proxy, `http://${host}:${proxy.port}/?format=json`);

        expect([status, JSON.parse(body)]).toEqual([200, CONNECTED]);
    });

    it('also works without the proxy', async () => {
        const proxy = await makeProxy();

        const answer = await fetch(`${proxy.statusUrl}/?format=json`);

        expect(await answer.json()).toEqual(CONNECTED);
    });

    it('reports a wrong password', async () => {
        const proxy = await makeProxy();

        const { status, body } = await send(proxy, `${proxy.statusUrl}/?format=json`, {
            headers: credentials('auto', 'wrong'),
        });

        expect([status, JSON.parse(body)]).toEqual([
            200,
            { connected: false, connectionError: WRONG, isManInTheMiddle: false },
        ]);
    });
});

describe('the proxy configuration of the real SDK', () => {
    it('has access, and its URLs lead to the target', async () => {
        const proxy = await makeProxy();
        const target = await makeTarget((request, response) => response.end(request.url));
        const configuration = new ProxyConfiguration({ groups: ['RESIDENTIAL'], countryCode: 'US' }, sdkConfig(proxy));

        const hasAccess = await configuration.initialize({ checkAccess: true });
        const url = await configuration.newUrl('session_1');
        const { body } = await gotScraping({ url: `${target.url}/page`, proxyUrl: url });

        expect([hasAccess, body]).toEqual([true, '/page']);
    });

    it('reads its settings from the environment', async () => {
        const proxy = await makeProxy();
        vi.stubEnv('APIFY_IS_AT_HOME', '1');
        vi.stubEnv('APIFY_PROXY_HOSTNAME', proxy.hostname);
        vi.stubEnv('APIFY_PROXY_PORT', String(proxy.port));
        vi.stubEnv('APIFY_PROXY_PASSWORD', PASSWORD);
        vi.stubEnv('APIFY_PROXY_STATUS_URL', proxy.statusUrl);

        const configuration = await new Actor().createProxyConfiguration({ checkAccess: true });

        expect(await configuration?.newUrl()).toBe(proxyUrl(proxy));
    });

    it('reports a wrong password locally', async () => {
        const proxy = await makeProxy();
        vi.stubEnv('APIFY_IS_AT_HOME', '1');
        const configuration = new ProxyConfiguration({ password: 'wrong' }, sdkConfig(proxy));

        const checking = configuration.initialize({ checkAccess: true });

        await expect(checking).rejects.toThrow('The password for the proxy is wrong.');
    });
});

describe('A forbidden target', () => {
    it.each(['api.apify.com', 'API.Apify.com', 'api.apify.com.'])('is refused as %s', async (host) => {
        const proxy = await makeProxy({ refusedHosts: ['Api.apify.com'] });

        const { status, body } = await send(proxy, `http://${host}/v2/users/me`);
        const tunnel = await askForTunnel(await dial(proxy), `${host}:443`);

        expect(status).toBe(403);
        expect(body).toContain('The proxy does not forward requests to api.apify.com');
        expect(tunnel).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    });

    it.each(['example.com', '192.0.2.1', 'localhost.example.com', '127.0.0.1.example.com', '[2001:db8::1]'])(
        'is %s if only this machine may be reached',
        async (host) => {
            const proxy = await makeProxy({ onlyLoopback: true });

            const { status, body } = await send(proxy, `http://${host}/`);
            const tunnel = await askForTunnel(await dial(proxy), `${host}:443`);

            expect([status, body]).toEqual([
                403,
                `The proxy only forwards requests to this machine, and ${host}:80 is another one.`,
            ]);
            expect(tunnel).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
        },
    );

    it.each(['127.0.0.1', 'localhost', '127.1', '[::ffff:127.0.0.1]'])('is not %s then', async (host) => {
        const proxy = await makeProxy({ onlyLoopback: true });
        const target = await makeTarget((_, response) => response.end('here'));

        const { body } = await send(proxy, `http://${host}:${target.port}/`);

        expect(body).toBe('here');
    });
});

describe('An unsupported request', () => {
    it.each(['/path', 'https://example.com/', 'ftp://example.com/', 'http://', 'http://a:99999/'])(
        'is answered with 400 if it asks for %s',
        async (url) => {
            const proxy = await makeProxy();

            expect((await send(proxy, url)).status).toBe(400);
        },
    );

    it.each(['example.com', 'http://example.com:443', 'exa%zzmple', 'example.com:99999'])(
        'is answered with 400 if it asks for a tunnel to %s',
        async (authority) => {
            const proxy = await makeProxy();

            expect(await askForTunnel(await dial(proxy), authority)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
        },
    );

    it('gets 400 if its credentials have another type', async () => {
        const proxy = await makeProxy();

        const { status } = await send(proxy, TARGET, { headers: { 'Proxy-Authorization': 'Bearer abc' } });

        expect(status).toBe(400);
    });

    it('gets 501 if it opens a websocket without a tunnel', async () => {
        const proxy = await makeProxy();
        const headers = { ...credentials(), Connection: 'Upgrade', Upgrade: 'websocket' };

        const { status, body } = await read(open(proxy, TARGET, { headers }).end());

        expect([status, body]).toEqual([
            501,
            'The proxy only supports websockets through tunnels. Open one with CONNECT.',
        ]);
    });
});

function sdkConfig({ hostname, port, statusUrl }: ForwardProxy): Configuration {
    const config = new Configuration();
    config.set('proxyHostname', hostname);
    config.set('proxyPort', port);
    config.set('proxyPassword', PASSWORD);
    config.set('proxyStatusUrl', statusUrl);
    return config;
}

import * as real from 'apify-sdk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createProxyConfiguration, ProxyConfiguration } from '../../../src/worker/sdk/proxy-configuration.js';
import { startFakeRun } from '../fake-host.js';
import type { ProxyConfigurationOptions } from '../../../src/worker/sdk/proxy-configuration.js';

const ENV = { APIFY_PROXY_HOSTNAME: '127.0.0.1', APIFY_PROXY_PORT: '8123', APIFY_PROXY_PASSWORD: 'pa ss' };

function begin(env: Record<string, string> = ENV): void {
    startFakeRun(undefined, env);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}

afterEach(() => {
    vi.unstubAllEnvs();
});

describe('a proxy configuration', () => {
    it.each<[string, ProxyConfigurationOptions, (string | number | undefined)[]]>([
        ['no options', {}, [undefined, 'session1', 7]],
        ['groups and a country', { groups: ['RESIDENTIAL', 'SHADER'], countryCode: 'US' }, [undefined, 'session1']],
        ['the option names of an input', { apifyProxyGroups: ['SHADER'], apifyProxyCountry: 'CZ' }, [undefined]],
        ['a subdivision', { countryCode: 'US', subdivisionCode: 'CA' }, [undefined, 's1']],
        ['a subdivision of an input', { apifyProxyCountry: 'AT', apifyProxySubdivision: '9' }, [undefined]],
        [
            'tiers of Apify Proxy',
            { tieredProxyConfig: [{ groups: ['SHADER'] }, { groups: ['RESIDENTIAL'], countryCode: 'US' }] },
            [undefined, 's1', undefined],
        ],
        ['a password', { password: 'other' }, [undefined]],
        [
            'custom proxies',
            { proxyUrls: ['http://a.example:1', 'http://b.example:2'] },
            [undefined, undefined, undefined, 's1', 's2', 's1', 's2'],
        ],
        ['a function', { newUrlFunction: (session) => `http://${session ?? 'none'}.example:1` }, [undefined, 's1']],
    ])('with %s returns the URLs of the real one', async (_what, options, sessions) => {
        begin();
        const ours = new ProxyConfiguration(options);
        const theirs = new real.ProxyConfiguration(options, new real.Configuration());

        for (const session of sessions) {
            expect(await ours.newUrl(session)).toBe(await theirs.newUrl(session));
        }
        const { password, ...rest } = (await theirs.newProxyInfo('last'))!;
        expect(await ours.newProxyInfo('last')).toMatchObject({ url: rest.url, username: rest.username, password });
        expect(ours.usesApifyProxy).toBe(!options.proxyUrls && !options.newUrlFunction);
    });

    it('moves a host between the tiers as the real one does', async () => {
        begin();
        const options = { tieredProxyUrls: [['http://a:1'], ['http://b:1'], ['http://c:1', 'http://d:1']] };
        const ours = new ProxyConfiguration(options);
        const theirs = new real.ProxyConfiguration(options, new real.Configuration());
        const requests = Array.from({ length: 12 }, (_, n) => ({ url: `https://a.com/${n % 3}`, userData: {} }));
        const [own, other] = [structuredClone(requests), structuredClone(requests)];

        for (const attempt of [0, 1, 2, 3, 0, 0, 4, 5, 6, 7, 1, 1, 8, 9, 10, 11]) {
            const proxy = await theirs.newProxyInfo('s', { request: other[attempt] as never });
            const { url, proxyTier } = (await ours.newProxyInfo('s', { request: own[attempt]! })) ?? {};
            expect([url, proxyTier]).toEqual([proxy?.url, proxy?.proxyTier]);
        }
        expect(own).toEqual(other);
    });

    it('is undefined for an input without a proxy, and throws without a password', async () => {
        begin({});

        expect(await createProxyConfiguration({ useApifyProxy: false })).toBeUndefined();
        expect(await createProxyConfiguration({ useApifyProxy: false, proxyUrls: ['http://a:1'] })).toBeDefined();
        await expect(createProxyConfiguration({ checkAccess: true })).rejects.toThrow('This run has no proxy');
    });

    it.each<[object, string]>([
        [{ groups: ['a b'] }, 'groups'],
        [{ countryCode: 'usa' }, 'countryCode'],
        [{ proxyUrls: ['nonsense'] }, 'proxyUrls'],
        [{ proxyUrls: [] }, 'proxyUrls'],
        [{ proxyUrls: ['http://a:1'], countryCode: 'US' }, 'without groups and country'],
        [{ subdivisionCode: 'CA' }, 'countryCode'],
        [{ countryCode: 'US', subdivisionCode: 'california' }, 'subdivisionCode'],
        [{ tieredProxyUrls: [[]] }, 'tieredProxyUrls[0]'],
        [{ tieredProxyUrls: [['http://a:1']], proxyUrls: ['http://a:1'] }, 'only one of'],
        [{ grups: [] }, 'Did you mean `groups`?'],
    ])('is rejected with %o', (options, part) => {
        begin();

        expect(() => new ProxyConfiguration(options)).toThrow(part);
    });

    it('rejects a session id that the proxy does not accept', async () => {
        begin();

        await expect(new ProxyConfiguration().newUrl('a b')).rejects.toThrow('sessionId');
    });
});

import { describe, expect, it } from 'vitest';
import { resolveTarget } from '../../src/webhooks/delivery.js';
import type { NetworkPolicy } from '../../src/protocol/network.js';

const LOCAL = ['http://localhost:1/', 'http://127.0.0.1/', 'http://127.1/', 'https://[::1]:8/', 'http://a.localhost/'];
const FAR = [
    'http://example.com/',
    'http://10.0.0.1/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com',
];
const CLOUD = ['https://api.apify.com/v2/acts/a/runs?token=x', 'https://API.apify.com./v2'];
const ENGINE = 'http://greenroom.invalid/v2/acts';

function ways(urls: readonly string[], policy: NetworkPolicy): string[] {
    return [...new Set(urls.map((url) => resolveTarget(new URL(url), policy).type))];
}

describe('a request of a webhook', () => {
    it.each<[NetworkPolicy, local: string, far: string, cloud: string]>([
        ['guarded', 'network', 'network', 'api'],
        ['allow', 'network', 'network', 'network'],
        ['loopback', 'network', 'blocked', 'api'],
        ['block', 'blocked', 'blocked', 'api'],
        ['handler', 'handler', 'handler', 'api'],
    ])('has the target that the network policy %s allows', (policy, local, far, cloud) => {
        expect(ways(LOCAL, policy)).toEqual([local]);
        expect(ways(FAR, policy)).toEqual([far]);
        expect(ways(CLOUD, policy)).toEqual([cloud]);
        expect(ways([ENGINE], policy)).toEqual(['api']);
    });

    it('has a reason if it is blocked', () => {
        const url = new URL('http://example.com/');

        expect(resolveTarget(url, 'loopback')).toMatchObject({
            reason: expect.stringMatching(/'loopback'.*example\.com/),
        });
        expect(resolveTarget(url, 'block')).toMatchObject({ reason: expect.stringMatching(/'block'.*example\.com/) });
    });
});

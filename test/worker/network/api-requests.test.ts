import { describe, expect, it } from 'vitest';
import { runGuarded } from './guarded-thread.js';

const CLIENTS = [
    'node:http',
    'node:http without an agent',
    'node:http with an agent that keeps alive',
    'fetch',
    'axios',
    'axios of CommonJS',
    'got',
    'got with HTTP/2 and all its timeouts',
    'got-scraping',
];
const ORIGINS = ['https://api.apify.com', 'http://api.apify.com', 'https://greenroom.invalid:8443'];

describe('a request to a host of the API', () => {
    it.each(CLIENTS)('of %s is handled in process and never reaches a socket', async (client) => {
        const { value, connections } = await runGuarded({
            file: 'exchanges',
            name: 'all',
            args: { client, origins: ORIGINS },
        });

        expect(value).toEqual(Object.fromEntries(ORIGINS.map((origin) => [origin, expectedOf(origin)])));
        expect(connections).toEqual([]);
    });

    it('of an unmodified apify-client is one of them', async () => {
        const { value, connections, requests } = await runGuarded({ file: 'exchanges', name: 'apifyClient' });

        expect(value).toEqual({ me: { id: 'u1', username: 'me' }, missing: undefined });
        expect(connections).toEqual([]);
        expect(requests).toEqual(['GET /v2/users/me', 'GET /v2/actors/none']);
    });
});

function expectedOf(origin: string): unknown {
    const { host } = new URL(origin);
    const sent = { type: 'application/json', text: '{"sent":"ä"}' };
    return {
        echoes: [
            { method: 'GET', path: '/v2/echo?a=1&b=%20', host },
            { method: 'POST', path: '/v2/echo', host, ...sent },
        ],
        others: [
            { status: 404, text: '{"error":{"type":"record-not-found","message":"None."}}' },
            { status: 204, text: '' },
            { status: 200, text: '' },
        ],
    };
}

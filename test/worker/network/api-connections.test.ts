import { describe, expect, it } from 'vitest';
import { runGuarded } from './guarded-thread.js';

const TEN_MEGABYTES = 160 * 65_536;

async function valueOf(name: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const { value, connections } = await runGuarded({ file: 'connections', name, args });
    expect(connections).toEqual([]);
    return value;
}

describe('a connection to a host of the API', () => {
    it('looks like a TLS connection', async () => {
        expect(await valueOf('opensSockets')).toEqual({
            before: { connecting: true, pending: true, readyState: 'opening' },
            events: ['lookup', 'connect', 'ready', 'secureConnect'],
            after: {
                connecting: false,
                pending: false,
                readyState: 'open',
                authorized: true,
                encrypted: true,
                alpnProtocol: 'http/1.1',
                remoteAddress: '127.0.0.1',
                remotePort: 443,
            },
            isSocket: true,
        });
    });

    it('is kept alive and reused', async () => {
        expect(await valueOf('keepsAlive')).toEqual({ sockets: 1, listeners: true });
    });

    it('responds to pipelined requests in order', async () => {
        expect(await valueOf('pipelines')).toEqual(['echo?1', 'echo?2', 'echo?3']);
    });

    it('accepts a large body', async () => {
        expect(await valueOf('sendsMuch')).toEqual({ size: TEN_MEGABYTES, sum: 3 * TEN_MEGABYTES });
    });

    it('accepts the contents of a buffer at the time of the write', async () => {
        expect(await valueOf('reusesItsBuffer')).toEqual({ size: 3 * 65_536, sum: 6 * 65_536 });
    });

    it.each([true, false])('returns a large body (fetch: %s)', async (viaFetch) => {
        expect(await valueOf('receivesMuch', { viaFetch })).toBe(TEN_MEGABYTES);
    });

    it('returns each chunk of a response as soon as it is available', async () => {
        expect(await valueOf('streams')).toEqual(['one', 'two']);
    });

    it('tells a client that asks to continue with its body', async () => {
        expect(await valueOf('expectsContinue')).toBe('at last');
    });

    it.each([
        ['endless', true],
        ['endless', false],
        ['silent', true],
        ['silent', false],
    ])('cancels the rest of a response when the client does (%s, fetch: %s)', async (page, viaFetch) => {
        expect(await valueOf('abortsDuring', { page, viaFetch })).toEqual([page]);
    });

    it('cancels the rest of a response even if the client had nothing more to send', async () => {
        expect(await valueOf('abortsHalfClosed')).toEqual(['endless']);
    });

    it('serves others after a client that did not wait', async () => {
        expect(await valueOf('abortsBefore')).toEqual({ name: 'AbortError', next: 200 });
    });

    it('has the timeouts of a socket', async () => {
        expect(await valueOf('timesOut')).toBe('timed out by itself');
    });

    it('does not keep the thread alive for data that is not read', async () => {
        expect(await valueOf('leavesResponseUnread')).toBe('done');
    });

    it('can be secured after it was opened', async () => {
        expect(await valueOf('wrapsSocket')).toBe('HTTP/1.1 200 OK');
    });

    it('replaces one to a proxy that a request would use', async () => {
        expect(await valueOf('goesThroughProxy', { proxy: 'http://127.0.0.1:9' })).toBe('/v2/echo?a');
    });
});

describe('a special connection', () => {
    it('is handled as a request if it asks for a WebSocket', async () => {
        expect(await valueOf('upgrades')).toBe('Unexpected server response: 404');
    });

    it('can be opened by a socket of the Actor, and opened again', async () => {
        const { value, connections } = await runGuarded({ file: 'connections', name: 'connectsOwnSocket' });

        expect(value).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.1 418 from this machine']);
        expect(connections).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
    });

    it('is closed if it asks for a tunnel', async () => {
        expect(await valueOf('tunnels')).toBe('socket hang up');
    });

    it('ends with the signal of the caller', async () => {
        expect(await valueOf('isSignalled')).toBe('AbortError');
    });
});

describe('a connection that the engine cannot handle', () => {
    it.each(['https://api.apify.com', 'http://api.apify.com'])('fails with HTTP/2 to %s', async (origin) => {
        expect(await valueOf('speaksHttp2', { origin })).toMatchObject({
            message: expect.stringContaining('HTTP/1.1'),
            code: 'ERR_API_NOT_ANSWERED',
        });
    });

    it('fails if the data is not HTTP', async () => {
        expect(await valueOf('speaksNoHttp')).toMatchObject({
            message: expect.stringMatching(/^A request to the API is not valid HTTP\/1\.1: /),
            code: 'ERR_API_NOT_ANSWERED',
        });
    });

    it('fails with the reason if the engine does', async () => {
        const message = 'The engine could not handle GET /v2/unanswered: the engine is gone';

        expect(await valueOf('isCut', { page: 'unanswered' })).toEqual({ message, code: 'ERR_API_NOT_ANSWERED' });
        expect(await valueOf('isCutForFetch', { page: 'unanswered' })).toMatchObject({ cause: message });
    });

    it.each(['broken', 'short'])('is closed when a response ends early (%s)', async (page) => {
        expect(await valueOf('isCut', { page })).toHaveProperty('code');
        expect(await valueOf('isCutForFetch', { page })).toHaveProperty('message');
    });
});

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../support/files/temp-dir.js';
import { runGuarded, type Outcome, type Scenario } from './guarded-thread.js';

const CLIENTS = ['node:http', 'fetch', 'axios', 'got', 'got with HTTP/2 and all its timeouts', 'got-scraping'];
const OUTSIDE = [
    'http://example.invalid/',
    'https://example.invalid/',
    'http://93.184.216.34/',
    'https://93.184.216.34:8443/',
    'http://127.example.invalid/',
];
const API = 'https://api.apify.com/v2/users/me';

const hello: RequestListener = ({ method, url, headers }, response) => {
    response.end(JSON.stringify({ method, url, headers: { ...headers, 'user-agent': undefined } }));
};

async function serve(where: { path: string } | { port: number; host: string }): Promise<AddressInfo> {
    const server = createServer(hello).listen(where);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    return server.address() as AddressInfo;
}

async function serveLoopback(): Promise<string> {
    return `http://127.0.0.1:${(await serve({ port: 0, host: '127.0.0.1' })).port}/there`;
}

async function each(client: string, urls: readonly string[], rest: Partial<Scenario>): Promise<Outcome> {
    return runGuarded({ file: 'exchanges', name: 'each', args: { client, urls }, ...rest });
}

describe('a connection to this machine', () => {
    it.each(['node:http', 'fetch', 'got'])('of %s works as without a guard', async (client) => {
        const url = await serveLoopback();

        const guarded = await each(client, [url], { policy: 'guarded' });
        const free = await each(client, [url], { install: 'never' });

        expect(guarded).toEqual(free);
        expect(guarded.connections).toHaveLength(1);
    });

    it('of got-scraping, whose headers vary, works too', async () => {
        const url = await serveLoopback();

        const { value } = await each('got-scraping', [url], { policy: 'guarded' });

        expect(value).toEqual({ [url]: expect.stringContaining('/there') });
    });

    it('is allowed by `loopback` and refused by `block`', async () => {
        const { port } = await serve({ port: 0, host: '127.0.0.1' });
        const targets = [
            [port],
            [String(port), '127.0.0.1'],
            [{ port, host: 'localhost' }],
            [port, '::ffff:127.0.0.1'],
        ];
        const scenario = { file: 'outside', name: 'overSocket', args: { targets } };

        const loopback = await runGuarded({ ...scenario, policy: 'loopback' });
        const blocked = await runGuarded({ ...scenario, policy: 'block' });

        const outcomes = (code: string) => Object.fromEntries(targets.map((target) => [JSON.stringify(target), code]));
        expect(loopback.value).toEqual(outcomes('connected'));
        expect(blocked).toMatchObject({ value: outcomes('ERR_NETWORK_FORBIDDEN'), connections: [] });
    });

    it.skipIf(process.platform === 'win32')('may be a unix socket, but not under `block`', async () => {
        const socketPath = join(await tempDir(), 'socket');
        await serve({ path: socketPath });
        const scenario = { file: 'outside', name: 'overUnixSocket', args: { socketPath } };

        const loopback = await runGuarded({ ...scenario, policy: 'loopback' });
        const blocked = await runGuarded({ ...scenario, policy: 'block' });

        expect(loopback.value).toContain('"url":"/"');
        expect(blocked.value).toEqual({
            message: `The Actor may not connect to ${socketPath}: the engine's option \`network: 'block'\` allows only the API.`,
            code: 'ERR_NETWORK_FORBIDDEN',
        });
    });
});

describe('a connection to another machine', () => {
    it.each(CLIENTS)('of %s fails at once under `loopback`, and names host, port and option', async (client) => {
        const { value, connections } = await each(client, [...OUTSIDE, API], { policy: 'loopback' });

        const { [API]: answered, ...refused } = value as Record<string, unknown>;
        expect(answered).toContain('u1');
        expect(refused).toEqual(Object.fromEntries(OUTSIDE.map((url) => [url, refusalOf(url, 'loopback')])));
        expect(connections).toEqual([]);
    });

    it('fails under `block` too, while the API stays reachable', async () => {
        const { value, connections } = await each('fetch', [...OUTSIDE, API], { policy: 'block' });

        expect(value).toMatchObject({ [OUTSIDE[0]!]: refusalOf(OUTSIDE[0]!, 'block'), [API]: expect.any(String) });
        expect(connections).toEqual([]);
    });

    it.each(['guarded', 'allow'] as const)('is made under `%s`', async (policy) => {
        const { value, connections } = await each('node:http', [OUTSIDE[0]!], { policy });

        expect(value).toMatchObject({ [OUTSIDE[0]!]: { code: 'ENOTFOUND' } });
        expect(connections).toEqual(['DNS example.invalid']);
    });
});

function refusalOf(url: string, policy: string): unknown {
    const { hostname, port, protocol } = new URL(url);
    const number = Number(port) || (protocol === 'https:' ? 443 : 80);
    return {
        message: expect.stringMatching(
            new RegExp(`^The Actor may not connect to ${hostname}:${number}: .* \`network: '${policy}'\` allows only`),
        ),
        code: 'ERR_NETWORK_FORBIDDEN',
        host: hostname,
        port: number,
    };
}

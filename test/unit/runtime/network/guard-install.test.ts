import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isNetworkModule } from '../../../../src/runtime/network/lazy-network-guard.js';
import { runGuarded } from './guarded-thread.js';

async function touch(name: string): Promise<unknown> {
    const { value, connections } = await runGuarded({ file: 'touches', name, install: 'later' });
    expect(connections).toEqual([]);
    return value;
}

describe('a guard that waits for the first touch of the network', () => {
    it('loads nothing, and leaves nothing behind once it is installed', async () => {
        expect(await touch('nothing')).toEqual({ loads: 0, isQuiet: true, isRestored: true, symbols: 0 });
    });

    it.each(['viaFetch', 'viaBuiltinModule', 'viaRequire', 'viaLibrary'])('is there for %s', async (name) => {
        expect(await touch(name)).toBe(200);
    });

    it('is there for a `fetch` that was put aside before', async () => {
        expect(await touch('viaKeptFetch')).toEqual([200, 200, 200]);
    });

    it('covers names that were imported before it was installed', async () => {
        expect(await touch('viaEarlierImport')).toEqual([200, true]);
    });

    it('takes the latest options', async () => {
        expect(await touch('withOthers')).toEqual([201, 202, 202]);
    });

    it.skipIf(globalThis.WebSocket === undefined)('is there for a WebSocket', async () => {
        const server = createServer().listen(0, '127.0.0.1');
        onTestFinished(() => void server.close());
        await once(server, 'listening');
        const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

        const scenario = { file: 'touches', name: 'viaWebSocket', args: { url }, install: 'later' } as const;
        const { value, connections } = await runGuarded({ ...scenario, policy: 'block' });

        expect({ value, connections }).toEqual({ value: 'error', connections: [] });
    });
});

describe('the modules that a guard must come before', () => {
    it.each(['net', 'node:net', 'tls', 'http', 'node:https', 'http2', '_http_agent', '_tls_wrap'])(
        'are: %s',
        (name) => {
            expect(isNetworkModule(name)).toBe(true);
        },
    );

    it.each(['fs', 'node:http-errors', './net', 'undici', 'https-proxy-agent', 'child_process'])(
        'are not: %s',
        (name) => {
            expect(isNetworkModule(name)).toBe(false);
        },
    );
});

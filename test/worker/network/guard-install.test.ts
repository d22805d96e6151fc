import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runGuarded } from './guarded-thread.js';

async function touch(name: string): Promise<unknown> {
    const { value, connections } = await runGuarded({ file: 'touches', name, install: 'later' });
    expect(connections).toEqual([]);
    return value;
}

describe('an installed guard', () => {
    it('covers a `fetch` that was saved before', async () => {
        expect(await touch('viaKeptFetch')).toEqual([200, 200]);
    });

    it('covers names that were imported before', async () => {
        expect(await touch('viaEarlierImport')).toEqual([200, true]);
    });

    it('uses the latest options', async () => {
        expect(await touch('withOthers')).toEqual([201, 202]);
    });

    it.skipIf(globalThis.WebSocket === undefined)('covers a WebSocket', async () => {
        const server = createServer().listen(0, '127.0.0.1');
        onTestFinished(() => void server.close());
        await once(server, 'listening');
        const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

        const scenario = { file: 'touches', name: 'viaWebSocket', args: { url }, policy: 'block' } as const;
        const { value, connections } = await runGuarded(scenario);

        expect({ value, connections }).toEqual({ value: 'error', connections: [] });
    });
});

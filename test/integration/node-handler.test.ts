import { once } from 'node:events';
import { createServer } from 'node:http';
import { ApifyClient } from 'apify-client';
import { toNodeHandler } from 'greenroom/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeEngine } from '../support/make-engine.js';

describe('a server of somebody else', () => {
    it('can serve the API, with what it was sent to the end', async () => {
        const engine = await makeEngine();
        const server = createServer(toNodeHandler(engine.fetch)).listen(0, '127.0.0.1');
        onTestFinished(() => {
            server.closeAllConnections();
            server.close();
        });
        await once(server, 'listening');
        const { port } = server.address() as { port: number };
        const remote = new ApifyClient({ baseUrl: `http://127.0.0.1:${port}`, token: engine.token, maxRetries: 0 });

        const { id } = await remote.datasets().getOrCreate('data');
        await remote.dataset(id).pushItems([{ text: 'ž'.repeat(100_000) }]);

        expect((await remote.dataset(id).listItems()).items).toEqual([{ text: 'ž'.repeat(100_000) }]);
        expect((await fetch(`http://127.0.0.1:${port}/v2/datasets`)).status).toBe(401);
    });
});

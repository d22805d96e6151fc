import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ApifyClient } from 'apify-client';
import { toNodeHandler } from 'greenroom/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { ROOT } from '../support/docs/source-files.js';
import type { Engine } from 'greenroom';

/** A server that is closed when the running test has finished; its URL. */
async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    onTestFinished(() => {
        server.closeAllConnections();
        server.close();
    });
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** Mounts an engine as frameworks do that have parsed the body before. */
function behindParser(engine: Engine, parse: (bytes: Buffer) => unknown): RequestListener {
    const handle = toNodeHandler(engine.fetch);
    return (incoming: IncomingMessage & { body?: unknown }, outgoing) => {
        void buffer(incoming).then((bytes) => {
            incoming.body = parse(bytes);
            handle(incoming, outgoing);
        });
    };
}

describe('A foreign server', () => {
    it('can serve the API with complete bodies', async () => {
        const engine = await makeEngine();
        const baseUrl = await serve(toNodeHandler(engine.fetch));
        const remote = new ApifyClient({ baseUrl, token: engine.token, maxRetries: 0 });

        const { id } = await remote.datasets().getOrCreate('data');
        await remote.dataset(id).pushItems([{ text: 'ž'.repeat(100_000) }]);

        expect((await remote.dataset(id).listItems()).items).toEqual([{ text: 'ž'.repeat(100_000) }]);
        expect((await fetch(`${baseUrl}/v2/datasets`)).status).toBe(401);
    });

    it.each([
        ['its value', (bytes: Buffer) => (bytes.length === 0 ? {} : (JSON.parse(bytes.toString()) as unknown))],
        ['its text', (bytes: Buffer) => bytes.toString()],
        ['its bytes', (bytes: Buffer) => bytes],
    ])('may have read the body: %s', async (_what, parse) => {
        const engine = await makeEngine();
        const url = await serve(behindParser(engine, parse));
        const remote = new ApifyClient({ baseUrl: url, token: engine.token, maxRetries: 0 });

        const { id } = await engine.client.datasets().getOrCreate('data');
        await remote.dataset(id).pushItems([{ text: 'ž' }]);

        expect((await remote.dataset(id).listItems()).items).toEqual([{ text: 'ž' }]);
    });

    it('may have decompressed the body', async () => {
        const engine = await makeEngine();
        const url = await serve(behindParser(engine, () => [{ n: 1 }]));
        const { id } = await engine.client.datasets().getOrCreate('data');

        const headers = { authorization: `Bearer ${engine.token}`, 'content-encoding': 'gzip' };
        const init = { method: 'POST', body: gzipSync('[{"n":1}]'), headers };
        expect((await fetch(`${url}/v2/datasets/${id}/items`, init)).status).toBe(201);

        expect((await engine.client.dataset(id).listItems()).items).toEqual([{ n: 1 }]);
    });
});

describe('The globals of the host process', () => {
    it('are unchanged while the engine listens and responds', async () => {
        const program = `
            const names = ['Request', 'Response', 'Headers', 'fetch'];
            const before = names.map((name) => globalThis[name]);
            const descriptors = names.map((name) => JSON.stringify(Object.getOwnPropertyDescriptor(globalThis, name)));
            const { createEngine } = await import('greenroom');
            const { createServer } = await import('node:http');
            const { toNodeHandler } = await import('greenroom/server');
            const engine = await createEngine();
            const { url } = await engine.listen();
            const mounted = createServer(toNodeHandler(engine.fetch)).listen(0, '127.0.0.1');
            await new Promise((resolve) => mounted.once('listening', resolve));
            const headers = { authorization: 'Bearer ' + engine.token };
            for (const base of [url, 'http://127.0.0.1:' + mounted.address().port]) {
                const answer = await fetch(base + '/v2/users/me', { headers });
                console.log(answer.status, (await answer.json()).data.username);
            }
            names.forEach((name, index) => {
                const descriptor = JSON.stringify(Object.getOwnPropertyDescriptor(globalThis, name));
                console.log(name, globalThis[name] === before[index], descriptor === descriptors[index]);
            });
            mounted.closeAllConnections();
            mounted.close();
            await engine.close();
        `;

        const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
            cwd: ROOT,
            timeout: 30_000,
        });

        const untouched = ['Request', 'Response', 'Headers', 'fetch'].map((name) => `${name} true true`);
        expect(stdout.trim().split('\n')).toEqual(['200 local', '200 local', ...untouched]);
    });
});

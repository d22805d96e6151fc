import { execFile } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
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

type Parse = (bytes: Buffer) => unknown;

/** Mounts an engine as frameworks do that have parsed the body before. */
function behindParser(engine: Engine, parse: Parse, field: 'body' | 'rawBody' = 'body'): RequestListener {
    const handle = toNodeHandler(engine.fetch);
    return (incoming, outgoing) => {
        void buffer(incoming).then((bytes) => handle(Object.assign(incoming, { [field]: parse(bytes) }), outgoing));
    };
}

/** Mounts an engine as Fastify does: the parsed body is on its own request. */
function behindFastify(mount: (request: FastifyRequest, reply: FastifyReply) => void): RequestListener {
    return (incoming, outgoing) => {
        void buffer(incoming).then((bytes) => {
            const request = { raw: incoming, body: parseJson(bytes) };
            // Every version since 5 announces a request before it calls the route's handler.
            channel('tracing:fastify.request.handler:start').publish({ request });
            mount(request, { raw: outgoing, hijack: () => {} });
        });
    };
}

interface FastifyRequest {
    raw: IncomingMessage;
    body: unknown;
}

interface FastifyReply {
    raw: ServerResponse;
    hijack(): void;
}

const parseJson: Parse = (bytes) => (bytes.length === 0 ? undefined : JSON.parse(bytes.toString()));

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

    it.each<[string, (engine: Engine) => RequestListener]>([
        ['its value', (engine) => behindParser(engine, parseJson)],
        ['its text', (engine) => behindParser(engine, String)],
        ['its bytes', (engine) => behindParser(engine, (bytes) => bytes)],
        ['its raw bytes', (engine) => behindParser(engine, (bytes) => bytes, 'rawBody')],
        ['its raw text', (engine) => behindParser(engine, String, 'rawBody')],
        ["Fastify's request", (engine) => behindFastify(toNodeHandler(engine.fetch))],
        [
            "Node's request in Fastify",
            (engine) => behindFastify(({ raw }, reply) => toNodeHandler(engine.fetch)(raw, reply.raw)),
        ],
    ])('may have read the body: %s', async (_what, mount) => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'echo', source: 'export default ({ input }) => ({ input });' });
        const remote = new ApifyClient({ baseUrl: await serve(mount(engine)), token: engine.token, maxRetries: 0 });

        const { id } = await remote.datasets().getOrCreate('data');
        await remote.dataset(id).pushItems([{ text: 'ž' }]);
        const store = remote.keyValueStore((await remote.keyValueStores().getOrCreate()).id);
        for (const value of [null, 'text', '1', 1, false, [], {}, { a: null }]) {
            await store.setRecord({ key: 'KEY', value: JSON.stringify(value), contentType: 'application/json' });
            expect((await store.getRecord('KEY'))?.value).toEqual(value);
        }
        const inputs = [{ a: 1 }, undefined];
        const runs = await Promise.all(inputs.map(async (input) => remote.actor('echo').call(input)));

        expect((await remote.dataset(id).listItems()).items).toEqual([{ text: 'ž' }]);
        const outputs = await Promise.all(runs.map(async (run) => engine.run(run.id)?.output()));
        expect(outputs).toEqual([{ input: { a: 1 } }, { input: null }]);
    });

    it('may have decompressed the body', async () => {
        const engine = await makeEngine();
        const url = await serve(behindParser(engine, () => [{ n: 1 }]));
        const { id } = await engine.client.datasets().getOrCreate('data');

        const headers = {
            authorization: `Bearer ${engine.token}`,
            'content-encoding': 'gzip',
            'content-type': 'application/json',
        };
        const init = { method: 'POST', body: gzipSync('[{"n":1}]'), headers };
        expect((await fetch(`${url}/v2/datasets/${id}/items`, init)).status).toBe(201);

        expect((await engine.client.dataset(id).listItems()).items).toEqual([{ n: 1 }]);
    });

    it.each<[string, Parse, type: string, body: string | Uint8Array<ArrayBuffer>]>([
        ['that was not stored', () => undefined, 'application/json', '[{"n":1}]'],
        ['of a type that was not parsed', () => ({}), 'text/plain', 'text'],
        ['of a form', () => ({ a: '1' }), 'application/x-www-form-urlencoded', 'a=1'],
        ['of bytes read as text', String, 'application/octet-stream', new Uint8Array([0, 255])],
    ])('gets advice if it cannot restore a body %s', async (_what, parse, type, body) => {
        const engine = await makeEngine();
        const url = await serve(behindParser(engine, parse));
        const { id } = await engine.client.keyValueStores().getOrCreate('data');

        const headers = { authorization: `Bearer ${engine.token}`, 'content-type': type };
        const response = await fetch(`${url}/v2/key-value-stores/${id}/records/KEY`, { method: 'PUT', body, headers });

        expect(response.status).toBe(400);
        const { error } = (await response.json()) as { error: { type: string; message: string } };
        expect(error.type).toBe('body-already-read');
        expect(error.message).toContain('Mount the handler before body parsers');
        expect(await engine.client.keyValueStore(id).getRecord('KEY')).toBeUndefined();
    });

    it('must pass a function', () => {
        expect(() => toNodeHandler({} as typeof fetch)).toThrow(
            '`fetch` is an object, but must be a function. Pass `engine.fetch`.',
        );
    });
});

describe('A request whose body was read', () => {
    it.each(['[{"n":1}]', new Blob(['[{"n":1}]']).stream()])('is refused by the engine', async (body) => {
        const engine = await makeEngine();
        const { id } = await engine.client.datasets().getOrCreate('data');
        const headers = { authorization: `Bearer ${engine.token}`, 'content-type': 'application/json' };
        const request = new Request(`http://engine/v2/datasets/${id}/items`, {
            method: 'POST',
            headers,
            body,
            duplex: 'half',
        } as RequestInit);
        await request.text();

        const response = await engine.fetch(request);

        expect(response.status).toBe(400);
        expect(await response.text()).toContain('"type":"body-already-read"');
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

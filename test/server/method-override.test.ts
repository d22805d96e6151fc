import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toNodeHandler } from 'greenroom/server';
import { makeEngine } from '../support/make-engine.js';
import type { AddressInfo, Socket } from 'node:net';
import type { Engine } from 'greenroom';

/** Paths of every kind of response: buffered and streamed, compressed, empty, errors. */
const PATHS = [
    '/v2/users/me',
    '/v2/datasets/~data/items',
    '/v2/datasets/~data/items?format=csv',
    '/v2/datasets/~data/items?format=xlsx',
    '/v2/datasets/~large/items?format=jsonl',
    '/v2/key-value-stores/~store/keys',
    '/v2/key-value-stores/~store/records',
    '/v2/key-value-stores/~store/records/small',
    '/v2/key-value-stores/~store/records/large',
    '/v2/key-value-stores/~store/records/gzip',
    '/v2/key-value-stores/~store/records/missing',
    '/v2/logs/RUN',
    '/v2/logs/RUN?stream=1',
    '/v2/datasets/~none',
    '/v2/nowhere',
];

/** Sends requests over one connection; fails if a response is not complete in time. */
function createSender(engine: Engine, port: number) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const sockets = new Set<Socket>();
    const send = async (method: string, path: string): Promise<{ status: number; body: string }> => {
        const headers = { authorization: `Bearer ${engine.token}`, 'accept-encoding': 'gzip', 'content-length': '0' };
        const sent = request({ port, host: '127.0.0.1', path, method, agent, headers, timeout: 5_000 });
        sent.on('socket', (socket) => sockets.add(socket));
        sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} is not answered.`)));
        const [message] = (await once(sent.end(), 'response')) as [IncomingMessage];
        return { status: message.statusCode!, body: (await buffer(message)).toString() };
    };
    return { send, sockets };
}

async function createFilledEngine(): Promise<{ engine: Engine; runId: string }> {
    const engine = await makeEngine();
    const { client } = engine;
    await engine.storages.seed({
        datasets: { data: [{ n: 1 }], large: Array.from({ length: 4 }, () => ({ text: 'x'.repeat(200_000) })) },
        keyValueStores: { store: { small: { a: 1 }, large: Buffer.alloc(2 ** 20) } },
    });
    await engine.addActor({ name: 'logs', run: ({ log }) => log.info('a line') });
    const run = await engine.call('logs');
    await engine.fetch(
        new Request('http://localhost/v2/key-value-stores/~store/records/gzip', {
            method: 'PUT',
            headers: {
                authorization: `Bearer ${engine.token}`,
                'content-type': 'text/plain',
                'content-encoding': 'gzip',
            },
            body: gzipSync('x'.repeat(1000)),
        }),
    );
    expect(await client.keyValueStore('~store').recordExists('gzip')).toBe(true);
    return { engine, runId: run.id };
}

/** Opens each kind of server for an engine and returns its port. */
const SERVERS: Record<string, (engine: Engine) => Promise<number>> = {
    'a listener': async (engine) => (await engine.listen()).port,
    'a mounted handler': async (engine) => {
        const server = createServer(toNodeHandler(engine.fetch)).listen(0, '127.0.0.1');
        onTestFinished(() => void server.close());
        await once(server, 'listening');
        return (server.address() as AddressInfo).port;
    },
};

describe.each(Object.entries(SERVERS))('`?method=` over one connection of %s', (_name, open) => {
    it('sends no body for HEAD and announces none, and the next response is the one of the next request', async () => {
        const { engine, runId } = await createFilledEngine();
        const port = await open(engine);
        const { send, sockets } = createSender(engine, port);
        // Clients close the connection after a HEAD of a stream.
        const { send: sendHead } = createSender(engine, port);

        for (const path of PATHS.map((known) => known.replace('RUN', runId))) {
            const overridden = `${path}${path.includes('?') ? '&' : '?'}method=HEAD`;
            const head = await sendHead('HEAD', path);
            expect([path, head.body]).toEqual([path, '']);
            for (const method of ['GET', 'POST']) {
                expect([path, await send(method, overridden)]).toEqual([path, head]);
            }
            expect([path, (await send('GET', path)).status]).toEqual([path, head.status]);
        }
        expect(await send('GET', '/v2/datasets/~data/items')).toEqual({ status: 200, body: '[{"n":1}]' });
        expect(sockets.size).toBe(1);
    });

    it('performs other methods, and rejects unknown ones', async () => {
        const { engine } = await createFilledEngine();
        const { send, sockets } = createSender(engine, await open(engine));
        const record = '/v2/key-value-stores/~store/records/small';

        const statuses = [];
        for (const [method, path] of [
            ['POST', `${record}?method=GET`],
            ['GET', `${record}?method=DELETE`],
            ['GET', `${record}?method=get`],
            ['GET', `${record}?method=PUT`],
            ['DELETE', `${record}?method=GET`],
            ['GET', `${record}?method=PATCH`],
            ['GET', `${record}?method=BREW`],
            ['GET', `${record}?method=`],
            ['GET', `/v2/users/me?method=DELETE`],
        ] as const) {
            statuses.push((await send(method, path)).status);
        }

        expect(statuses).toEqual([200, 204, 404, 201, 200, 400, 400, 200, 405]);
        expect(sockets.size).toBe(1);
    });
});

import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openListener, type ListenerLimits } from '../../src/server/listener.js';
import { openSocket, parseResponses, readAll, formatRequest, sendRaw } from '../support/servers/raw-http.js';
import { respond as answerWith } from '../../src/api/responses.js';
import type { Content } from '../../src/model/streams.js';

const MEGABYTE = 2 ** 20;

async function listen(limits: Partial<ListenerLimits>, answer: (request: Request) => Promise<string | Content>) {
    const listener = await openListener(
        { port: 0, host: '127.0.0.1', allowedHosts: [], allowedOrigins: [] },
        {
            respond: async (request, outgoing) => {
                answerWith({ env: { outgoing }, req: request }, await answer(request), {});
            },
            events: { isAuthorized: () => false, listen: () => undefined },
            consoles: { findSource: () => undefined },
        },
        limits,
    );
    onTestFinished(() => listener.close({ force: true }));
    return { ...listener, head: { host: `localhost:${listener.port}` } };
}

/** An endless body, and a signal that it is no longer read. */
function endless() {
    let tell: (word: string) => void = () => {};
    const givenUp = new Promise<string>((resolve) => (tell = resolve));
    const pieces = async function* () {
        try {
            for (;;) yield Buffer.alloc(MEGABYTE);
        } finally {
            tell('given up');
        }
    };
    return { pieces: pieces(), givenUp };
}

const readsAll = (request: Request): Promise<string> => request.text();

describe('A slow client', () => {
    it('is disconnected if the head of its request does not arrive', async () => {
        const { port } = await listen({ headersMillis: 100, requestMillis: 10_000 }, readsAll);
        const socket = await openSocket(port);
        socket.write('GET / HTTP/1.1\r\nHost: loc');

        const [answer] = parseResponses(await readAll(socket));

        expect(answer?.status).toBe(408);
        expect(JSON.parse(answer!.body).error.type).toBe('request-timeout');
    });

    it('is disconnected if the body of its request does not arrive in time, even if it trickles in', async () => {
        const { port, head } = await listen({ headersMillis: 100, requestMillis: 200 }, readsAll);
        const socket = await openSocket(port);
        socket.write(formatRequest('POST /', { ...head, 'content-length': '100000' }));
        const timer = setInterval(() => socket.write('a'), 20);

        const text = await readAll(socket);
        clearInterval(timer);

        expect(text === '' || parseResponses(text)[0]?.status === 408).toBe(true);
    });

    it('is disconnected if it does not read the response', async () => {
        const { pieces, givenUp } = endless();
        const { port, head } = await listen({ stallMillis: 100 }, async () => pieces);
        const socket = await openSocket(port);
        socket.write(formatRequest('GET /', head));
        await new Promise((resolve) => socket.once('readable', resolve));

        await givenUp;

        expect(socket.bytesRead).toBeLessThan(16 * MEGABYTE);
    });
});

describe('A greedy client', () => {
    it('gets no connection beyond the limit', async () => {
        const { port, head } = await listen({ connections: 3 }, readsAll);
        const held = await Promise.all([openSocket(port), openSocket(port), openSocket(port)]);

        expect(await sendRaw(port, formatRequest('GET /', head))).toBe('');
        held[0].destroy();
        await new Promise((resolve) => held[0].once('close', resolve));
        const answer = await sendRaw(port, formatRequest('GET /', head));

        expect(parseResponses(answer)[0]?.status).toBe(200);
    });
});

describe('A streamed response', () => {
    it('is produced at the speed of its reader', async () => {
        let made = 0;
        const pieces = async function* () {
            for (; made < 256; made += 1) yield Buffer.alloc(MEGABYTE);
        };
        const { port, head } = await listen({}, async () => pieces());
        const socket = await openSocket(port);
        socket.write(formatRequest('GET /', head));
        await new Promise((resolve) => socket.once('readable', resolve));

        for (let turn = 0; turn < 100; turn += 1) await setImmediate();

        expect(made).toBeLessThan(32);
    });

    it('is cancelled when its client disconnects', async () => {
        const { pieces, givenUp } = endless();
        const { port, head, close } = await listen({}, async () => pieces);
        const socket = await openSocket(port);
        socket.write(formatRequest('GET /', head));
        await new Promise((resolve) => socket.once('readable', resolve));

        socket.destroy();

        await expect(givenUp).resolves.toBe('given up');
        await close();
    });

    it('aborts its connection if it fails', async () => {
        const pieces = async function* () {
            yield Buffer.from('half');
            throw new Error('the other half is lost');
        };
        const { port } = await listen({}, async () => pieces());

        const answer = await fetch(`http://127.0.0.1:${port}/`);

        await expect(answer.text()).rejects.toThrow('terminated');
    });
});

describe('the signal of a request', () => {
    it('is aborted when its client disconnects', async () => {
        let seen: (signal: AbortSignal) => void = () => {};
        const signal = new Promise<AbortSignal>((resolve) => (seen = resolve));
        const { port, head } = await listen({}, async (request) => {
            seen(request.signal);
            await new Promise((resolve) => request.signal.addEventListener('abort', resolve));
            return '';
        });
        const socket = await openSocket(port);
        socket.write(formatRequest('GET /', head));
        const aborted = signal.then((each) => new Promise((resolve) => each.addEventListener('abort', resolve)));
        await signal;

        socket.destroy();

        await aborted;
        expect((await signal).aborted).toBe(true);
    });
});

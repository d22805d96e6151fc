import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { until } from 'greenroom/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { openSocket, readAll } from '../support/servers/raw-http.js';
import { ROOT } from '../support/docs/source-files.js';
import type { Engine } from 'greenroom';

const exec = promisify(execFile);
const WAITS = `export default ({ signal }) => {
    console.log('begun');
    const timer = setInterval(() => {}, 1000);
    return new Promise((resolve) => signal.addEventListener('abort', resolve)).then(() => clearInterval(timer));
};`;

async function isReached(engine: Engine, url: string): Promise<boolean> {
    const answer = await fetch(`${url}/v2/users/me`, { headers: { authorization: `Bearer ${engine.token}` } });
    return answer.ok;
}

describe('a listener', () => {
    it('serves the API on this machine, on a free port', async () => {
        const engine = await makeEngine();

        const listener = await engine.listen();

        expect(listener.url).toBe(`http://127.0.0.1:${listener.port}`);
        expect(await isReached(engine, listener.url)).toBe(true);
        expect(await isReached(engine, `http://localhost:${listener.port}`)).toBe(true);
    });

    it('accepts its own token, in addition to that of the engine', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen({ token: 'of-the-listener' });
        const other = await engine.listen();

        const status = async (base: string): Promise<number> =>
            (await fetch(`${base}/v2/users/me`, { headers: { authorization: 'Bearer of-the-listener' } })).status;

        expect(await status(url)).toBe(200);
        expect(await status(other.url)).toBe(401);
        expect(await isReached(engine, url)).toBe(true);
    });

    it('is one of several of the same engine', async () => {
        const engine = await makeEngine();
        const [first, second] = [await engine.listen(), await engine.listen()];

        await first.close();

        expect(await isReached(engine, second.url)).toBe(true);
        await expect(isReached(engine, first.url)).rejects.toThrow('fetch failed');
    });

    it('can listen on IPv6', async () => {
        const engine = await makeEngine();

        const { url, port } = await engine.listen({ host: '::1' });

        expect(url).toBe(`http://[::1]:${port}`);
        expect(await isReached(engine, url)).toBe(true);
    });

    it('keeps the process alive until it is closed', async () => {
        const program = `
            import { createEngine } from 'greenroom';
            const engine = await createEngine();
            const listener = await engine.listen();
            setTimeout(async () => { console.log('alive'); await listener.close(); }, 300).unref();
        `;

        const { stdout } = await exec(process.execPath, ['--input-type=module', '-e', program], {
            cwd: ROOT,
            timeout: 15_000,
        });

        expect(stdout).toBe('alive\n');
    });
});

describe('Listening fails', () => {
    it('for a port that is taken', async () => {
        const engine = await makeEngine();
        const taken = createServer().listen(0, '127.0.0.1');
        onTestFinished(() => void taken.close());
        await once(taken, 'listening');
        const { port } = taken.address() as { port: number };

        const listening = engine.listen({ port });

        await expect(listening).rejects.toMatchObject({
            code: 'cannot-listen',
            details: { reason: 'EADDRINUSE', port },
        });
        await expect(listening).rejects.toThrow('choose another port');
    });

    it.each([
        [{ port: -1 }, 'invalid-value', 'options.port'],
        [{ port: 65_536 }, 'invalid-value', 'options.port'],
        [{ port: '80' }, 'invalid-value', 'options.port'],
        [{ host: '0.0.0.0' }, 'invalid-value', 'allowRemote'],
        [{ host: 'example.com' }, 'invalid-value', 'allowRemote'],
        [{ token: '' }, 'invalid-value', 'options.token'],
        [{ allowedHosts: ['http://engine.example'] }, 'invalid-value', 'options.allowedHosts[0]'],
        [{ allowedOrigins: ['https://app.example/'] }, 'invalid-value', 'options.allowedOrigins[0]'],
        [{ allowedOrigins: 'https://app.example' }, 'invalid-value', 'options.allowedOrigins'],
        [{ hostname: 'localhost' }, 'unknown-option', 'hostname'],
    ])('is %o', async (options, code, words) => {
        const engine = await makeEngine();

        const listening = engine.listen(options as object);

        await expect(listening).rejects.toMatchObject({ code });
        await expect(listening).rejects.toThrow(words);
    });

    it('once the engine is closed', async () => {
        const engine = await makeEngine();
        await engine.close();

        await expect(engine.listen()).rejects.toMatchObject({ code: 'engine-closed' });
    });

    it('while the engine is closing', async () => {
        const engine = await makeEngine();

        const listening = engine.listen();
        await engine.close();

        await expect(listening).rejects.toMatchObject({ code: 'engine-closed' });
    });
});

describe('closing a listener', () => {
    it('lets active requests finish', async () => {
        const engine = await makeEngine();
        const listener = await engine.listen();
        const actor = await addSource(engine, `export default () => new Promise((r) => setTimeout(r, 200));`);
        const run = await engine.start(actor);

        const answer = fetch(`${listener.url}/v2/actor-runs/${run.id}?waitForFinish=60`);
        await openRequests(listener.port);
        await listener.close();

        expect(((await (await answer).json()) as { data: { status: string } }).data.status).toBe('SUCCEEDED');
    });

    it('ends long polls, followed logs and idle connections, and never hangs', async () => {
        const engine = await makeEngine();
        const { url, port, close } = await engine.listen();
        const run = await engine.start(await addSource(engine, WAITS));
        await openSocket(port);
        const poll = fetch(`${url}/v2/actor-runs/${run.id}?waitForFinish=60`);
        const log = await fetch(`${url}/v2/logs/${run.id}?stream=1`);
        await openRequests(port);
        const start = performance.now();

        await Promise.all([close(), close()]);

        expect(performance.now() - start).toBeLessThan(3_000);
        await expect(poll).rejects.toThrow('fetch failed');
        await expect(log.text()).rejects.toThrow('terminated');
        expect(run.status).toBe('RUNNING');
    });

    it('happens when the engine closes, after the end of its runs', async () => {
        const engine = await makeEngine({ abortGraceSecs: 5 });
        const { url, port } = await engine.listen();
        const run = await engine.start(await addSource(engine, WAITS));
        // One that is asked to end sooner hears nothing of it, and is given all of its grace.
        await until(run, { log: 'begun' });
        const poll = fetch(`${url}/v2/actor-runs/${run.id}?waitForFinish=60`);
        const log = await fetch(`${url}/v2/logs/${run.id}?stream=1`);
        await openRequests(port);

        await engine.close();

        expect(((await (await poll).json()) as { data: { status: string } }).data.status).toBe('ABORTED');
        expect(await log.text()).toContain('begun');
        await expect(fetch(url)).rejects.toThrow('fetch failed');
    });

    it('leaves no socket open', async () => {
        const engine = await makeEngine();
        const { port, close } = await engine.listen();
        const sockets = await Promise.all(Array.from({ length: 20 }, () => openSocket(port)));
        for (const socket of sockets.slice(10)) socket.write('GET /v2/users/me HTTP/1.1\r\nHost: loc');

        const ends = sockets.map(readAll);
        await close();

        expect(await Promise.all(ends)).toHaveLength(20);
    });
});

/** Settles when all that was sent before has come in. */
async function openRequests(port: number): Promise<void> {
    await (await fetch(`http://127.0.0.1:${port}/v2/users/me`)).text();
}

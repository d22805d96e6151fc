import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectConsole as connect } from '../support/console/console-socket.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, EngineOptions } from 'greenroom';

async function listening(options?: EngineOptions): Promise<{ engine: Engine; url: string }> {
    const engine = await makeEngine(options);
    return { engine, url: (await engine.listen()).url };
}

const SPEAKS = `export default async ({ input, signal }) => {
    for (let line = 0; line < (input?.lines ?? 3); line += 1) console.log('line ' + line);
    if (input?.waits) await new Promise((resolve) => signal.addEventListener('abort', resolve));
};`;

describe('the websocket of a console', () => {
    it("sends the events of the token's user", async () => {
        const { engine, url } = await listening({ username: 'someone' });
        const { take, of } = await connect(url, engine.token);
        expect(await take('opened')).toMatchObject({ username: 'someone' });

        const run = await engine.call(await addSource(engine, SPEAKS));

        const last = () =>
            of('events').flatMap(({ events }) => events as { name: string; run?: { id: string; status: string } }[]);
        await waitUntil('the end of the run', () =>
            last().some((event) => event.run?.id === run.id && event.run.status === 'SUCCEEDED'),
        );
        expect(last().map(({ name }) => name)).toContain('build');
    });

    it('also accepts the token of the listener', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen({ token: 'of-the-listener' });

        const { take } = await connect(url, 'of-the-listener');

        expect(await take('opened')).toBeDefined();
    });

    it('rejects a wrong token, that of a run, and another first message', async () => {
        const { engine, url } = await listening();
        const run = await engine.start(
            await addSource(
                engine,
                'export default () => console.log(process.env.APIFY_TOKEN, "!") ?? new Promise(() => setInterval(() => {}, 1000))',
            ),
        );
        const token = await waitUntil('the token', async () => /Z (\S+) !/.exec(await run.log.text())?.[1]);

        for (const wrong of ['', 'wrong', token]) {
            const { take, closed } = await connect(url, wrong);
            expect(await take('refused')).toMatchObject({ message: expect.stringContaining('engine.token') });
            expect(await closed).toBe(4401);
        }
        const socket = new WebSocket(`${url.replace('http', 'ws')}/console/live`);
        socket.on('open', () => socket.send('{"type":"follow-log","id":"x","from":0}'));
        expect((await once(socket, 'close'))[0]).toBe(1008);
    });

    it('rejects foreign pages', async () => {
        const { url } = await listening();
        const socket = new WebSocket(`${url.replace('http', 'ws')}/console/live`, { origin: 'https://evil.example' });

        const [error] = (await once(socket, 'error')) as [Error];

        expect(error.message).toContain('403');
    });

    it('sends a log from the requested line, with line numbers, and continues it', async () => {
        const { engine, url } = await listening();
        const run = await engine.start(await addSource(engine, SPEAKS), { lines: 5_000, waits: true });
        await waitUntil('the log', async () => (await run.log.text()).includes('line 4999'));
        const { send, of, take } = await connect(url, engine.token);

        send({ type: 'follow-log', id: run.id, from: 4_000 });
        const lines = () => of('log').flatMap(({ lines }) => lines as string[]);
        await waitUntil('the last line', () => lines().some((line) => line.endsWith('line 4999')));
        expect(of('log')[0]).toMatchObject({ from: 4_000 });
        await run.abort();
        await take('log-ended');

        const all = (await run.log.text()).trimEnd().split('\n');
        expect(lines()).toEqual(all.slice(4_000));
        expect(of('log-ended')).toEqual([{ type: 'log-ended', id: run.id, lineCount: all.length }]);
    });

    it('sends the usage of a run, also after its end', async () => {
        const { engine, url } = await listening();
        const run = await engine.call(await addSource(engine, SPEAKS));
        const { send, take } = await connect(url, engine.token);

        send({ type: 'follow-usage', id: run.id });

        const { samples } = await take('usage');
        const [[atMillis, memoryBytes] = [0, 0]] = samples as [number, number, number][];
        expect(Date.now() - atMillis).toBeLessThan(60_000);
        expect(memoryBytes).toBeGreaterThan(100_000);
    });

    it('does not reveal data of other users', async () => {
        const users = [
            { username: 'first', token: 'token-of-the-first' },
            { username: 'other', token: 'token-of-the-other' },
        ] as const;
        const { engine, url } = await listening({ users: [...users] });
        const { send, of, take } = await connect(url, 'token-of-the-other');
        await take('opened');
        const run = await engine.call(await addSource(engine, SPEAKS));

        send({ type: 'follow-usage', id: run.id });
        send({ type: 'follow-log', id: run.id, from: 0 });

        await take('log-refused');
        expect(of('log')).toEqual([]);
        expect(of('usage')).toEqual([]);
        expect(of('events')).toEqual([]);
    });

    it('is closed with the listener', async () => {
        const engine = await makeEngine();
        const listener = await engine.listen();
        const { take, closed } = await connect(listener.url, engine.token);
        await take('opened');

        await listener.close();

        expect(await closed).toBe(1001);
    });
});

import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, EngineOptions, RunHandle } from 'greenroom';

/** Reports the environment of a child process, and ends on request. */
const TELLS_ENVIRONMENT = `
    import { execFileSync, execSync, spawn } from 'node:child_process';
    import { text } from 'node:stream/consumers';
    const PRINT = 'process.stdout.write(JSON.stringify(process.env))';
    const read = (json) => {
        const { APIFY_API_BASE_URL, APIFY_API_PUBLIC_BASE_URL, ACTOR_EVENTS_WEBSOCKET_URL, APIFY_TOKEN } = JSON.parse(json);
        return { APIFY_API_BASE_URL, APIFY_API_PUBLIC_BASE_URL, ACTOR_EVENTS_WEBSOCKET_URL, APIFY_TOKEN };
    };
    export default async ({ Actor, signal }) => {
        const node = process.execPath;
        await Actor.setValue('ENVIRONMENTS', {
            own: read(JSON.stringify(process.env)),
            spawned: read(await text(spawn(node, ['-e', PRINT]).stdout)),
            given: read(await text(spawn(node, ['-e', PRINT], { env: { ...process.env } }).stdout)),
            waited: read(String(execFileSync(node, ['-e', PRINT]))),
            waitedGiven: read(String(execFileSync(node, ['-e', PRINT], { env: { ...process.env } }))),
            shell: read(String(execSync('"' + node + '" -e "' + PRINT + '"', { stdio: 'pipe' }))),
            changed: read(await text(spawn(node, ['-e', PRINT], { env: { ...process.env, APIFY_API_BASE_URL: 'http://mine.example' } }).stdout)),
            bare: read(await text(spawn(node, ['-e', PRINT], { env: {} }).stdout)),
        });
        const timer = setInterval(() => {}, 1000);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        clearInterval(timer);
    };
`;
type Environment = Record<string, string | undefined>;

interface Message {
    name: string;
    createdAt: string;
    data?: Record<string, unknown>;
}

async function startRun(options?: EngineOptions) {
    const engine = await makeEngine(options);
    const listener = await engine.listen();
    const run = await engine.start(await addSource(engine, TELLS_ENVIRONMENT));
    return { engine, listener, run, environments: await environmentsOf(run) };
}

async function environmentsOf(run: RunHandle): Promise<Record<string, Environment>> {
    const tell = async () => (await run.keyValueStore.getRecord('ENVIRONMENTS'))?.value;
    return (await waitUntil('the environments', tell, { timeoutMillis: 15_000 })) as Record<string, Environment>;
}

/** A client's end of the events of a run. */
async function hear(url: string) {
    const socket = new WebSocket(url);
    onTestFinished(() => socket.terminate());
    const messages: Message[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
    const closed = once(socket, 'close');
    await once(socket, 'open');
    return { messages, closed, names: () => messages.map(({ name }) => name) };
}

/** The status that a websocket is refused with. */
async function refusal(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
    const socket = new WebSocket(url, { headers });
    socket.on('error', () => {});
    const [, answer] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
    socket.terminate();
    return answer.statusCode;
}

describe('A process that a run starts', () => {
    it('finds the engine in its environment', async () => {
        const { listener, run, environments } = await startRun();
        const { own, changed, bare, ...inherited } = environments;

        for (const environment of Object.values(inherited)) {
            expect(environment).toMatchObject({
                APIFY_API_BASE_URL: `${listener.url}/`,
                APIFY_API_PUBLIC_BASE_URL: listener.url,
                ACTOR_EVENTS_WEBSOCKET_URL: expect.stringContaining(`ws://127.0.0.1:${listener.port}/`),
            });
            expect(environment['ACTOR_EVENTS_WEBSOCKET_URL']).toContain(run.id);
        }
        expect(own).toMatchObject({ APIFY_API_BASE_URL: 'http://greenroom.invalid/' });
        expect(own).not.toHaveProperty('ACTOR_EVENTS_WEBSOCKET_URL');
        expect(changed).toMatchObject({ APIFY_API_BASE_URL: 'http://mine.example' });
        expect(bare).toEqual({});
    });

    it('acts as the run', async () => {
        const { engine, environments } = await startRun({ isolation: 'process' });
        await addSource(engine, `export default () => {};`, 'child');
        const { APIFY_API_BASE_URL: url, APIFY_TOKEN: token } = environments['spawned']!;

        const headers = { authorization: `Bearer ${token}` };
        const answer = await fetch(`${url}v2/acts/child/runs`, { method: 'POST', headers });

        expect(((await answer.json()) as { data: { meta: object } }).data.meta).toMatchObject({ origin: 'ACTOR' });
    });

    it('has a token that is in no log', async () => {
        const engine = await makeEngine();
        const source = `export default () => console.log('The token is ' + process.env.APIFY_TOKEN + '.');`;

        const run = await engine.call(await addSource(engine, source));

        expect(await run.log.text()).toMatch(/The token is (?!greenroom_run)/);
    });
});

describe('the events of a run', () => {
    it('report its usage every second, and if the CPU is overloaded', async () => {
        const { environments } = await startRun();
        const { messages, names } = await hear(environments['spawned']!['ACTOR_EVENTS_WEBSOCKET_URL']!);

        await waitUntil('two rounds', () => names().filter((name) => name === 'systemInfo').length > 1);

        const system = messages.findLast(({ name }) => name === 'systemInfo')!;
        expect(system.data).toEqual({
            memCurrentBytes: expect.any(Number),
            cpuCurrentUsage: expect.any(Number),
            isCpuOverloaded: expect.any(Boolean),
            createdAt: expect.any(String),
        });
        expect(system.data!['memCurrentBytes']).toBeGreaterThan(1_000_000);
        expect(Number.isNaN(Date.parse(system.createdAt))).toBe(false);
        expect(messages.find(({ name }) => name === 'cpuInfo')?.data).toEqual({ isCpuOverloaded: expect.any(Boolean) });
    });

    it('announce an abort, and end with the run', async () => {
        const { run, environments } = await startRun();
        const { messages, closed } = await hear(environments['spawned']!['ACTOR_EVENTS_WEBSOCKET_URL']!);

        await run.abort({ gracefully: true });
        await closed;

        expect(messages.find(({ name }) => name === 'aborting')).toEqual({
            name: 'aborting',
            createdAt: expect.any(String),
        });
    });

    it('announce a migration', async () => {
        const { run, environments } = await startRun();
        const { messages, names } = await hear(environments['spawned']!['ACTOR_EVENTS_WEBSOCKET_URL']!);

        await run.migrate();
        await waitUntil('the event', () => names().includes('migrating'));

        const migrating = messages.find(({ name }) => name === 'migrating');
        expect(migrating?.data).toEqual({ timeRemainingSecs: expect.any(Number) });
    });

    it('inform late listeners that the run is ending', async () => {
        const engine = await makeEngine({ abortGraceSecs: 20 });
        const { run, url } = await ignoringRun(engine);

        await run.abort({ gracefully: true });
        const { names } = await hear(url);

        expect(await waitUntil('the event', () => names().includes('aborting'))).toBe(true);
    });

    it('are closed to unauthorized clients', async () => {
        const { engine, listener, run, environments } = await startRun();
        const url = environments['spawned']!['ACTOR_EVENTS_WEBSOCKET_URL']!;
        const base = url.split('?')[0]!;
        const other = await engine.start('under-test');
        const ofOther = (await environmentsOf(other))['spawned']!['APIFY_TOKEN'];

        expect(await refusal(base)).toBe(401);
        expect(await refusal(`${base}?token=wrong`)).toBe(401);
        expect(await refusal(`${base}?token=${ofOther}`)).toBe(401);
        expect(await refusal(url, { host: 'evil.example' })).toBe(403);
        expect(await refusal(url, { origin: 'http://evil.example' })).toBe(403);
        expect(await refusal(`${listener.url.replace('http', 'ws')}/v2/acts?token=${engine.token}`)).toBe(404);
        expect(await refusal(`${listener.url.replace('http', 'ws')}//%zz`)).toBe(404);
        expect(run.status).toBe('RUNNING');
    });

    it('are open to the owner of the engine', async () => {
        const { engine, environments } = await startRun();
        const base = environments['spawned']!['ACTOR_EVENTS_WEBSOCKET_URL']!.split('?')[0]!;

        const { names } = await hear(`${base}?token=${engine.token}`);

        expect(await waitUntil('an event', () => names().length > 0)).toBe(true);
    });

    it('end with the listener', async () => {
        const { listener, run, environments } = await startRun();
        const { closed } = await hear(environments['spawned']!['ACTOR_EVENTS_WEBSOCKET_URL']!);

        await listener.close();

        expect((await closed)[0]).toBe(1001);
        expect(run.status).toBe('RUNNING');
    });

    it('ignore incoming messages', async () => {
        const { environments } = await startRun();
        const socket = new WebSocket(environments['spawned']!['ACTOR_EVENTS_WEBSOCKET_URL']!);
        const closed = once(socket, 'close');
        await once(socket, 'open');

        socket.send(Buffer.alloc(1_000_000));

        expect((await closed)[0]).toBe(1009);
    });
});

/** A run that ignores requests to end, and the URL of its events. */
async function ignoringRun(engine: Engine): Promise<{ run: RunHandle; url: string }> {
    const source = `export default async ({ Actor }) => {
        await Actor.setValue('BEGUN', true);
        setInterval(() => {}, 1000);
        await new Promise(() => {});
    }`;
    const { url } = await engine.listen();
    const run = await engine.start(await addSource(engine, source, 'ignoring'));
    await waitUntil('the run to begin', async () => run.keyValueStore.getRecord('BEGUN'));
    return { run, url: `${url.replace('http', 'ws')}/v2/actor-runs/${run.id}/events?token=${engine.token}` };
}

import { createFaults, ManualClock, until, type Faults } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { forEachLabelled } from '../support/for-each-labelled.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { waitUntil } from '../support/wait-until.js';
import type { Engine, RunHandle, StartOptions } from 'greenroom';

type Isolation = NonNullable<StartOptions['isolation']>;

const ISOLATIONS: readonly Isolation[] = ['thread', 'pooled', 'process', 'inline'];
/** An Actor with its own SDK cannot run inline. */
const KINDS = [
    ...ISOLATIONS.map((isolation) => `${isolation}, built-in SDK`),
    'thread, real SDK',
    'pooled, real SDK',
    'process, real SDK',
];

/** Performs each storage operation, and outputs the errors that it caught. */
const WORKS = `import { Actor } from 'apify';
    await Actor.init();
    const { to = 6 } = (await Actor.getInput()) ?? {};
    const seen = [];
    for (let n = 1; n <= to; n += 1) {
        try {
            await Actor.pushData({ n });
        } catch (error) {
            seen.push([n, error.name, error.type, error.statusCode]);
        }
    }
    await Actor.setValue('STATE', { to });
    await Actor.getValue('STATE');
    await Actor.setValue('SEEN', seen);
    await Actor.exit('done');`;

async function call(engine: Engine, kind: string, source: string, options: StartOptions): Promise<RunHandle> {
    const [isolation, sdk] = kind.split(', ');
    const name = `${isolation}-actor`;
    const actor = sdk === 'real SDK' ? await addSdkActor(engine, source) : await addSource(engine, source, name);
    const { waitForFinish: _, ...callOptions } = options;
    return engine.call(actor, { to: 6 }, { ...callOptions, isolation: isolation as Isolation });
}

/** Timeout for several concurrent Actors that load the real SDK on a busy machine. */
const SLOW_MILLIS = 60_000;

/** Retries with almost no delay. */
function quickFaults(): Faults {
    return createFaults({ minDelayBetweenRetriesMillis: 1 });
}

async function valueOf(run: RunHandle, key: string): Promise<unknown> {
    return (await run.keyValueStore.getRecord(key))?.value;
}

describe('a failed call', () => {
    it('is retried without the Actor noticing', { timeout: SLOW_MILLIS }, async () => {
        const engine = await makeEngine();
        await forEachLabelled(KINDS, async (kind) => {
            const faults = quickFaults()
                .on('dataset.pushItems', { nth: 3, times: 2 }, { status: 429 })
                .on('keyValueStore.getRecord', { key: 'STATE', times: 1 }, { status: 503 })
                .on('run.update', { nth: 1 }, { status: 500 });
            const run = await call(engine, kind, WORKS, { faults });

            expect(await run.info()).toMatchObject({ status: 'SUCCEEDED' });
            expect((await run.items()).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
            expect(await valueOf(run, 'SEEN')).toEqual([]);
            const happened = faults.happened.map(({ operation, nth, key, fault }) => ({ operation, nth, key, fault }));
            expect(happened).toEqual([
                { operation: 'dataset.pushItems', nth: 3, fault: { status: 429 } },
                { operation: 'dataset.pushItems', nth: 4, fault: { status: 429 } },
                { operation: 'keyValueStore.getRecord', nth: 1, key: 'STATE', fault: { status: 503 } },
                { operation: 'run.update', nth: 1, fault: { status: 500 } },
            ]);
            expect(faults.happened.every(({ runId }) => runId === run.id)).toBe(true);
        });
    });

    it('throws the error of the API after eight retries', { timeout: SLOW_MILLIS }, async () => {
        const engine = await makeEngine();
        await forEachLabelled(KINDS, async (kind) => {
            const faults = quickFaults().on('dataset.pushItems', { nth: 3, times: 9 }, { status: 429 });
            const run = await call(engine, kind, WORKS, { faults });

            expect((await run.items()).map(({ n }) => n)).toEqual([1, 2, 4, 5, 6]);
            const name = kind.endsWith('real SDK') ? 'ApifyApiError' : 'EngineError';
            expect(await valueOf(run, 'SEEN')).toEqual([[3, name, 'rate-limit-exceeded', 429]]);
            expect(faults.happened).toHaveLength(9);
        });
    });

    it("is retried with the delays of the platform's client", async () => {
        const engine = await makeEngine();
        await forEachLabelled(['thread, built-in SDK', 'thread, real SDK'], async (kind) => {
            const faults = createFaults().on('dataset.pushItems', { nth: 1 }, { status: 500 });
            const source = `import { Actor } from 'apify';
                await Actor.init();
                const start = performance.now();
                await Actor.pushData({});
                await Actor.setValue('MILLIS', performance.now() - start);
                await Actor.exit();`;
            const run = await call(engine, kind, source, { faults });

            expect(await valueOf(run, 'MILLIS')).toBeGreaterThanOrEqual(500);
        });
    });

    it('is retried for Crawlee without the SDK', { timeout: SLOW_MILLIS }, async () => {
        const engine = await makeEngine();
        const source = `import { Dataset } from '@crawlee/basic'; for (const n of [1, 2, 3]) await Dataset.pushData({ n });`;
        const actor = await addSdkActor(engine, source, { packages: ['@crawlee/basic'] });
        const faults = quickFaults().on('dataset.pushItems', { nth: 2, times: 2 }, { status: 504 });

        const run = await engine.call(actor, {}, { faults, memory: 1024 });

        expect(run.status).toBe('SUCCEEDED');
        expect(await run.items()).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
        expect(faults.happened.map(({ nth }) => nth)).toEqual([2, 3]);
    });

    it('does not affect the output of a function', async () => {
        const engine = await makeEngine();
        await forEachLabelled(ISOLATIONS, async (isolation) => {
            const faults = quickFaults().on('keyValueStore.setRecord', { key: 'OUTPUT', times: 2 }, { status: 502 });
            const actor = await addSource(engine, `export default () => ({ well: true });`, `output-${isolation}`);
            const run = await engine.call(actor, {}, { isolation, faults });

            expect(run.status).toBe('SUCCEEDED');
            expect(await run.output()).toEqual({ well: true });
            expect(faults.happened).toHaveLength(2);
        });
    });
});

describe('faults', () => {
    it('apply to requests of any library and of child processes', async () => {
        const engine = await makeEngine();
        const { url } = await engine.listen();
        const source = `import { get } from 'node:http';
            import https from 'node:https';
            import { execFileSync } from 'node:child_process';
            import { Actor } from 'apify';
            await Actor.init();
            const path = '/v2/datasets/' + process.env.ACTOR_DEFAULT_DATASET_ID + '/items';
            const token = 'token=' + process.env.APIFY_TOKEN;
            const viaHttps = await new Promise((resolve, reject) => {
                https.get('https://api.apify.com' + path + '?' + token, (answer) => resolve(answer.statusCode)).on('error', reject);
            });
            const viaFetch = await fetch('https://api.apify.com' + path + '?' + token);
            const body = await viaFetch.json();
            const script = 'fetch(process.env.APIFY_API_BASE_URL + "' + path + '?' + token + '").then((a) => console.log(a.status))';
            const viaChild = Number(String(execFileSync(process.execPath, ['-e', script])));
            await Actor.setValue('SEEN', { viaHttps, viaFetch: viaFetch.status, body, viaChild });
            await Actor.exit();`;
        const faults = quickFaults().on('dataset.listItems', { times: 3 }, { status: 503 });

        const run = await engine.call(await addSource(engine, source), {}, { faults });

        expect(await valueOf(run, 'SEEN')).toEqual({
            viaHttps: 503,
            viaFetch: 503,
            body: { error: { type: 'service-unavailable', message: expect.any(String) } },
            viaChild: 503,
        });
        expect(url).toContain('127.0.0.1');
        expect(faults.happened.map(({ nth }) => nth)).toEqual([1, 2, 3]);
    });

    it('do not apply to other clients', async () => {
        const engine = await makeEngine();
        const faults = quickFaults().on('*', {}, { status: 500 });
        const actor = await addSource(engine, `console.log('ready'); setInterval(() => {}, 1000);`);
        const run = await engine.start(actor, {}, { faults });
        await until(run, { log: 'ready' });

        await run.dataset.pushItems({ n: 1 });
        const answer = await engine.fetch(
            new Request(`http://engine/v2/actor-runs/${run.id}`, {
                headers: { authorization: `Bearer ${engine.token}` },
            }),
        );

        expect(answer.status).toBe(200);
        expect(await run.items()).toEqual([{ n: 1 }]);
        expect(faults.happened).toEqual([]);
    });

    it('apply to runs of tasks', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, WORKS);
        const task = await engine.client.tasks().create({ actId: actor, name: 'works' });
        const faults = quickFaults().on('dataset.pushItems', { nth: 1 }, { status: 429 });

        const run = await engine.client.task(task.id).call({}, { faults });

        expect(faults.happened).toMatchObject([{ runId: run.id, nth: 1 }]);
    });

    it('of the engine apply to runs without their own, and count per run', async () => {
        const faults = quickFaults().on('dataset.pushItems', { nth: 2 }, { status: 429 });
        const engine = await makeEngine({ faults });
        const actor = await addSource(engine, WORKS);

        const runs = [
            await engine.call(actor),
            await engine.call(actor),
            await engine.call(actor, {}, { faults: quickFaults() }),
        ];

        expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
        expect(faults.happened.map(({ runId, nth }) => [runId, nth])).toEqual([
            [runs[0]!.id, 2],
            [runs[1]!.id, 2],
        ]);
    });
});

describe('latency', () => {
    it('follows the clock of the engine', { timeout: SLOW_MILLIS }, async () => {
        await forEachLabelled(KINDS, async (kind) => {
            const clock = new ManualClock();
            const engine = await makeEngine({ clock });
            const faults = createFaults().on('dataset.pushItems', {}, { latencyMillis: 60_000 });
            const source = `import { Actor } from 'apify';
                await Actor.init();
                await Actor.pushData({});
                console.log('answered');
                await Actor.exit();`;
            const [isolation, sdk] = kind.split(', ');
            const actor = sdk === 'real SDK' ? await addSdkActor(engine, source) : await addSource(engine, source);
            const run = await engine.start(actor, {}, { faults, isolation: isolation as Isolation });
            await waitUntil('the push', () => faults.happened.length > 0, { timeoutMillis: SLOW_MILLIS });
            await clock.advance('59s');

            expect(await run.log.text()).not.toContain('answered');
            expect(await run.items()).toEqual([]);

            await clock.advance('1s');
            await run.finished();

            expect(run.status).toBe('SUCCEEDED');
            expect(await run.items()).toEqual([{}]);
        });
    });

    it('does not delay the end of a run', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        await forEachLabelled(ISOLATIONS, async (isolation) => {
            const source = `import { Actor } from 'apify'; await Actor.init(); await Actor.pushData({});`;
            const actor = await addSource(engine, source, `ended-${isolation}`);
            const faults = createFaults().on('dataset.pushItems', {}, { latencyMillis: 3_600_000 });
            const run = await engine.start(actor, {}, { faults, isolation });
            await waitUntil('the push', () => faults.happened.length > 0);

            await run.abort();
            const end = await run.finished();

            expect(end.status).toBe('ABORTED');
            expect(end.statusMessage).toBe('Actor was aborted');
        });
        expect(clock.pendingTimers).toBe(0);
    });
});

describe('invalid faults', () => {
    it('are rejected with a remedy', () => {
        const faults = createFaults();

        expect(() => faults.on('dataset.pushItem', {}, { status: 429 })).toThrow('Did you mean `dataset.pushItems`?');
        expect(() => faults.on('actor.call', {}, { status: 429 })).toThrow('Use `actor.start`.');
        expect(() => faults.on('datasets', {}, { status: 429 })).toThrow("There is no operation 'datasets'.");
        expect(() => faults.on('dataset.pushItems', {}, { lostLock: true })).toThrow('on a locked request');
        expect(() => faults.on('*', { nht: 1 } as never, { status: 429 })).toThrow('Did you mean `nth`?');
        expect(() => faults.on('*', { nth: 0 }, { status: 429 })).toThrow('`choice.nth` is 0');
        expect(() => faults.on('*', { nth: 1, every: 2 }, { status: 429 })).toThrow('Add two rules.');
        expect(() => faults.on('*', {}, { status: 404 as never })).toThrow('one of 429, 500, 502, 503, 504');
        expect(() => faults.on('*', {}, {} as never)).toThrow('`status`, `latencyMillis` or `lostLock`');
        expect(() => faults.on('*', {}, { latencyMillis: -1 })).toThrow('`fault.latencyMillis` is -1');
        expect(() => faults.on('requestQueue.*', {}, { lostLock: true, status: 429 } as never)).toThrow(
            'Add two rules.',
        );
        expect(() => createFaults({ delay: 1 } as never)).toThrow('has no option `delay`');
        expect(faults.rules).toEqual([]);
    });

    it('are rejected by the call, which starts nothing', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, 'export default () => 1;');

        await expect(engine.call(actor, {}, { faults: { status: 429 } as never })).rejects.toThrow(
            '`options.faults` is an object, but must be the result of `createFaults()` from `greenroom/testing`.',
        );
        await expect(makeEngine({ faults: 'all' as never })).rejects.toThrow("`options.faults` is 'all'");
        expect((await engine.client.runs().list()).total).toBe(0);
    });
});

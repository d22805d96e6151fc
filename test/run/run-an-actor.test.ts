import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';

describe('an Actor in function style', () => {
    it('gets its input and returns its output', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, 'export default ({ input }) => ({ sum: input.a + input.b });');

        const run = await engine.call(actor, { a: 2, b: 3 });

        expect(run.status).toBe('SUCCEEDED');
        expect(run.exitCode).toBe(0);
        expect(await run.output()).toEqual({ sum: 5 });
    });

    it('receives the SDK and a logger', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `export default async ({ Actor, log }) => { log.info('pushing'); await Actor.pushData([{ n: 1 }, { n: 2 }]); };`,
        );

        const run = await engine.call(actor);

        expect(await run.items()).toEqual([{ n: 1 }, { n: 2 }]);
        expect(await run.log.text()).toContain('pushing');
    });
});

describe('the signal of a call', () => {
    it('ends the wait and not the run', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, 'export default () => new Promise((end) => setTimeout(end, 30_000));');

        const call = engine.call(actor, {}, { signal: AbortSignal.timeout(200) });

        await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
        const [run] = (await engine.client.runs().list()).items;
        expect(engine.run(run!.id)!.status).toMatch(/READY|RUNNING/);
        await engine.run(run!.id)!.abort();
    });

    it('must be a signal', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, 'export default () => {};');
        const refused = { code: 'invalid-value', message: '`options.signal` is 5, but must be an AbortSignal.' };

        await expect(engine.call(actor, {}, { signal: 5 as never })).rejects.toMatchObject(refused);
        const run = await engine.call(actor);
        await expect(run.finished({ signal: 5 as never })).rejects.toMatchObject(refused);
    });
});

describe('an Actor in script style', () => {
    it.each([
        ['an ES module', `import { Actor } from 'apify';`],
        ['CommonJS', `const { Actor } = require('apify');`],
        ['an ES module that imports greenroom', `import { Actor } from 'greenroom/actor';`],
    ])('runs as %s', async (_format, importLine) => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `${importLine}
            Actor.main(async () => {
                const { url, maxPages = 10 } = (await Actor.getInput()) ?? {};
                await Actor.pushData({ url, maxPages });
                await Actor.setValue('OUTPUT', 'done');
            });`,
        );

        const run = await engine.call(actor, { url: 'https://example.com' });

        expect(await run.log.text()).not.toContain('Error');
        expect(run.status).toBe('SUCCEEDED');
        expect(await run.items()).toEqual([{ url: 'https://example.com', maxPages: 10 }]);
        expect(await run.output()).toBe('done');
    });

    it('can use init and exit, and sets a terminal status message', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.setStatusMessage('working');
            await Actor.exit('All 3 pages done');`,
        );

        const run = await engine.call(actor);

        expect(run.status).toBe('SUCCEEDED');
        expect(run.statusMessage).toBe('All 3 pages done');
    });
});

describe('an Actor from a file URL', () => {
    it('runs, and its items can be filtered', async () => {
        const engine = await makeEngine({ prewarm: 0 });
        const { name } = await engine.addActor(new URL('../fixtures/actors/pushes-items', import.meta.url));

        const run = await engine.call(name, { count: 5 });

        expect(run.status, run.statusMessage).toBe('SUCCEEDED');
        expect(await run.items({ offset: 3, desc: false })).toHaveLength(2);
    });
});

describe('an Actor in TypeScript', () => {
    it('runs from a folder', async () => {
        const engine = await makeEngine();
        await engine.addActor('test/fixtures/actors/typescript');

        const run = await engine.call('typescript', { name: 'Ada' });

        expect(run.status, run.statusMessage).toBe('SUCCEEDED');
    });
});

describe('Actors of one engine', () => {
    it('call each other, and the called Actor ends before the caller continues', async () => {
        const engine = await makeEngine();
        await addSource(engine, `export default ({ input }) => input.n * 2;`, 'doubler');
        const caller = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const run = await Actor.call('doubler', { n: 21 });
            const { value } = await Actor.apifyClient.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
            await Actor.setValue('OUTPUT', { status: run.status, origin: run.meta.origin, value });
            await Actor.exit();`,
            'caller',
        );

        const run = await engine.call(caller);

        expect(await run.output()).toEqual({ status: 'SUCCEEDED', origin: 'ACTOR', value: 42 });
    });

    it('share only named storages', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const { n } = await Actor.getInput();
            const shared = await Actor.openDataset('shared');
            await shared.pushData({ n });
            await Actor.pushData({ n });
            await Actor.exit();`,
        );

        const runs = await Promise.all([1, 2, 3].map((n) => engine.call(actor, { n })));

        for (const run of runs) expect(await run.items()).toHaveLength(1);
        const { items } = await engine.client.dataset('local~shared').listItems();
        expect(items.map(({ n }) => n).toSorted()).toEqual([1, 2, 3]);
    });

    it('have their own environment and inherit none', async () => {
        process.env['SECRET_OF_THE_HOST'] = 'do not tell';
        const engine = await makeEngine({ env: { FROM_ENGINE: 'engine', BOTH: 'engine' } });
        const actor = await addSource(engine, 'export default () => process.env;');

        const run = await engine.call(actor, {}, { env: { FROM_RUN: 'run', BOTH: 'run' }, memory: 256, timeout: 60 });

        const env = (await run.output<Record<string, string>>())!;
        const info = await run.info();
        expect(env).toMatchObject({
            FROM_ENGINE: 'engine',
            FROM_RUN: 'run',
            BOTH: 'run',
            APIFY_IS_AT_HOME: '1',
            ACTOR_RUN_ID: run.id,
            APIFY_ACTOR_RUN_ID: run.id,
            ACTOR_DEFAULT_DATASET_ID: info.defaultDatasetId,
            ACTOR_MEMORY_MBYTES: '256',
            ACTOR_FULL_NAME: 'local/under-test',
        });
        const timeoutMillis = new Date(env['ACTOR_TIMEOUT_AT']!).getTime() - info.startedAt.getTime();
        expect(timeoutMillis).toBeGreaterThanOrEqual(60_000);
        expect(timeoutMillis).toBeLessThan(62_000);
        expect(env).not.toHaveProperty('SECRET_OF_THE_HOST');
        delete process.env['SECRET_OF_THE_HOST'];
    });

    it('keep the name and the build tags of their start while they wait and when they restart', async () => {
        const engine = await makeEngine({ maxConcurrentRuns: 1 });
        const source = `import { Actor } from 'apify';
            await Actor.init();
            const { ACTOR_FULL_NAME, ACTOR_BUILD_TAGS } = process.env;
            await Actor.pushData({ ACTOR_FULL_NAME, ACTOR_BUILD_TAGS });
            if ((await Actor.getValue('STATE')) !== null) await Actor.exit();
            await Actor.setValue('STATE', {});
            await Actor.reboot();`;
        await engine.addActor({ name: 'before', source });
        const first = await engine.start(await addSource(engine, 'setInterval(() => {}, 1000);'));
        const waiting = await engine.start('before');
        await engine.addActor({ name: 'before', source: 'export default () => 1;' });
        await engine.client.actor('before').update({ name: 'after' });
        expect(waiting.status).toBe('READY');

        await first.abort();
        await waiting.finished();

        const atStart = { ACTOR_FULL_NAME: 'local/before', ACTOR_BUILD_TAGS: 'latest' };
        expect(await waiting.items()).toEqual([atStart, atStart]);
    });
});

describe('a live run', () => {
    it('shows its status message, its log and its stats live', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.pushData([{}, {}].map((_, n) => ({ n })));
            await Actor.setStatusMessage('Processing page 1/2 (50%)');
            console.log('waiting');
            await new Promise((resolve) => Actor.on('aborting', resolve));
            await Actor.exit();`,
        );
        const messages: string[] = [];
        engine.on('run.status-message', ({ statusMessage }) => messages.push(statusMessage));

        const run = await engine.start(actor);
        for await (const line of run.log) if (line.endsWith(' waiting')) break;

        expect(run.status).toBe('RUNNING');
        expect(messages).toEqual(['Processing page 1/2 (50%)']);
        expect((await run.info()).stats).toMatchObject({ datasetItems: 2 });
        await run.abort({ gracefully: true });
        expect((await run.finished()).status).toBe('ABORTED');
    });
});

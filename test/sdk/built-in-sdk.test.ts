import { describe, expect, it } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSource, makeEngine, stripTimestamps } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';

/** Code of an Actor, with the SDK's names in scope, and its expected result. */
const ROWS: [what: string, body: string, output: unknown][] = [
    ['Actor.getInput()', 'return Actor.getInput();', { n: 1 }],
    ['Actor.getInputOrThrow()', 'return Actor.getInputOrThrow();', { n: 1 }],
    ['Actor.isAtHome()', 'return Actor.isAtHome();', true],
    ['Actor.getEnv()', 'return [Actor.getEnv().memoryMbytes, Actor.getEnv().startedAt instanceof Date];', [1024, true]],
    ['Actor.config', `return Actor.config.get('memoryMbytes');`, 1024],
    [
        'Actor.setValue() and getValue()',
        `await Actor.setValue('k', { a: [1] }); return Actor.getValue('k');`,
        { a: [1] },
    ],
    ['Actor.getValue() of nothing', `return { value: await Actor.getValue('nothing') };`, { value: null }],
    [
        'Actor.setValue() of null',
        `await Actor.setValue('k', 1); await Actor.setValue('k', null); return { value: await Actor.getValue('k') };`,
        { value: null },
    ],
    [
        'Actor.setValue() of bytes',
        `await Actor.setValue('b', Buffer.from([1, 2]), { contentType: 'image/png' });
        const record = await Actor.apifyClient.keyValueStore(process.env.ACTOR_DEFAULT_KEY_VALUE_STORE_ID).getRecord('b');
        return [record.contentType, [...record.value]];`,
        ['image/png', [1, 2]],
    ],
    [
        'Actor.openDataset()',
        `const dataset = await Actor.openDataset('named');
        await dataset.pushData([{ a: 1, b: 2 }, { a: 3 }]);
        const { items, total } = await dataset.getData({ fields: ['a'], desc: true });
        return [items, total, (await dataset.getInfo()).name, await dataset.reduce((sum, { a }) => sum + a, 0)];`,
        [[{ a: 3 }, { a: 1 }], 2, 'named', 4],
    ],
    [
        'Dataset.exportToCSV()',
        `await Actor.pushData([{ a: 1, b: 'x,y' }]); await Dataset.exportToCSV('table');
        return Actor.getValue('table');`,
        expect.stringMatching(/^a,b\r?\n1,"x,y"\r?\n?$/),
    ],
    [
        'Actor.openKeyValueStore()',
        `const store = await Actor.openKeyValueStore('named');
        await store.setValue('b', 1); await store.setValue('a', 2);
        const keys = []; await store.forEachKey((key, index, { size }) => keys.push([key, index, size]));
        return [keys, await store.recordExists('a'), await store.recordExists('c')];`,
        [
            [
                ['a', 0, 1],
                ['b', 1, 1],
            ],
            true,
            false,
        ],
    ],
    [
        'Actor.openRequestQueue()',
        `const queue = await Actor.openRequestQueue();
        await queue.addRequests([{ url: 'https://a.com/1', userData: { deep: { n: 1 } } }, { url: 'https://a.com/2' }]);
        await queue.addRequest({ url: 'https://a.com/first' }, { forefront: true });
        const again = await queue.addRequest({ url: 'https://a.com/1' });
        const seen = [];
        let hasFailed = false;
        for (let request = await queue.fetchNextRequest(); request; request = await queue.fetchNextRequest()) {
            if (request.url.endsWith('/2') && !hasFailed) { hasFailed = true; await queue.reclaimRequest(request); continue; }
            seen.push([request.url.slice(14), request.userData.deep?.n ?? 0]);
            await queue.markRequestHandled(request);
        }
        return [seen, again.wasAlreadyPresent, await queue.isFinished(), await queue.handledCount()];`,
        [
            [
                ['first', 0],
                ['1', 1],
                ['2', 0],
            ],
            true,
            true,
            3,
        ],
    ],
    [
        'Actor.useState()',
        `const state = await Actor.useState('STATE', { n: 0 }); state.n = 5;
        const saved = new Promise((resolve) => Actor.on('persistState', () => setTimeout(resolve, 20)));
        Actor.on('exit', async () => { await saved; });
        return (await Actor.useState('STATE')).n;`,
        5,
    ],
    [
        'Actor.setStatusMessage()',
        `const run = await Actor.setStatusMessage('halfway'); return run.statusMessage;`,
        'halfway',
    ],
    [
        'Actor.start(), abort()',
        `const run = await Actor.start('forever'); const { status } = await Actor.abort(run.id);
        const ended = await Actor.apifyClient.run(run.id).waitForFinish(); return [status, ended.status];`,
        ['ABORTING', 'ABORTED'],
    ],
    [
        'Actor.call() with a wait',
        `const run = await Actor.call('forever', {}, { waitSecs: 0.05 }); await Actor.abort(run.id); return run.status;`,
        expect.stringMatching(/READY|RUNNING/),
    ],
    [
        'Actor.newClient()',
        `const { items } = await Actor.newClient({ token: 'any' }).actors().list(); return items.length > 0;`,
        true,
    ],
    [
        'a list of the client, page by page',
        `await Actor.pushData(Array.from({ length: 5 }, (_, n) => ({ n })));
        const all = []; const dataset = Actor.apifyClient.dataset(process.env.ACTOR_DEFAULT_DATASET_ID);
        for await (const { n } of dataset.listItems({ limit: 4, offset: 1 })) all.push(n);
        return all;`,
        [1, 2, 3, 4],
    ],
    [
        'statistics and public URLs of the client',
        `await Actor.pushData([{ n: 1, s: '' }, { n: 3, s: null }, { n: 2 }]);
        const { defaultDatasetId, defaultKeyValueStoreId } = Actor.getEnv();
        const dataset = Actor.apifyClient.dataset(defaultDatasetId);
        const store = Actor.apifyClient.keyValueStore(defaultKeyValueStoreId);
        const urls = [await dataset.createItemsPublicUrl({ clean: true, fields: ['n', 's'] }), await store.createKeysPublicUrl()];
        return [(await dataset.getStatistics()).fieldStatistics, urls.map((url) => new URL(url).search)];`,
        [
            { n: { min: 1, max: 3, nullCount: 0, emptyCount: 0 }, s: { nullCount: 1, emptyCount: 1 } },
            [
                expect.stringMatching(/^\?signature=[\w-]+&clean=true&fields=n%2Cs$/),
                expect.stringMatching(/^\?signature=[\w-]+$/),
            ],
        ],
    ],
    [
        'a missing record of the client',
        `return { run: (await Actor.apifyClient.run('nothing').get()) ?? null };`,
        { run: null },
    ],
    [
        'an error of the host',
        `const error = await Actor.start('nobody').catch((thrown) => thrown);
        return [error instanceof Error, error.type, error.statusCode, /Registered: /.test(error.message)];`,
        [true, 'actor-not-found', 404, true],
    ],
    ['Actor.off()', `const listener = () => {}; Actor.on('exit', listener); Actor.off('exit', listener); return 1;`, 1],
    [
        'Actor.createProxyConfiguration()',
        `const proxy = await Actor.createProxyConfiguration({ checkAccess: true, groups: ['SHADER'] });
        const { hostname, username, password } = await proxy.newProxyInfo('s1');
        return [hostname, username, password.length > 20];`,
        ['127.0.0.1', 'groups-SHADER,session-s1', true],
    ],
    [
        'Actor.addWebhook()',
        `const { isAdHoc, condition, requestUrl } = await Actor.addWebhook({ eventTypes: ['ACTOR.RUN.FAILED'], requestUrl: 'http://127.0.0.1/' });
        return [isAdHoc, condition.actorRunId === process.env.ACTOR_RUN_ID, requestUrl];`,
        [true, true, 'http://127.0.0.1/'],
    ],
    [
        'Actor.callTask()',
        `const task = await Actor.apifyClient.tasks().create({ actId: 'ends', name: 'my-task', input: { a: 1, b: 1 } });
        const run = await Actor.callTask('local/my-task', { b: 2 }, { memory: 512 });
        const record = await Actor.apifyClient.keyValueStore(run.defaultKeyValueStoreId).getRecord('INPUT');
        return [run.status, run.actorTaskId === task.id, run.options.memoryMbytes, record.value];`,
        ['SUCCEEDED', true, 512, { a: 1, b: 2 }],
    ],
    [
        'new Actor()',
        `const actor = new Actor({ any: 1 });
        await actor.pushData([{ n: 1 }, { n: 2 }]);
        const dataset = await actor.openDataset();
        const state = await actor.useState('S', { n: 0 }); state.n = 1;
        return [await actor.getInput(), await dataset.reduce((sum, { n }) => sum + n, 0), actor.config.get('any'),
            actor.initialized, actor.isAtHome(), Actor.getDefaultInstance() instanceof Actor,
            (await actor.setStatusMessage('on the way')).statusMessage, actor.getChargingManager().getPricingInfo().isPayPerEvent];`,
        [{ n: 1 }, 3, 1, true, true, true, 'on the way', false],
    ],
    [
        'Dataset.entries() and values()',
        `await Actor.pushData([{ n: 1 }, { n: 2 }, { n: 3 }]);
        const dataset = await Dataset.open(); const all = [];
        for await (const [index, { n }] of dataset.entries({ offset: 1 })) all.push([index, n]);
        const values = []; for await (const { n } of dataset) values.push(n);
        return [all, (await dataset.entries({ limit: 1 })).items, values];`,
        [
            [
                [1, 2],
                [2, 3],
            ],
            [[0, { n: 1 }]],
            [1, 2, 3],
        ],
    ],
    [
        'KeyValueStore.entries() and values()',
        `const store = await KeyValueStore.open('pairs'); await store.setValue('a', 1); await store.setValue('b', 2);
        const keys = []; for await (const [key] of store.entries()) keys.push(key);
        return [await store.entries(), await store.values({ prefix: 'b' }), keys];`,
        [
            [
                ['a', 1],
                ['b', 2],
            ],
            [2],
            ['a', 'b'],
        ],
    ],
    [
        'storages by undeclared aliases and logged charges of a local run',
        `delete process.env.APIFY_IS_AT_HOME;
        const images = await Actor.openDataset({ alias: 'images' });
        await images.pushData({ a: 1 });
        return [Actor.isAtHome(), (await (await Actor.openDataset({ alias: 'images' })).getData()).count];`,
        [false, 1],
    ],
];

describe('the built-in SDK in a thread', () => {
    it.each(ROWS)('has %s', async (_what, body, output) => {
        const engine = await makeEngine();
        await addSource(engine, 'setInterval(() => {}, 1000);', 'forever');
        await addSource(engine, '// Nothing to do.', 'ends');
        const actor = await addSource(
            engine,
            `import { Actor, Dataset, KeyValueStore, RequestQueue, log } from 'apify';
            Actor.main(async () => {
                const output = await (async () => { ${body} })();
                await Actor.setValue('OUTPUT', { output });
            });`,
        );

        const run = await engine.call(actor, { n: 1 });

        expect(await run.output(), await run.log.text()).toEqual({ output });
        expect(run.status).toBe('SUCCEEDED');
    });

    it('logs by level, with data, and as JSON if the environment says so', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `import { log } from 'apify';
            log.debug('hidden'); log.info('shown', { page: 1 }); log.child({ prefix: 'Crawler' }).warning('careful');
            log.exception(new Error('why'), 'It failed');`,
        );

        const text = await (await engine.call(actor)).log.text();
        const json = await (await engine.call(actor, {}, { env: { APIFY_LOG_FORMAT: 'JSON' } })).log.text();

        expect(text).not.toContain('hidden');
        expect(text).toMatch(/INFO {2}shown \{"page":1\}/);
        expect(text).toMatch(/WARN.*Crawler.*careful/);
        expect(text).toMatch(/ERROR It failed[\s\S]*why/);
        expect(JSON.parse(json.split('\n')[0]!.slice(25))).toMatchObject({ level: 'INFO', msg: 'shown', page: 1 });
    });

    it('charges locally, into a dataset, if an Actor leaves the platform', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `import { Actor, Dataset } from 'apify';
            delete process.env.APIFY_IS_AT_HOME;
            delete process.env.ACTOR_MAX_TOTAL_CHARGE_USD;
            const local = new Actor({ testPayPerEvent: true, useChargingLogDataset: true, maxTotalChargeUsd: 2 });
            await local.init();
            await local.charge({ eventName: 'page', count: 4 });
            await Dataset.pushData((await (await local.openDataset('charging_log')).getData()).items);
            await local.exit();`,
        );

        const run = await engine.call(actor);

        // One more than the limit allows, as in the platform's SDK.
        expect(await run.items(), await run.log.text()).toEqual([
            expect.objectContaining({ eventName: 'page', chargedCount: 3, eventPriceUsd: 1 }),
        ]);
        expect((await run.info()).chargedEventCounts ?? {}).toEqual({});
    });

    it.each([
        ['an ES module', 'main.mjs', `import log, { Log, LogLevel, LEVELS, LoggerJson } from '@apify/log';`],
        ['CommonJS', 'main.cjs', `const { default: log, Log, LogLevel, LEVELS, LoggerJson } = require('@apify/log');`],
    ])('has `@apify/log` in %s', async (_, name, importLog) => {
        const engine = await makeEngine();
        const folder = await tempDir();
        const code = `${importLog}
            log.child({ prefix: 'Page' }).warning('slow', { ms: 5 });
            new Log({ level: LEVELS.DEBUG, logger: new LoggerJson({ skipTime: true }) }).debug('as JSON');
            log.setLevel(LogLevel.ERROR); log.info('hidden');`;
        await writeFile(join(folder, name), code);
        await engine.addActor(join(folder, name));
        await engine.addActor({ name: 'by-source', sourceFiles: [{ name, content: code }] });

        for (const actor of ['main', 'by-source']) {
            const lines = stripTimestamps(await (await engine.call(actor)).log.text());
            expect(lines.toSorted()).toEqual(['WARN  Page: slow {"ms":5}', '{"level":"DEBUG","msg":"as JSON"}']);
        }
    });
});

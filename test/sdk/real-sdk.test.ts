import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SharedEngine } from '../support/actors/sdk-run.js';

const shared = new SharedEngine();

/** Code run in the thread, and its expected result. */
const ROWS: [what: string, body: string, output: unknown][] = [
    ['Actor.getInput()', 'return Actor.getInput();', { n: 1 }],
    ['Actor.getInputOrThrow()', 'return Actor.getInputOrThrow();', { n: 1 }],
    ['Actor.isAtHome()', 'return Actor.isAtHome();', true],
    [
        'Actor.getEnv()',
        `const { memoryMbytes, startedAt, actorRunId, actorId, timeoutAt, inputKey } = Actor.getEnv();
        return [memoryMbytes, startedAt instanceof Date, actorRunId.length, actorId.length, timeoutAt, inputKey];`,
        [1024, true, 17, 17, null, 'INPUT'],
    ],
    [
        'Actor.config',
        `return ['memoryMbytes', 'isAtHome', 'availableMemoryRatio', 'inputKey'].map((key) => Actor.config.get(key));`,
        [1024, true, 1, 'INPUT'],
    ],
    [
        'Actor.setValue() and getValue()',
        `await Actor.setValue('k', { a: [1] }); return Actor.getValue('k');`,
        { a: [1] },
    ],
    ['Actor.getValue() of nothing', `return { value: await Actor.getValue('nothing') };`, { value: null }],
    [
        'Actor.openDataset() by name, and its methods',
        `const dataset = await Actor.openDataset('one');
        await dataset.pushData([{ a: 3 }, { a: 1 }, { a: 2 }]);
        const each = []; await dataset.forEach(({ a }, index) => each.push([a, index]));
        const values = []; for await (const { a } of dataset.values()) values.push(a);
        const page = await dataset.getData({ limit: 1, offset: 1, desc: true });
        return {
            page: [page.items, page.total, page.offset, page.count, page.limit],
            each,
            map: await dataset.map(({ a }) => a * 2),
            reduce: await dataset.reduce((sum, { a }) => sum + a, 0),
            info: [(await dataset.getInfo()).name, (await dataset.getInfo()).itemCount],
            values,
            same: dataset === (await Actor.openDataset('one')) && dataset === (await Dataset.open('one')),
        };`,
        {
            page: [[{ a: 1 }], 3, 1, 1, 1],
            each: [
                [3, 0],
                [1, 1],
                [2, 2],
            ],
            map: [6, 2, 4],
            reduce: 6,
            info: ['one', 3],
            values: [3, 1, 2],
            same: true,
        },
    ],
    [
        'Actor.openDataset() by id, { id }, { name } and { alias }',
        `const dataset = await Actor.openDataset('two');
        const same = await Promise.all([dataset.id, { id: dataset.id }, { name: 'two' }].map((key) => Actor.openDataset(key)));
        const byDefault = await Actor.openDataset();
        const byAlias = await Actor.openDataset({ alias: 'default' });
        const error = await Actor.openDataset({ alias: 'other' }).catch((thrown) => thrown);
        return [same.map(({ id }) => id === dataset.id), byAlias.id === byDefault.id, byDefault.id, error.message];`,
        [[true, true, true], true, expect.stringMatching(/^\w{17}$/), expect.stringContaining('"other" not found')],
    ],
    [
        'Actor.openDataset() in the cloud',
        `const { id } = await Actor.openDataset(null, { forceCloud: true });
        return id === process.env.ACTOR_DEFAULT_DATASET_ID;`,
        true,
    ],
    [
        'Dataset.drop()',
        `const dataset = await Actor.openDataset('dropped'); await dataset.pushData({ a: 1 }); await dataset.drop();
        const anew = await Actor.openDataset('dropped'); return [anew.id !== dataset.id, (await anew.getInfo()).itemCount];`,
        [true, 0],
    ],
    [
        'Dataset.exportToJSON() and exportToCSV()',
        `const dataset = await Dataset.open('exported');
        await dataset.pushData([{ a: 1, b: 'x,y' }]);
        await dataset.exportToCSV('table'); await Dataset.exportToJSON('list');
        return [await Actor.getValue('table'), await Actor.getValue('list'), await dataset.export()];`,
        [expect.stringMatching(/^a,b\r?\n1,"x,y"\r?\n?$/), [], [{ a: 1, b: 'x,y' }]],
    ],
    [
        'Dataset.pushData() of invalid items',
        `const dataset = await Actor.openDataset('refused');
        const thrown = [];
        for (const item of [1, 'text', null, () => {}]) {
            thrown.push(await dataset.pushData(item).then(() => 'taken', (error) => error.constructor.name));
        }
        return [thrown, (await dataset.getInfo()).itemCount];`,
        [['ArgumentError', 'ArgumentError', 'ArgumentError', expect.any(String)], 0],
    ],
    [
        'Actor.openKeyValueStore() and its methods',
        `const store = await Actor.openKeyValueStore('store');
        await store.setValue('b', 1); await store.setValue('a', { deep: [null] });
        const keys = []; await store.forEachKey((key, index, { size }) => keys.push([key, index, size]));
        return {
            keys,
            exists: [await store.recordExists('a'), await store.recordExists('c')],
            fallback: await store.getValue('c', 'fallback'),
            url: store.getPublicUrl('a').replace(store.id, 'ID'),
            same: store === (await KeyValueStore.open('store')),
        };`,
        {
            keys: [
                ['a', 0, expect.any(Number)],
                ['b', 1, 1],
            ],
            exists: [true, false],
            fallback: 'fallback',
            url: expect.stringMatching(/^http.*\/v2\/key-value-stores\/ID\/records\/a(\?signature=\w+)?$/),
            same: true,
        },
    ],
    [
        'KeyValueStore.drop()',
        `const store = await KeyValueStore.open('dropped'); await store.setValue('a', 1); await store.drop();
        return [await store.getValue('a'), (await Actor.apifyClient.keyValueStore(store.id).get()) ?? null];`,
        [null, null],
    ],
    [
        'KeyValueStore.setValue() of invalid values',
        `const thrown = [];
        for (const args of [['a b', 1], ['k', undefined], ['k', () => {}], ['k', { a: 1 }, { contentType: 'image/png' }]]) {
            thrown.push(await Actor.setValue(...args).then(() => 'taken', (error) => error.constructor.name));
        }
        return thrown;`,
        ['ArgumentError', expect.any(String), expect.any(String), 'ArgumentError'],
    ],
    [
        'Actor.openRequestQueue() and its methods',
        `const queue = await Actor.openRequestQueue('queue');
        await queue.addRequests([{ url: 'https://a.com/1', userData: { deep: { n: 1 } } }, { url: 'https://a.com/2' }]);
        await queue.addRequest({ url: 'https://a.com/first' }, { forefront: true });
        const again = await queue.addRequest({ url: 'https://a.com/1' });
        const { addedRequests, waitForAllRequestsToBeAdded } = await queue.addRequestsBatched(
            Array.from({ length: 60 }, (_, n) => ({ url: 'https://a.com/many/' + n })), { batchSize: 20 },
        );
        await waitForAllRequestsToBeAdded;
        const total = (await queue.getInfo()).totalRequestCount;
        const seen = [];
        let hasFailed = false;
        while (!(await queue.isFinished())) {
            const request = await queue.fetchNextRequest();
            if (request === null) continue;
            if (request.url.endsWith('/2') && !hasFailed) { hasFailed = true; await queue.reclaimRequest(request); continue; }
            seen.push([request.url.slice(14), request.userData.deep?.n ?? 0]);
            await queue.markRequestHandled(request);
        }
        const one = await queue.getRequest(again.requestId);
        return {
            again: [again.wasAlreadyPresent, again.wasAlreadyHandled], added: addedRequests.length, total,
            first: seen[0], one: [one.url, one.handledAt !== undefined], count: seen.length,
            distinct: new Set(seen.map(([url]) => url)).size, deep: seen.find(([url]) => url === '1'),
            end: [await queue.isEmpty(), await queue.isFinished(), await queue.handledCount(), await queue.fetchNextRequest()],
        };`,
        {
            again: [true, false],
            added: 20,
            total: 63,
            first: ['first', 0],
            one: ['https://a.com/1', true],
            count: 63,
            distinct: 63,
            deep: ['1', 1],
            end: [true, true, 63, null],
        },
    ],
    [
        'RequestQueue.drop()',
        `const queue = await RequestQueue.open('dropped'); await queue.addRequest({ url: 'https://a.com' }); await queue.drop();
        const anew = await RequestQueue.open('dropped'); return [anew.id !== queue.id, await anew.isEmpty()];`,
        [true, true],
    ],
    [
        'Actor.useState()',
        `const state = await Actor.useState('COUNTER', { n: 0 }); state.n += 5;
        const named = await Actor.useState('COUNTER', { n: 7 }, { keyValueStoreName: 'states' });
        return [(await Actor.useState('COUNTER')).n, state === (await Actor.useState('COUNTER')), named.n];`,
        [5, true, 7],
    ],
    [
        'Actor.setStatusMessage()',
        `const run = await Actor.setStatusMessage('halfway', { level: 'WARNING' });
        return [run.statusMessage, run.status, run.startedAt instanceof Date];`,
        ['halfway', 'RUNNING', true],
    ],
    [
        'Actor.charge() and getChargingManager(), of a free Actor',
        `const manager = Actor.getChargingManager();
        const { perEventPrices, isPayPerEvent, pricingModel, maxTotalChargeUsd } = manager.getPricingInfo();
        return {
            charge: await Actor.charge({ eventName: 'page', count: 3 }),
            pricing: [pricingModel, isPayPerEvent, perEventPrices, maxTotalChargeUsd === Infinity],
            count: manager.getChargedEventCount('page'), max: manager.getMaxTotalChargeUsd() === Infinity,
        };`,
        {
            charge: { eventChargeLimitReached: false, chargedCount: 0, chargeableWithinLimit: {} },
            pricing: ['FREE', false, {}, true],
            count: 0,
            max: true,
        },
    ],
    [
        'Actor.createProxyConfiguration() without a proxy',
        'return { value: (await Actor.createProxyConfiguration({ useApifyProxy: false })) ?? null };',
        { value: null },
    ],
    [
        'Actor.createProxyConfiguration() with custom proxies',
        `const proxy = await Actor.createProxyConfiguration({ proxyUrls: ['http://127.0.0.1:1/', 'http://127.0.0.1:2/'] });
        return [await proxy.newUrl(), await proxy.newUrl(), await proxy.newUrl()];`,
        ['http://127.0.0.1:1/', 'http://127.0.0.1:2/', 'http://127.0.0.1:1/'],
    ],
    [
        'Actor.start() and abort()',
        `const run = await Actor.start('forever'); const { status } = await Actor.abort(run.id, { statusMessage: 'enough' });
        const ended = await Actor.apifyClient.run(run.id).waitForFinish();
        return [run.meta.origin, status, ended.status];`,
        ['ACTOR', expect.stringMatching(/^ABORT(ING|ED)$/), 'ABORTED'],
    ],
    [
        'Actor.call()',
        `const run = await Actor.call('echo', { of: 'call' }, { memory: 256, timeout: 60 });
        const record = await Actor.apifyClient.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
        return [run.status, run.exitCode, run.options.memoryMbytes, run.options.timeoutSecs, record.value];`,
        ['SUCCEEDED', 0, 256, 60, { input: { of: 'call' } }],
    ],
    [
        'Actor.call() of an Actor that fails, without its log',
        `const run = await Actor.call('local/failing', undefined, { log: null });
        return [run.status, run.exitCode, run.statusMessage];`,
        ['FAILED', 1, 'no luck'],
    ],
    [
        'Actor.call() with an input of another type',
        `const run = await Actor.call('echo', 'plain text', { contentType: 'text/plain', log: null });
        const record = await Actor.apifyClient.keyValueStore(run.defaultKeyValueStoreId).getRecord('INPUT');
        return [record.value, record.contentType];`,
        ['plain text', expect.stringMatching(/^text\/plain/)],
    ],
    [
        'Actor.call() that waits for a moment',
        `const run = await Actor.call('forever', {}, { waitSecs: 0.05, log: null }); await Actor.abort(run.id); return run.status;`,
        expect.stringMatching(/READY|RUNNING/),
    ],
    [
        'Actor.call() of an unknown Actor',
        `const error = await Actor.call('nobody').catch((thrown) => thrown);
        return [error.name, error.type, error.statusCode, /Registered: .*local\\/echo/.test(error.message)];`,
        ['ApifyApiError', 'record-not-found', 404, true],
    ],
    [
        'Actor.callTask()',
        `const task = await Actor.apifyClient.tasks().create({ actId: 'echo', name: 'my-task', input: { a: 1, b: 1 } });
        const run = await Actor.callTask('local/my-task', { b: 2 }, { memory: 512 });
        const record = await Actor.apifyClient.keyValueStore(run.defaultKeyValueStoreId).getRecord('INPUT');
        return [run.status, run.actorTaskId === task.id, run.options.memoryMbytes, record.value];`,
        ['SUCCEEDED', true, 512, { a: 1, b: 2 }],
    ],
    [
        'Actor.addWebhook()',
        `const options = { eventTypes: ['ACTOR.RUN.FAILED'], requestUrl: 'http://127.0.0.1/', idempotencyKey: 'k' };
        const webhook = await Actor.addWebhook(options); const again = await Actor.addWebhook(options);
        return [webhook.isAdHoc, webhook.condition.actorRunId === process.env.ACTOR_RUN_ID, webhook.requestUrl,
            again.id === webhook.id, webhook.createdAt instanceof Date];`,
        [true, true, 'http://127.0.0.1/', true, true],
    ],
    [
        'Actor.newClient()',
        `const client = Actor.newClient(); const run = await client.run(process.env.ACTOR_RUN_ID).get();
        return [run.status, (await client.user().get()).username, (await client.actors().list()).items.length > 2];`,
        ['RUNNING', 'local', true],
    ],
    [
        'Actor.apifyClient and its resources',
        `const { apifyClient } = Actor; const dataset = apifyClient.dataset((await Actor.openDataset('client')).id);
        await dataset.pushItems([{ n: 1 }, { n: 2 }]);
        const text = String(await dataset.downloadItems('csv'));
        const all = []; for await (const { n } of dataset.listItems({ limit: 2 })) all.push(n);
        return [all, text.trim().split(/\\r?\\n/), (await dataset.get()).createdAt instanceof Date,
            (await apifyClient.run('nothing').get()) ?? null];`,
        [[1, 2], [expect.stringContaining('n'), '1', '2'], true, null],
    ],
    [
        'errors of Actor.apifyClient',
        `const { apifyClient } = Actor; const thrown = [];
        const iterate = async (list) => { for await (const item of list) thrown.push(item); };
        for (const act of [
            () => apifyClient.dataset('nothing').listItems(), () => iterate(apifyClient.dataset('nothing').listItems()),
            () => apifyClient.dataset('nothing').pushItems({ a: 1 }), () => apifyClient.keyValueStore('nothing').listKeys(),
            () => apifyClient.requestQueue('nothing').addRequest({ url: 'https://a.com', uniqueKey: 'a' }),
            () => apifyClient.run('nothing').abort(), () => new ApifyClient().dataset('nothing').listItems(),
        ]) thrown.push(await act().then(() => 'done', ({ name, type, statusCode }) => [name, type, statusCode].join(' ')));
        return [...new Set(thrown)];`,
        ['ApifyApiError record-not-found 404'],
    ],
    [
        'new ApifyClient()',
        `const client = new ApifyClient(); const { id } = await client.keyValueStores().getOrCreate('bare');
        await client.keyValueStore(id).setRecord({ key: 'k', value: { a: 1 } });
        return [(await client.user().get()).username, await (await Actor.openKeyValueStore('bare')).getValue('k')];`,
        ['local', { a: 1 }],
    ],
    [
        'Actor.on() and off()',
        `const heard = []; const listener = (event) => heard.push(event);
        Actor.on('systemInfo', listener);
        const { Configuration } = await import('apify');
        const events = Configuration.getEventManager();
        events.emit('systemInfo', 1); Actor.off('systemInfo', listener); events.emit('systemInfo', 2);
        return heard;`,
        [1],
    ],
];

/** Names of static members that are not methods. */
const NO_METHODS = new Set(['length', 'name', 'prototype', 'getDefaultInstance']);

describe('the real SDK in a thread', () => {
    const FILES = {
        'main.js': `import { Actor } from 'apify';
            import { rows } from './rows.js';
            await Actor.init();
            const outcomes = {};
            for (const [what, row] of Object.entries(rows)) {
                outcomes[what] = await row().then((output) => ({ output }), ({ stack }) => ({ stack }));
            }
            outcomes.names = Object.getOwnPropertyNames(Actor);
            await Actor.setValue('OUTPUT', outcomes);
            await Actor.exit();`,
        'rows.js': `import { Actor, ApifyClient, Dataset, KeyValueStore, RequestQueue } from 'apify';
            export const rows = {
                ${ROWS.map(([what, body]) => `${JSON.stringify(what)}: async () => { ${body} },`).join('\n')}
            };`,
    };
    let outcomes: Promise<Record<string, object>> | undefined;

    /** All rows run one after the other in one thread. */
    const allOutcomes = (): Promise<Record<string, object>> => {
        outcomes ??= shared.run(FILES, { input: { n: 1 } }).then(async (run) => {
            const output = await run.output<Record<string, object>>();
            if (output === undefined) throw new Error(`${run.status}\n${await run.log.text()}`);
            return output;
        });
        return outcomes;
    };

    it.each(ROWS)('has %s', async (what, _body, output) => {
        expect((await allOutcomes())[what]).toEqual({ output });
    });

    it('is tested with each of its methods', async () => {
        const { names } = (await allOutcomes()) as unknown as { names: string[] };
        const folder = import.meta.dirname;
        const files = (await readdir(folder, { recursive: true })).filter((file) => basename(file).startsWith('real-'));
        const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
        const methods = names.filter((name) => /^[a-z]/.test(name) && !NO_METHODS.has(name));

        expect(methods.length).toBeGreaterThan(30);
        expect(methods.filter((name) => !new RegExp(`Actor\\.${name}\\b`).test(texts.join('\n')))).toEqual([]);
    });
});

import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../../support/make-engine.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import { tempDir } from '../../support/files/temp-dir.js';
import { waitUntil } from '../../support/wait-until.js';
import { able, engineFor, type Mode } from './modes.js';

/** Performs each operation on existing data, on its own storages and on a named one. */
const USES_STORAGES = `import { Actor } from 'apify';
    await Actor.init();
    await Actor.getInput();
    for (let n = 0; n < 20; n++) await Actor.pushData({ n });
    await Actor.pushData([{ n: 20 }, { n: 21 }]);
    const client = Actor.apifyClient;
    const own = client.dataset(Actor.getEnv().defaultDatasetId);
    await own.listItems({ limit: 5 });
    await own.downloadItems('csv', { offset: 20 });
    const shared = client.dataset((await client.datasets().getOrCreate('shared')).id);
    await shared.pushItems([{ a: 1 }, { a: 2 }, { a: 3 }]);
    await shared.listItems();

    const store = client.keyValueStore((await client.keyValueStores().getOrCreate('shared')).id);
    await store.setRecord({ key: 'a', value: 1 });
    await store.setRecord({ key: 'b', value: 2 });
    await store.getRecord('a');
    await store.getRecord('missing');
    await store.recordExists('b');
    await store.deleteRecord('a');
    await store.listKeys();

    const { id } = await client.requestQueues().getOrCreate('shared');
    const queue = client.requestQueue(id, { clientKey: 'test' });
    await queue.batchAddRequests(Array.from({ length: 30 }, (_, n) => ({ url: 'https://example.com/' + n, uniqueKey: '' + n })));
    await queue.addRequest({ url: 'https://example.com/0', uniqueKey: '0' });
    await queue.listHead({ limit: 3 });
    const { items: [first, second] } = await queue.listAndLockHead({ lockSecs: 60, limit: 2 });
    await queue.prolongRequestLock(first.id, { lockSecs: 60 });
    await queue.deleteRequestLock(first.id);
    await queue.updateRequest({ ...(await queue.getRequest(second.id)), handledAt: new Date().toISOString() });
    await queue.deleteRequest(first.id);
    await queue.listRequests({ limit: 10 });
    await queue.batchDeleteRequests([{ uniqueKey: '3' }, { uniqueKey: '4' }]);
    await Actor.exit();`;

const USED = {
    DATASET_WRITES: 20 + 2 + 3,
    DATASET_READS: 5 + 2 + 3,
    // The engine stored its input.
    KEY_VALUE_STORE_WRITES: 1 + 2 + 1,
    KEY_VALUE_STORE_READS: 1 + 3,
    KEY_VALUE_STORE_LISTS: 1,
    REQUEST_QUEUE_WRITES: 30 + 1 + 2 + 1 + 1 + 1 + 1 + 2,
    REQUEST_QUEUE_READS: 3 + 2 + 1 + 10,
    DATA_TRANSFER_INTERNAL_GBYTES: 0,
    PROXY_RESIDENTIAL_TRANSFER_GBYTES: 0,
    PROXY_SERPS: 0,
};

const ADDERS = { 'the built-in SDK': addSource, 'the real SDK': addSdkActor };

/** Every mode with every SDK that it supports. */
const CASES: [Mode, keyof typeof ADDERS][] = [
    ...able().map((mode): [Mode, keyof typeof ADDERS] => [mode, 'the built-in SDK']),
    ...able('ownSdk').map((mode): [Mode, keyof typeof ADDERS] => [mode, 'the real SDK']),
];

describe('the usage of a run', () => {
    it.each(CASES)('has each operation of its Actor: %s, %s', async (mode, sdk) => {
        const engine = await engineFor(mode);
        const actor = await ADDERS[sdk](engine, USES_STORAGES);

        const run = await engine.call(actor, { some: 'input' });

        const { status, usage, stats, statusMessage } = await run.info();
        expect({ status, statusMessage }).toMatchObject({ status: 'SUCCEEDED' });
        expect(usage).toMatchObject(USED);
        expect(usage.ACTOR_COMPUTE_UNITS).toBe(stats.computeUnits);
        expect(usage.ACTOR_COMPUTE_UNITS).toBeGreaterThan(0);
    });

    it.each(able())('is reported while the run is live, and final at its end: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            for (let n = 0; n < 50; n++) await Actor.pushData({ n });
            await Actor.setValue('half', true);
            while ((await Actor.getValue('go')) === null) await new Promise((resolve) => setTimeout(resolve, 5));
            await Actor.pushData({ n: 50 });
            await Actor.exit();`,
        );
        const run = await engine.start(actor);
        await waitUntil('the Actor to wait', async () => (await run.info()).usage.KEY_VALUE_STORE_READS > 0);

        const half = (await run.info()).usage;
        await run.keyValueStore.setRecord({ key: 'go', value: true });
        const end = (await run.finished()).usage;
        await run.dataset.pushItems([{ by: 'the host' }]);

        expect(half).toMatchObject({ DATASET_WRITES: 50, KEY_VALUE_STORE_WRITES: 1 });
        expect(end).toMatchObject({ DATASET_WRITES: 51, KEY_VALUE_STORE_WRITES: 1, DATASET_READS: 0 });
        expect((await engine.client.run(run.id).get())?.usage).toEqual(end);
    });

    it('counts operations by the run, on any storages, and none by others on its storages', async () => {
        const engine = await makeEngine();
        const other = await engine.call(await addSource(engine, 'export default () => "done"', 'other'));
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.apifyClient.run((await Actor.getInput()).runId).dataset().pushItems([{ a: 1 }, { a: 2 }]);
            await Actor.exit();`,
        );
        const before = (await other.info()).usage;

        const run = await engine.call(actor, { runId: other.id });
        await run.dataset.pushItems([{ by: 'the host' }]);
        await run.items();

        expect((await run.info()).usage).toMatchObject({ DATASET_WRITES: 2, DATASET_READS: 0 });
        expect((await other.info()).usage).toEqual(before);
        expect(before).toMatchObject({ DATASET_WRITES: 0, KEY_VALUE_STORE_WRITES: 1, KEY_VALUE_STORE_READS: 1 });
    });

    it('continues when the run is resurrected, also from a directory', async () => {
        const storageDir = await tempDir();
        const first = await makeEngine({ storageDir });
        const actor = await addSource(
            first,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.pushData([{ a: 1 }, { a: 2 }]);
            await Actor.exit();`,
        );
        const { id } = await first.call(actor, {});
        await first.close();
        const second = await makeEngine({ storageDir });

        const before = await second.client.run(id).get();
        await second.client.run(id).resurrect();
        const after = await second.client.run(id).waitForFinish();

        expect(before?.usage).toMatchObject({ DATASET_WRITES: 2, KEY_VALUE_STORE_WRITES: 1 });
        expect(after.usage).toMatchObject({ DATASET_WRITES: 4, KEY_VALUE_STORE_WRITES: 1 });
    });

    it('counts a write for the input of each metamorph', async () => {
        const engine = await makeEngine();
        await addSource(engine, 'export default () => {}', 'target');
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.metamorph('target', { become: 'target' });`,
        );

        const run = await engine.call(actor, { first: 'input' });

        expect((await run.info()).usage).toMatchObject({ KEY_VALUE_STORE_WRITES: 2, KEY_VALUE_STORE_READS: 1 });
    });

    it('costs nothing', async () => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, USES_STORAGES), {});

        const { usage, usageUsd, usageTotalUsd } = await run.info();

        expect(Object.keys(usageUsd)).toEqual(Object.keys(usage));
        expect([usageTotalUsd, ...Object.values(usageUsd)].every((usd) => usd === 0)).toBe(true);
    });
});

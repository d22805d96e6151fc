import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine, type ActorFunctionContext, type Engine, type EngineOptions, type RunHandle } from 'greenroom';
import { ManualClock } from 'greenroom/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documentsIn, journalOf, refuseWrites } from '../support/files/documents.js';
import { makeEngine } from '../support/make-engine.js';
import { perEvent } from '../support/actors/priced-actor.js';
import { tempDir } from '../support/files/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';

const KINDS = ['datasets', 'keyValueStores', 'requestQueues'] as const;

async function memory(): Promise<EngineOptions> {
    return {};
}

async function files(): Promise<EngineOptions> {
    return { storageDir: await tempDir() };
}

/** An Actor that fills its three storages and writes a line. */
async function addFiller(engine: Engine): Promise<void> {
    await engine.addActor({
        name: 'filler',
        run: async ({ Actor, log }) => {
            log.info('filling');
            await Actor.pushData({ n: 1 });
            await (await Actor.openRequestQueue()).addRequest({ url: 'https://example.com' });
            return 'filled';
        },
    });
}

/** Finishes a number of runs, one minute of the clock apart. */
async function runs(engine: Engine, clock: ManualClock, count: number): Promise<RunHandle[]> {
    const ended: RunHandle[] = [];
    for (let n = 0; n < count; n++) {
        ended.push(await engine.call('filler', { n }));
        await clock.advance('1m');
    }
    return ended;
}

async function isThere(engine: Engine, { id }: { id: string }): Promise<boolean> {
    return (await engine.client.run(id).get()) !== undefined;
}

/** Returns which default storages of a run exist. Looks them up by id, because the run may have been deleted. */
async function storagesOf(engine: Engine, run: RunHandle): Promise<string[]> {
    const { defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId } = await run.info();
    const { client } = engine;
    const infos = {
        dataset: await client.dataset(defaultDatasetId).get(),
        keyValueStore: await client.keyValueStore(defaultKeyValueStoreId).get(),
        requestQueue: await client.requestQueue(defaultRequestQueueId).get(),
    };
    return Object.entries(infos).flatMap(([name, info]) => (info === undefined ? [] : [name]));
}

describe.each([
    ['in memory', memory],
    ['in files', files],
])('old data, %s', (_where, makeOptions) => {
    it('is kept forever by default', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ ...(await makeOptions()), clock });
        await addFiller(engine);
        const { id } = await engine.client.datasets().getOrCreate();
        const ended = await runs(engine, clock, 12);

        expect(clock.pendingTimers).toBe(0);
        await clock.advance('3650d');

        expect(await engine.client.dataset(id).get()).toBeDefined();
        expect(await Promise.all(ended.map((run) => isThere(engine, run)))).toEqual(ended.map(() => true));
    });

    it('is deleted if it is an unused unnamed storage', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ ...(await makeOptions()), clock, dataRetentionDays: 7 });
        const { client } = engine;
        const unnamed = await Promise.all(KINDS.map((kind) => client[kind]().getOrCreate()));
        const named = await Promise.all(KINDS.map((kind) => client[kind]().getOrCreate('mine')));
        const listed = async (): Promise<string[]> => {
            const pages = await Promise.all(KINDS.map((kind) => client[kind]().list({ unnamed: true })));
            return pages.flatMap(({ items }) => items.map(({ id }) => id));
        };

        await clock.advance('7d');
        const atSevenDays = await listed();
        await clock.advance('1h');
        await waitUntil('the storages to go', async () => (await listed()).length <= 3);

        expect(atSevenDays.toSorted()).toEqual([...unnamed, ...named].map(({ id }) => id).toSorted());
        expect((await listed()).toSorted()).toEqual(named.map(({ id }) => id).toSorted());
        await clock.advance('365d');
        expect(await listed()).toHaveLength(3);
    });

    it('is kept as long as it is read, written or renamed', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ ...(await makeOptions()), clock, dataRetentionDays: 7 });
        const { client } = engine;
        const [read, written, once, forgotten] = await Promise.all(
            [1, 2, 3, 4].map(() => client.datasets().getOrCreate()),
        );
        for (let day = 0; day < 30; day += 6) {
            await client.dataset(read!.id).listItems();
            await client.dataset(written!.id).pushItems({ day });
            await clock.advance('6d');
            // It was old enough to be deleted within the hour, and then got a name.
            if (day === 0) await client.dataset(once!.id).update({ name: 'kept-after-all' });
        }
        const find = (id: string) => client.dataset(id).get();
        await waitUntil('the forgotten one to go', async () => (await find(forgotten!.id)) === undefined);

        expect((await Promise.all([read, written, once].map((info) => find(info!.id)))).every(Boolean)).toBe(true);
    });

    it('is deleted if it is a finished run, with its log and storages, except the ten latest', async () => {
        const options = await makeOptions();
        const clock = new ManualClock();
        const engine = await makeEngine({ ...options, clock, dataRetentionDays: 7 });
        await addFiller(engine);
        const ended = await runs(engine, clock, 12);
        const infos = await Promise.all(ended.map((run) => run.info()));

        await clock.advance('8d');
        await waitUntil('the first storages to go', async () => {
            return (
                (await Promise.all([ended[0]!, ended[1]!].map((run) => storagesOf(engine, run)))).flat().length === 0
            );
        });

        const { items } = await engine.client.runs().list();
        expect(items.map(({ id }) => id)).toEqual(ended.slice(2).map(({ id }) => id));
        expect(await engine.client.log(ended[0]!.id).get()).toBeUndefined();
        for (const run of ended.slice(2)) {
            expect(await run.info()).toEqual(infos[ended.indexOf(run)]);
            expect(await storagesOf(engine, run)).toEqual(['dataset', 'keyValueStore', 'requestQueue']);
            expect(await run.log.text()).toContain('filling');
        }
        // Each new run causes one old run to be deleted.
        const [latest] = await runs(engine, clock, 1);
        await clock.advance('1h');
        await waitUntil('the third run to go', async () => !(await isThere(engine, ended[2]!)));
        expect(await Promise.all([ended[3]!, latest!].map((run) => isThere(engine, run)))).toEqual([true, true]);
    });

    it('is kept if it is a named storage, even if its run is deleted', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ ...(await makeOptions()), clock, dataRetentionDays: 7 });
        await addFiller(engine);
        const [first] = await runs(engine, clock, 11);
        await first!.dataset.update({ name: 'results' });

        await clock.advance('30d');
        await waitUntil('the others to go', async () => (await storagesOf(engine, first!)).length <= 1);

        expect(await isThere(engine, first!)).toBe(false);
        expect(await storagesOf(engine, first!)).toEqual(['dataset']);
        expect((await engine.client.dataset('results').listItems()).items).toEqual([{ n: 1 }]);
    });

    it('expires later than its run if it was used later', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ ...(await makeOptions()), clock, dataRetentionDays: 7 });
        await addFiller(engine);
        const [first] = await runs(engine, clock, 11);
        await clock.advance('6d');
        await first!.items();

        await clock.advance('2d');
        await waitUntil('the others to go', async () => (await storagesOf(engine, first!)).length <= 1);
        expect([await isThere(engine, first!), await storagesOf(engine, first!)]).toEqual([false, ['dataset']]);

        await clock.advance('6d');
        await waitUntil('the dataset to go', async () => (await storagesOf(engine, first!)).length === 0);
    });

    it('does not include live runs and their storages; their age counts from the end', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ ...(await makeOptions()), clock, dataRetentionDays: 7 });
        await addFiller(engine);
        let end = (): void => {};
        await engine.addActor({ name: 'waiter', run: () => new Promise<void>((resolve) => (end = resolve)) });
        const waiter = await engine.start('waiter', {});
        const [, , ...others] = await runs(engine, clock, 12);

        await clock.advance('30d');
        expect(await waiter.info()).toMatchObject({ status: 'RUNNING' });
        expect(await storagesOf(engine, waiter)).toEqual(['dataset', 'keyValueStore', 'requestQueue']);
        end();
        await waiter.finished();
        await clock.advance('6d');
        expect(await isThere(engine, waiter)).toBe(true);
        await clock.advance('2d');
        await waitUntil('the run to go', async () => (await storagesOf(engine, waiter)).length === 0);

        expect(await isThere(engine, waiter)).toBe(false);
        expect(await Promise.all(others.map((run) => isThere(engine, run)))).toEqual(others.map(() => true));
    });

    it('counts the age again for a resurrected run', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ ...(await makeOptions()), clock, dataRetentionDays: 7 });
        await addFiller(engine);
        const [first] = await runs(engine, clock, 12);
        await clock.advance('6d');
        await first!.resurrect();
        await first!.finished();

        await clock.advance('6d');

        expect(await isThere(engine, first!)).toBe(true);
        expect(await first!.items()).toHaveLength(2);
    });
});

describe('old data in a directory', () => {
    it('is deleted when the directory is opened again', async () => {
        const storageDir = await tempDir();
        const clock = new ManualClock();
        const first = await createEngine({ storageDir, clock });
        await addFiller(first);
        const ended = await runs(first, clock, 12);
        const { id: unnamed } = await first.client.datasets().getOrCreate();
        await first.client.datasets().getOrCreate('mine');
        await first.close();
        await clock.advance('8d');

        const engine = await makeEngine({ storageDir, clock, dataRetentionDays: 7 });
        await clock.advance(0);
        await waitUntil('its datasets to go', () => documentsIn(storageDir, 'datasets').size === 11);

        expect((await engine.client.runs().list()).items.map(({ id }) => id)).toEqual(
            ended.slice(2).map(({ id }) => id),
        );
        expect(await engine.client.dataset(unnamed).get()).toBeUndefined();
        expect(await engine.client.dataset('mine').get()).toBeDefined();
        for (const { id } of ended.slice(0, 2)) {
            expect(documentsIn(storageDir, 'runs').has(id)).toBe(false);
            expect(existsSync(join(storageDir, 'logs', `${id}.log`))).toBe(false);
        }
    });

    it('causes no other error if its deletion fails, and is retried', async () => {
        const storageDir = await tempDir();
        const clock = new ManualClock();
        const warnings: string[] = [];
        const told: string[] = [];
        const logger = {
            debug() {},
            info(message: string) {
                told.push(message);
                throw new Error('a logger that is broken');
            },
            warn: (message: string) => void warnings.push(message),
            error() {},
        };
        const engine = await makeEngine({ storageDir, clock, logger, dataRetentionDays: 7 });
        await addFiller(engine);
        const [first, second] = await runs(engine, clock, 12);
        const allow = refuseWrites(journalOf(storageDir, 'runs'), (text) => text.startsWith(`["${first!.id}"`));
        await clock.advance('8d');
        await waitUntil('the second run to go', async () => (await storagesOf(engine, second!)).length === 0);

        expect(await isThere(engine, first!)).toBe(true);
        expect(await storagesOf(engine, first!)).toEqual(['dataset', 'keyValueStore', 'requestQueue']);
        expect(warnings[0]).toBe('Expired runs or storages could not be deleted (1); retrying in the next sweep.');
        await waitUntil('the sweep to be over', () => told.length > 0);
        expect(told).toEqual(['Deleted 1 run and 3 unnamed storages older than 7 days.']);

        allow();
        await clock.advance('1h');
        await waitUntil('the first run to go', async () => (await storagesOf(engine, first!)).length === 0);
        expect(await isThere(engine, first!)).toBe(false);
    });

    it('is left for the next start if the engine is closed meanwhile', async () => {
        const storageDir = await tempDir();
        const clock = new ManualClock();
        const first = await createEngine({ storageDir, clock, dataRetentionDays: 7 });
        await Promise.all(Array.from({ length: 200 }, () => first.client.keyValueStores().getOrCreate()));
        const advanced = clock.advance('8d');
        await waitUntil('the first to go', () => documentsIn(storageDir, 'key-value-stores').size < 200);

        await first.close();
        await advanced;
        const left = documentsIn(storageDir, 'key-value-stores');
        const second = await createEngine({ storageDir, clock });
        onTestFinished(() => second.close());

        expect((await second.client.keyValueStores().list({ unnamed: true })).total).toBe(left.size);
    });
});

describe('the option `dataRetentionDays`', () => {
    it.each([0, 0.5, -1, Infinity, NaN, '7', null])('is refused as %s', async (dataRetentionDays) => {
        await expect(createEngine({ dataRetentionDays } as never)).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringContaining('options.dataRetentionDays'),
        });
    });

    it('needs one timer, which ends when the engine is closed', async () => {
        const clock = new ManualClock();
        const engine = await createEngine({ clock, dataRetentionDays: 1.5 });
        await clock.advance('100h');
        const whileOpen = clock.pendingTimers;

        await engine.close();

        expect([whileOpen, clock.pendingTimers]).toEqual([1, 0]);
    });
});

describe('the charges of an old run', () => {
    it('are deleted with the run', async () => {
        const storageDir = await tempDir();
        const clock = new ManualClock();
        const engine = await makeEngine({ storageDir, clock, dataRetentionDays: 7 });
        const charges = async ({ Actor }: ActorFunctionContext) => void (await Actor.charge({ eventName: 'page' }));
        await engine.addActor({ name: 'filler', run: charges }, { pricing: perEvent({ page: 0.1 }) });
        const ended = await runs(engine, clock, 11);
        const ledgers = () => readdir(join(storageDir, 'registry', 'charges'));
        expect(await ledgers()).toHaveLength(11);

        await clock.advance('8d');

        await waitUntil('the first ledger to go', async () => (await ledgers()).length === 10);
        expect(await ledgers()).not.toContain(`${ended[0]!.id}.jsonl`);
    });
});

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createEngine } from 'greenroom';
import { startChild } from '../support/processes/child.js';
import { makeEngine } from '../support/make-engine.js';
import { seededRandom, createSeeds } from '../support/arbitraries/random.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { Engine } from 'greenroom';

/** Counts the records of each kind. */
async function countAll({ client }: Engine): Promise<Record<string, number>> {
    const datasets = await client.datasets().list();
    const items = await Promise.all(datasets.items.map(({ name }) => client.dataset(name!).listItems()));
    return {
        datasets: datasets.total,
        items: items.reduce((sum, { total }) => sum + total, 0),
        stores: (await client.keyValueStores().list()).total,
        queues: (await client.requestQueues().list()).total,
        actors: (await client.actors().list()).total,
        runs: (await client.runs().list()).total,
    };
}

const EMPTY = { datasets: 0, items: 0, stores: 0, queues: 0, actors: 0, runs: 0 };
const FULL = { datasets: 40, items: 8000, stores: 1, queues: 1, actors: 1, runs: 1 };

describe('a reset on disk', () => {
    it.each(createSeeds(3))(
        'leaves either the old state or an empty one if the process is killed during it (%i)',
        { timeout: 60_000 },
        async (seed) => {
            const storageDir = await tempDir();
            const child = startChild('state/resetting-host.ts', { args: [storageDir] });
            await child.lines().next();
            await delay(seededRandom(seed)() * 60);
            await child.kill();

            const engine = await makeEngine({ storageDir });

            const found = await countAll(engine);
            expect([FULL, EMPTY]).toContainEqual(found);
            await engine.addActor({ name: 'after', source: 'export default () => 2;' });
            expect(await (await engine.call('after')).output()).toBe(2);
        },
    );

    it('is completed by the next engine with a warning, and keeps the users', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        const { token } = first;
        await first.storages.seed({ datasets: { products: [{ sku: 'a' }] } });
        await first.close();
        const format = JSON.parse(await readFile(join(storageDir, 'format.json'), 'utf8')) as object;
        await writeFile(join(storageDir, 'format.json'), JSON.stringify({ ...format, isResetting: true }));
        await rm(join(storageDir, 'datasets'), { recursive: true });
        const warnings: string[] = [];
        const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };

        const engine = await makeEngine({ storageDir, logger });

        expect(warnings).toEqual([expect.stringContaining('reset has been completed')]);
        expect(await countAll(engine)).toEqual(EMPTY);
        expect(engine.token).toBe(token);
    });

    it('removes everything, also after reopening', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        const { token } = engine;
        await engine.storages.seed({ datasets: { products: [{ sku: 'a' }] }, keyValueStores: { config: { KEY: 1 } } });
        await engine.addActor({ name: 'actor', source: 'export default () => 1;' });
        await engine.call('actor');

        await engine.reset();

        expect(await countAll(engine)).toEqual(EMPTY);
        await engine.storages.seed({ datasets: { after: [{ sku: 'b' }] } });
        await engine.close();
        const again = await makeEngine({ storageDir });
        expect(again.token).toBe(token);
        expect(await countAll(again)).toEqual({ ...EMPTY, datasets: 1, items: 1 });
    });

    it('leaves an unusable engine with a clear error if writing fails', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        await engine.client.datasets().getOrCreate('kept');
        await rm(join(storageDir, 'format.json'));
        await mkdir(join(storageDir, 'format.json', 'in-the-way'), { recursive: true });
        const failed = { code: 'storage-failed', message: expect.stringMatching(/format\.json.*create a new one/) };

        await expect(engine.reset()).rejects.toMatchObject(failed);

        await expect(engine.client.datasets().list()).rejects.toMatchObject(failed);
        await engine.close();
        await rm(join(storageDir, 'format.json'), { recursive: true });
        await writeFile(join(storageDir, 'format.json'), '{ "version": 3 }');
        const again = await makeEngine({ storageDir });
        expect((await again.client.datasets().list()).items.map(({ name }) => name)).toEqual(['kept']);
    });

    it('keeps the lock of the directory', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });

        await engine.reset();

        await expect(createEngine({ storageDir })).rejects.toMatchObject({ code: 'storage-in-use' });
        await engine.close();
        await makeEngine({ storageDir });
    });
});

describe('a snapshot of an engine on disk', () => {
    it('is rejected, and so is a restore', async () => {
        const memory = await makeEngine();
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        await engine.client.datasets().getOrCreate('kept');
        const refused = { code: 'snapshot-not-usable', message: expect.stringContaining(storageDir) };

        await expect(engine.snapshot()).rejects.toMatchObject(refused);
        await expect(engine.restore(await memory.snapshot())).rejects.toMatchObject(refused);

        expect((await engine.client.datasets().list()).total).toBe(1);
    });
});

describe('an engine under load', () => {
    it('kills 50 runs at once and restores the snapshot', { timeout: 60_000 }, async () => {
        const engine = await makeEngine();
        await engine.addActor({
            name: 'busy',
            run: async ({ Actor, signal }) => {
                const queue = await Actor.openRequestQueue();
                for (let n = 0; !signal.aborted; n++) {
                    await Actor.pushData({ n });
                    await Actor.setValue('STATE', { n });
                    await queue.addRequest({ url: `https://example.com/${n}` });
                    // Awaiting only resolved promises would block all other work.
                    await setImmediate();
                }
            },
        });
        await engine.addActor({
            name: 'threaded',
            source: 'export default () => new Promise(() => setInterval(() => {}, 9));',
        });
        await engine.storages.seed({ datasets: { products: [{ sku: 'a' }] } });
        const snapshot = await engine.snapshot();
        const warnings: unknown[] = [];
        engine.on('warning', (warning) => warnings.push(warning));
        const runs = await Promise.all(
            Array.from({ length: 50 }, (_, n) => engine.start(n % 25 === 0 ? 'threaded' : 'busy')),
        );
        const during = await engine.snapshot();

        const ends = Promise.all(runs.map((run) => run.finished()));
        await engine.restore(snapshot);

        expect(new Set((await ends).map(({ status }) => status))).toEqual(new Set(['ABORTED']));
        expect((await engine.client.runs().list()).total).toBe(0);
        expect((await engine.client.datasets().list({ unnamed: true })).total).toBe(1);
        expect(warnings).toEqual([]);
        await engine.restore(during);
        expect((await engine.client.runs().list()).items.map(({ status }) => status)).toEqual(
            Array.from({ length: 50 }, () => 'ABORTED'),
        );
    });
});

import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createEngine } from 'greenroom';
import { startChild } from '../support/child.js';
import { makeEngine } from '../support/make-engine.js';
import { seededRandom } from '../support/random.js';
import { tempDir } from '../support/temp-dir.js';
import type { Engine } from 'greenroom';

/** The marks of all that there is; a whole state has one. */
async function marksOf(engine: Engine): Promise<{ marks: string[]; counts: number[] }> {
    const { client } = engine;
    const names = (await client.datasets().list()).items.map(({ name }) => name!);
    const pages = await Promise.all(names.map((name) => client.dataset(name).listItems()));
    const requests = (await client.requestQueue('todo').listHead()).items;
    const actors = (await client.actors().list()).items;
    const runs = (await client.runs().list()).items;
    const outputs = await Promise.all(runs.map(({ id }) => client.run(id).keyValueStore().getRecord('OUTPUT')));
    const marks = [
        ...pages.flatMap(({ items }) => items.map((item) => (item as unknown as { mark: string }).mark)),
        ...requests.map(({ url }) => url.split('/').at(-1)!),
        ...actors.map(({ name }) => name.replace('actor-', '')),
        ...outputs.map((record) => record!.value as string),
        (await client.keyValueStore('config').getRecord('MARK'))!.value as string,
    ];
    return {
        marks: [...new Set(marks)],
        counts: [names.length, marks.length, actors.length, runs.length],
    };
}

describe('a state that is restored on disk', () => {
    it.each([1, 2, 3, 4, 5, 6])(
        'is whole, or is the one before, when the process is killed in the midst (%i)',
        { timeout: 60_000 },
        async (seed) => {
            const storageDir = await tempDir();
            const child = startChild('state/restoring-host.ts', { args: [storageDir] });
            await child.lines().next();
            const random = seededRandom(seed);
            await delay(random() * 300);
            await child.kill();

            const engine = await makeEngine({ storageDir });

            const { marks, counts } = await marksOf(engine);
            expect(marks).toHaveLength(1);
            expect(counts).toEqual([10, 10 * 200 + 4, 1, 1]);
            const run = await engine.call(`actor-${marks[0]!}`);
            expect(await run.output()).toBe(marks[0]);
            expect((await readdir(storageDir)).filter((name) => /next-state|switch/.test(name))).toEqual([]);
        },
    );

    it('is told of when it had not come to count', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.storages.seed({ datasets: { products: [{ sku: 'a' }] } });
        await first.close();
        await mkdir(join(storageDir, 'next-state', 'datasets'), { recursive: true });
        await writeFile(join(storageDir, 'next-state', 'state-switch.json'), '{"entries":["data');
        const warnings: string[] = [];
        const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };

        const engine = await makeEngine({ storageDir, logger });

        expect(warnings).toEqual([expect.stringContaining('it has the one that it had before')]);
        expect((await engine.client.dataset('products').listItems()).total).toBe(1);
        expect((await readdir(storageDir)).filter((name) => /next-state|switch/.test(name))).toEqual([]);
    });

    it.each([0, 1, 3, 5])(
        'takes the place of the other one, of which %i parts had been moved when the process was killed',
        async (moved) => {
            const storageDir = await tempDir();
            const first = await createEngine({ storageDir });
            await first.storages.seed({ datasets: { after: [{ sku: 'a' }] }, keyValueStores: { after: { KEY: 1 } } });
            await first.addActor({ name: 'after', source: 'export default () => 1;' });
            await first.close();
            const parts = ['datasets', 'key-value-stores', 'registry', 'logs', 'sources'];
            const next = join(storageDir, 'next-state');
            await mkdir(next);
            for (const part of parts) await rename(join(storageDir, part), join(next, part));
            await writeFile(join(storageDir, 'state-switch.json'), JSON.stringify({ entries: parts }));
            await mkdir(join(storageDir, 'request-queues', 'before'), { recursive: true });
            for (const part of parts.slice(0, moved)) await rename(join(next, part), join(storageDir, part));
            // What was about to be removed may be there in part.
            for (const part of parts.slice(moved)) await mkdir(join(storageDir, part, 'before'), { recursive: true });

            const engine = await makeEngine({ storageDir });

            expect((await engine.client.dataset('after').listItems()).total).toBe(1);
            expect((await engine.client.keyValueStore('after').getRecord('KEY'))?.value).toBe(1);
            expect(await (await engine.call('after')).output()).toBe(1);
            expect(existsSync(join(storageDir, 'request-queues', 'before'))).toBe(false);
            expect(existsSync(join(storageDir, 'datasets', 'before'))).toBe(false);
        },
    );

    it('is refused where the marker of a switch makes no sense', async () => {
        const storageDir = await tempDir();
        await writeFile(join(storageDir, 'format.json'), '{ "version": 1 }');
        await writeFile(join(storageDir, 'state-switch.json'), '{"entries":["../../etc"]}');

        await expect(createEngine({ storageDir })).rejects.toMatchObject({
            code: 'storage-corrupted',
            message: expect.stringContaining('state-switch.json'),
        });
        await writeFile(join(storageDir, 'state-switch.json'), '{"entries":[]}');
        await makeEngine({ storageDir });
    });

    it('leaves the one before, and an engine that says so, where the disk does not take the switch', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        await engine.client.datasets().getOrCreate('kept');
        const snapshot = await engine.snapshot();
        await engine.client.datasets().getOrCreate('later');
        await mkdir(join(storageDir, 'state-switch.json', 'in-the-way'), { recursive: true });
        const failed = {
            code: 'storage-failed',
            message: expect.stringMatching(/state-switch\.json.*create a new one/),
        };

        await expect(engine.restore(snapshot)).rejects.toMatchObject(failed);

        await expect(engine.client.datasets().list()).rejects.toMatchObject(failed);
        await engine.close();
        await rm(join(storageDir, 'state-switch.json'), { recursive: true });
        const again = await makeEngine({ storageDir });
        const { items } = await again.client.datasets().list();
        expect(items.map(({ name }) => name)).toEqual(['kept', 'later']);
    });

    it('stays owned by its engine while it becomes another', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        const snapshot = await engine.snapshot();

        await engine.restore(snapshot);

        await expect(createEngine({ storageDir })).rejects.toMatchObject({ code: 'storage-in-use' });
        await engine.close();
        await makeEngine({ storageDir });
    });
});

describe('an engine under load', () => {
    it.each(['in memory', 'on disk'])(
        'ends 50 runs at once, and has the state of the snapshot: %s',
        { timeout: 60_000 },
        async (where) => {
            const engine = await makeEngine(where === 'on disk' ? { storageDir: await tempDir() } : {});
            await engine.addActor({
                name: 'busy',
                run: async ({ Actor, signal }) => {
                    const queue = await Actor.openRequestQueue();
                    for (let n = 0; !signal.aborted; n++) {
                        await Actor.pushData({ n });
                        await Actor.setValue('STATE', { n });
                        await queue.addRequest({ url: `https://example.com/${n}` });
                        // What only ever awaits what is there would let nobody else have a turn.
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
        },
    );
});

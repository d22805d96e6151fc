import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import type { EngineOptions, RunHandle } from 'greenroom';

/** Pushes numbered items forever, and reports the number of pushed items when a record requests it. */
const PUSHES_FOR_EVER = `
    import { Actor } from 'apify';
    await Actor.init();
    for (let n = 0; ; n++) await Actor.pushData({ n });`;

async function memory(): Promise<EngineOptions> {
    return {};
}

async function files(): Promise<EngineOptions> {
    const storageDir = await mkdtemp(join(tmpdir(), 'greenroom-test-'));
    onTestFinished(() => rm(storageDir, { recursive: true, force: true }));
    return { storageDir };
}

async function until(run: RunHandle, count: number): Promise<void> {
    while ((await run.info()).stats.datasetItems < count) await new Promise((resolve) => setImmediate(resolve));
}

describe.each([
    ['in memory', memory],
    ['in files', files],
])('direct writes of an Actor, %s', (_where, options) => {
    it('survive a kill during a push, once and in order', async () => {
        const engine = await makeEngine(await options());
        const run = await engine.start(await addSource(engine, PUSHES_FOR_EVER));

        await until(run, 20_000);
        await run.abort();
        await run.finished();

        const items = await run.items();
        expect(items.length).toBeGreaterThanOrEqual(20_000);
        expect(items.every(({ n }, index) => n === index)).toBe(true);
        expect((await run.info()).stats.datasetItems).toBe(items.length);
    });

    it('can be read during a push, and are never partial', async () => {
        const engine = await makeEngine(await options());
        const run = await engine.start(await addSource(engine, PUSHES_FOR_EVER));
        await until(run, 1);

        for (let round = 0; round < 20; round++) {
            const { items, total } = await run.dataset.listItems({ desc: true, limit: 5 });
            expect(items[0]).toEqual({ n: total - 1 });
        }

        await run.abort();
        await run.finished();
    });

    it('keep their order among the items that the host pushes', async () => {
        const engine = await makeEngine(await options());
        const run = await engine.start(await addSource(engine, PUSHES_FOR_EVER));
        await until(run, 1);

        for (let host = 0; host < 50; host++) await run.dataset.pushItems({ host });
        await until(run, 5_000);
        await run.abort();
        await run.finished();

        const items = await run.items();
        const own = items.filter((item) => 'n' in item);
        expect(own.every(({ n }, index) => n === index)).toBe(true);
        expect(items.filter((item) => 'host' in item)).toEqual(Array.from({ length: 50 }, (_, host) => ({ host })));
        expect((await run.dataset.get())?.itemCount).toBe(items.length);
    });

    it('are stored once each if the Actor does not await them', async () => {
        const engine = await makeEngine(await options());
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            for (let round = 0; round < 50; round++) {
                await Promise.all(Array.from({ length: 200 }, (_, n) => Actor.pushData({ n: round * 200 + n })));
            }
            await Actor.exit();`,
        );

        const run = await engine.call(actor);

        const numbers = (await run.items()).map(({ n }) => Number(n));
        expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
    });

    it('let the Actor receive an abort', async () => {
        const engine = await makeEngine(await options());
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            let stop = false;
            Actor.on('aborting', () => { stop = true; });
            let n = 0;
            while (!stop) await Actor.pushData({ n: n++ });
            await Actor.setValue('COUNT', n);
            await Actor.exit();`,
        );
        const run = await engine.start(actor);
        await until(run, 1_000);

        await run.abort({ gracefully: true });
        const { status, exitCode, stats } = await run.finished();

        expect({ status, exitCode }).toEqual({ status: 'ABORTED', exitCode: 0 });
        expect(stats.datasetItems).toBeGreaterThanOrEqual(1_000);
    });

    it('are refused after the dataset was deleted', async () => {
        const engine = await makeEngine(await options());
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.pushData({ a: 1 });
            const dataset = await Actor.openDataset();
            await dataset.drop();
            const error = await Actor.pushData({ a: 2 }).catch((thrown) => thrown);
            await Actor.setValue('OUTPUT', error?.code ?? 'no error');
            await Actor.exit();`,
        );

        const run = await engine.call(actor);

        expect(await run.output()).toBe('record-not-found');
    });

    it('can be of any size and language', async () => {
        const engine = await makeEngine(await options());
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.pushData({ text: 'ü😀\\n\\u2028' });
            await Actor.pushData([]);
            await Actor.pushData({ text: 'x'.repeat(200_000) });
            await Actor.pushData(Array.from({ length: 3_000 }, (_, n) => ({ n, text: 'y'.repeat(100) })));
            await Actor.pushData({ last: true });
            await Actor.exit();`,
        );

        const run = await engine.call(actor);

        const items = await run.items();
        expect(items).toHaveLength(3_003);
        expect(items[0]).toEqual({ text: 'ü😀\n\u2028' });
        expect(String(items[1]?.['text'])).toHaveLength(200_000);
        expect(items[3_001]).toEqual({ n: 2_999, text: 'y'.repeat(100) });
        expect(items[3_002]).toEqual({ last: true });
    });
});

import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { addSource, stripTimestamps } from '../../support/make-engine.js';
import { waitUntil } from '../../support/wait-until.js';
import { able, engineFor, startReady } from './modes.js';

const SAVES_AND_STOPS = `import { Actor } from 'apify';
    await Actor.init();
    Actor.on('aborting', async () => {
        await Actor.setValue('STATE', { saved: true });
        await Actor.exit('saved and stopped');
    });
    const timer = setInterval(() => {}, 1000);
    timer.unref?.();
    console.log('ready');
    await new Promise((resolve) => setTimeout(resolve, 60_000).ref());`;

const IGNORES = `import { Actor } from 'apify';
    Actor.on('aborting', () => console.log('heard, and ignored'));
    console.log('ready');
    await new Promise((resolve) => { globalThis.waiting = setInterval(() => {}, 1000); });`;

describe('a run that is stopped from outside', () => {
    it.each(able())('is aborted immediately: %s', async (mode) => {
        const engine = await engineFor(mode);
        const run = await startReady(engine, IGNORES);

        await run.abort();

        expect((await run.finished()).status).toBe('ABORTED');
    });

    it.each(able())('saves its state when it is aborted gracefully: %s', async (mode) => {
        const engine = await engineFor(mode);
        const run = await startReady(engine, SAVES_AND_STOPS);

        await run.abort({ gracefully: true });

        expect(await run.finished()).toMatchObject({ status: 'ABORTED', statusMessage: 'saved and stopped' });
        expect((await run.keyValueStore.getRecord('STATE'))?.value).toEqual({ saved: true });
    });

    it.each(able())('is killed after the grace period if it ignores the abort: %s', async (mode) => {
        const clock = new ManualClock();
        const engine = await engineFor(mode, { clock });
        const run = await startReady(engine, IGNORES);

        await run.abort({ gracefully: true });
        for await (const line of run.log) if (line.endsWith('heard, and ignored')) break;
        expect(run.status).toBe('ABORTING');
        await clock.advance('30s');

        expect((await run.finished()).status).toBe('ABORTED');
    });

    it.each(able())('times out: %s', async (mode) => {
        const clock = new ManualClock();
        const engine = await engineFor(mode, { clock });
        const run = await startReady(engine, SAVES_AND_STOPS, 3600);

        await clock.advance('1h');

        expect(await run.finished()).toMatchObject({ status: 'TIMED-OUT' });
        expect((await run.keyValueStore.getRecord('STATE'))?.value).toEqual({ saved: true });
    });

    it.each(able('ownEventLoop'))('ends in an endless loop, with every line before it: %s', async (mode) => {
        const engine = await engineFor(mode);
        const run = await startReady(engine, `console.log('busy'); console.log('ready'); for (;;);`);

        await run.abort();

        expect((await run.finished()).status).toBe('ABORTED');
        expect(stripTimestamps(await run.log.text()).slice(0, 2)).toEqual(['busy', 'ready']);
    });

    it.each(able('children'))('kills its child processes with it: %s', async (mode) => {
        const engine = await engineFor(mode);
        const run = await engine.start(
            await addSource(
                engine,
                `import { spawn } from 'node:child_process';
                    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
                    console.log('pid ' + child.pid);
                    setInterval(() => {}, 1000);`,
            ),
        );
        let pid = 0;
        for await (const line of run.log) {
            pid = Number(/pid (\d+)$/.exec(line)?.[1] ?? 0);
            if (pid !== 0) break;
        }
        expect(isAlive(pid)).toBe(true);

        await run.abort();
        await run.finished();

        await waitUntil('the process to be gone', () => !isAlive(pid));
    });
});

function isAlive(pid: number): boolean {
    try {
        return process.kill(pid, 0);
    } catch {
        return false;
    }
}

describe('a run that continues', () => {
    it.each(able())('as another Actor after a metamorph: %s', async (mode) => {
        const engine = await engineFor(mode);
        await addSource(engine, 'export default ({ input }) => ({ became: input.as });', 'the-other');
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.main(async () => {
                await Actor.pushData({ before: true });
                await Actor.metamorph('the-other', { as: 'another' });
            });`,
        );

        const run = await engine.call(actor);

        expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', stats: { metamorph: 1 } });
        expect(await run.items()).toEqual([{ before: true }]);
        expect(await run.output()).toEqual({ became: 'another' });
    });

    const COUNTS = `import { Actor } from 'apify';
        export default async () => {
            const count = ((await Actor.getValue('count')) ?? 0) + 1;
            await Actor.setValue('count', count);
            if (count < 3) await Actor.reboot();
            return count;
        };`;

    it.each(able())('on the same storages after reboots: %s', async (mode) => {
        const engine = await engineFor(mode);

        const run = await engine.call(await addSource(engine, COUNTS));

        expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', stats: { rebootCount: 2 } });
        expect(await run.output()).toBe(3);
    });

    it.each(able())('after a failure, with restart on error: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            export default async () => {
                const count = ((await Actor.getValue('count')) ?? 0) + 1;
                await Actor.setValue('count', count);
                if (count < 3) throw new Error('not yet');
                return count;
            };`,
        );

        const run = await engine.call(actor, undefined, { restartOnError: true });

        expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', exitCode: 0, stats: { restartCount: 2 } });
        expect(await run.output()).toBe(3);
    });

    it.each(able())('after a resurrection: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.main(async () => {
                await Actor.pushData({ time: 1 });
                if ((await (await Actor.openDataset()).getInfo()).itemCount < 2) await Actor.fail('once more');
            });`,
        );
        const run = await engine.call(actor);
        expect(run.status).toBe('FAILED');

        await run.resurrect();

        expect((await run.finished()).status).toBe('SUCCEEDED');
        expect(await run.items()).toHaveLength(2);
    });
});

describe('the state of modules', () => {
    const REMEMBERS = 'let count = 0; export default () => (count += 1);';

    it.each([
        ['thread', [1, 1, 1]],
        ['pooled', [1, 2, 3]],
        ['process', [1, 1, 1]],
        ['inline', [1, 2, 3]],
    ] as const)('is kept between runs, or not: %s %j', async (mode, counts) => {
        const engine = await engineFor(mode);
        const actor = await addSource(engine, REMEMBERS);

        const outputs: unknown[] = [];
        for (const _ of counts) outputs.push(await (await engine.call(actor)).output());

        expect(outputs).toEqual(counts);
    });
});

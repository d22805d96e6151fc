import { chaos, ManualClock, until } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { forEachLabelled } from '../support/for-each-labelled.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import type { Engine, RunHandle, StartOptions } from 'greenroom';

/** Runs until it receives the event `aborting`, and then logs it. */
const WORKS = `import { Actor } from 'apify';
    await Actor.init();
    Actor.on('aborting', async () => {
        await Actor.setValue('HEARD', true);
        // Not awaited: the real SDK waits for its listeners before it exits, including this one.
        void Actor.exit({ exitCode: 0 });
    });
    await Actor.pushData({ n: 1 });
    console.log('ready');
    setInterval(() => {}, 1000);
    await new Promise(() => {});`;

type Isolation = NonNullable<StartOptions['isolation']>;

const ISOLATIONS: readonly Isolation[] = ['thread', 'pooled', 'process', 'inline'];
/** An Actor with its own SDK cannot run inline. */
const KINDS = [...ISOLATIONS.map((isolation) => `${isolation}, built-in SDK`), 'thread, real SDK', 'process, real SDK'];

async function startWorking(engine: Engine, kind: string, options: StartOptions = {}): Promise<RunHandle> {
    const [isolation, sdk] = kind.split(', ');
    const actor =
        sdk === 'real SDK' ? await addSdkActor(engine, WORKS) : await addSource(engine, WORKS, `works-${isolation}`);
    const run = await engine.start(actor, {}, { memory: 256, ...options, isolation: isolation as Isolation });
    await until(run, { log: 'ready' });
    return run;
}

describe('chaos', () => {
    it('times a run out, and sends the event `aborting`', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const startedAt = clock.now();
        await forEachLabelled(KINDS, async (kind) => {
            const run = await startWorking(engine, kind, { timeout: 3600 });
            const statuses: string[] = [];
            run.on('status-changed', (event) => statuses.push(event.run.status));

            const then = await chaos(run).timeout();
            const end = await run.finished();

            expect(then.status).toBe('TIMING-OUT');
            expect(statuses).toEqual(['TIMING-OUT', 'TIMED-OUT']);
            expect(end.statusMessage).toBe('Actor timed out after 3600 s');
            expect((await run.keyValueStore.getRecord('HEARD'))?.value).toBe(true);
        });
        expect(clock.now()).toBe(startedAt);
    });

    it('grants the grace period of a timeout to an Actor that does not exit', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock, timeoutGraceSecs: 10 });
        await addSource(engine, `console.log('ready'); setInterval(() => {}, 1000);`);
        const run = await engine.start('under-test');
        await until(run, { log: 'ready' });

        await chaos(run).timeout();
        await clock.advance('9s');
        const during = run.status;
        await clock.advance('1s');
        const end = await run.finished();

        expect(during).toBe('TIMING-OUT');
        expect(end).toMatchObject({ status: 'TIMED-OUT', statusMessage: 'Actor timed out' });
    });

    it('fails a run as out of memory', async () => {
        const engine = await makeEngine();
        await forEachLabelled(KINDS, async (kind) => {
            const run = await startWorking(engine, kind);

            await chaos(run).oom();
            const end = await run.finished();

            expect(end).toMatchObject({
                status: 'FAILED',
                exitCode: 137,
                statusMessage:
                    "The Actor ran out of memory: it used more than its 256 MB (peak: 256 MB). Increase the run's memory.",
            });
            expect(await run.items()).toEqual([{ n: 1 }]);
            expect(await run.keyValueStore.getRecord('HEARD')).toBeUndefined();
        });
    });

    it('crashes an Actor, and logs the crash', async () => {
        const engine = await makeEngine();
        await forEachLabelled(KINDS, async (kind) => {
            const run = await startWorking(engine, kind);

            await chaos(run).crash({ message: 'the disk is on fire', exitCode: 7 });
            const end = await run.finished();

            expect(end).toMatchObject({
                status: 'FAILED',
                exitCode: 7,
                statusMessage: 'Actor finished with exit code 7: Error: the disk is on fire',
            });
            expect(await run.log.text()).toContain('the disk is on fire');
        });
    });

    it.each(['oom', 'crash'] as const)('restarts an Actor with `restartOnError`: %s', async (failure) => {
        const engine = await makeEngine();
        await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const starts = ((await Actor.getValue('STARTS')) ?? 0) + 1;
            await Actor.setValue('STARTS', starts);
            console.log('start ' + starts);
            if (starts === 2) await Actor.exit('done at the second');
            setInterval(() => {}, 1000);`,
        );
        const run = await engine.start('under-test', {}, { restartOnError: true });
        await until(run, { log: 'start 1' });

        await chaos(run)[failure]();
        const end = await run.finished();

        expect(end).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'done at the second' });
        expect(end.stats.restartCount).toBe(1);
    });

    it('keeps ABORTED for a run that is being aborted', async () => {
        const engine = await makeEngine();
        await addSource(engine, `console.log('ready'); setInterval(() => {}, 1000);`);
        const run = await engine.start('under-test');
        await until(run, { log: 'ready' });
        await run.abort({ gracefully: true });

        await chaos(run).crash();
        const end = await run.finished();

        expect(end).toMatchObject({ status: 'ABORTED', exitCode: 1 });
    });

    it.each(['timeout', 'oom', 'crash'] as const)('is rejected after the end of a run: %s', async (failure) => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, 'export default () => 1;'));

        await expect(chaos(run)[failure]()).rejects.toMatchObject({
            code: 'job-finished',
            message: expect.stringContaining('has already finished (SUCCEEDED)'),
        });
    });

    it('rejects other values, with a remedy', async () => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, 'export default () => 1;'));

        expect(() => chaos('some-run' as never)).toThrow("`run` is 'some-run', but must be a run");
        await expect(chaos(run).crash({ exitcode: 3 } as never)).rejects.toThrow('Did you mean `exitCode`?');
        await expect(chaos(run).crash({ exitCode: 0 })).rejects.toMatchObject({ code: 'invalid-value' });
    });
});

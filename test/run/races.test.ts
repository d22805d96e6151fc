import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';
import { createEngine, type Engine, type RunHandle } from 'greenroom';

/** Logs `ready`, and runs until it is killed. */
const STAYS = `import { Actor } from 'apify';
    await Actor.init();
    console.log('ready');
    setInterval(() => {}, 1000);`;

/** Logs the request to stop, and continues. */
const HEARS = `import { Actor } from 'apify';
    await Actor.init();
    Actor.on('aborting', () => console.log('heard'));
    console.log('ready');
    setInterval(() => {}, 1000);`;

async function startReady(engine: Engine, source: string, options = {}): Promise<RunHandle> {
    const run = await engine.start(await addSource(engine, source), {}, options);
    await seen(run, 'ready');
    return run;
}

async function seen(run: RunHandle, line: string): Promise<void> {
    for await (const logged of run.log) if (logged.endsWith(` ${line}`)) return;
    throw new Error(`The log has ended without: ${line}`);
}

describe('at the same time as the end of a run', () => {
    it('an exit at the deadline: the run either ended in time or not', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const source = `console.log('ready'); process.stdout.write(''); setImmediate(() => process.exit(0));`;
        const runs = await Promise.all(Array.from({ length: 20 }, () => startReady(engine, source, { timeout: 1 })));

        await clock.advance('1s');
        const ends = await Promise.all(runs.map((run) => run.finished()));

        const kinds = new Set(ends.map(({ status, exitCode }) => `${status} ${exitCode}`));
        expect(['SUCCEEDED 0', 'TIMED-OUT 0']).toEqual(expect.arrayContaining([...kinds]));
    });

    it('two aborts: both are answered', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine, STAYS);

        const answers = await Promise.all([run.abort(), run.abort(), run.abort({ gracefully: true })]);

        for (const { status } of answers) expect(status).toMatch(/^ABORT(?:ING|ED)$/);
        expect((await run.finished()).status).toBe('ABORTED');
        expect((await run.abort()).status).toBe('ABORTED');
    });

    it('a metamorph during a graceful abort: it is refused', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine, HEARS);
        await run.abort({ gracefully: true });
        await seen(run, 'heard');

        const refusal = run.metamorph('under-test');

        await expect(refusal).rejects.toMatchObject({ code: 'job-finished' });
        await run.abort();
        expect(await run.finished()).toMatchObject({ status: 'ABORTED', stats: { metamorph: 0 } });
    });

    it.each(['reboot', 'migrate'] as const)('a graceful abort while the Actor restarts: %s', async (verb) => {
        const engine = await makeEngine();
        const run = await startReady(engine, HEARS);

        const [, aborting] = await Promise.all([run[verb](), run.abort({ gracefully: true })]);

        expect(aborting.status).toMatch(/^ABORT(?:ING|ED)$/);
        await run.abort();
        expect((await run.finished()).status).toBe('ABORTED');
    });

    it('a resurrection immediately after an abort: it waits for the end of the run', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine, STAYS);
        await run.abort();

        const tooSoon = await run.resurrect().catch((error: { code: string }) => error.code);
        await run.finished();
        const revived = tooSoon === 'run-not-finished' ? await run.resurrect() : tooSoon;

        expect(revived).toMatchObject({ stats: { resurrectCount: 1 } });
        await waitUntil('the Actor to be there again', async () => /ready[^]*ready/.test(await run.log.text()));
        await run.abort();
        expect((await run.finished()).status).toBe('ABORTED');
    });

    it.each(['run.status-changed', 'run.finished'] as const)(
        'a resurrection by a listener to the end: %s',
        async (event) => {
            const engine = await makeEngine({ maxConcurrentRuns: 1 });
            await addSource(engine, `console.log('ready');`);
            const resurrections: Promise<unknown>[] = [];
            engine.on(event, ({ run }) => {
                const isFirst = run.status === 'SUCCEEDED' && run.stats.resurrectCount === 0;
                if (isFirst && resurrections.length === 0) resurrections.push(engine.run(run.id)!.resurrect());
            });

            const run = await engine.call('under-test');
            const [resurrection] = await Promise.all(resurrections);
            const end = await run.finished();

            expect(resurrection).toMatchObject({ stats: { resurrectCount: 1 } });
            expect(end).toMatchObject({ status: 'SUCCEEDED', stats: { resurrectCount: 1 } });
            expect((await run.log.text()).match(/ready/g)).toHaveLength(2);
            // The slot released by the run is free for another one.
            expect((await engine.call('under-test')).status).toBe('SUCCEEDED');
        },
    );

    it('a status message: it is accepted even if the run has ended', async () => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, 'export default () => 1;'));

        await engine.client.run(run.id).update({ statusMessage: 'looked at', isStatusMessageTerminal: true });

        expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'looked at' });
    });

    it('a terminal status message of the Actor: the end does not replace it', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const source = `import { Actor } from 'apify';
            await Actor.init();
            await Actor.setStatusMessage('my last word', { isStatusMessageTerminal: true });
            console.log('ready');
            setInterval(() => {}, 1000);`;
        const runs = [await startReady(engine, source, { timeout: 10 }), await startReady(engine, source)] as const;

        await clock.advance('10s');
        await clock.advance('30s');
        await runs[1].abort();

        expect(await runs[0].finished()).toMatchObject({ status: 'TIMED-OUT', statusMessage: 'my last word' });
        expect(await runs[1].finished()).toMatchObject({ status: 'ABORTED', statusMessage: 'my last word' });
    });
});

describe('an engine that is closed while runs start', () => {
    it.each([true, false])('leaves no unfinished run (by force: %s)', async (force) => {
        const engine = await createEngine({ abortGraceSecs: 0.2 });
        await addSource(engine, STAYS);
        const starts = Promise.allSettled(
            Array.from({ length: 20 }, () => engine.start('under-test', { some: 'input' })),
        );

        await engine.close({ force });
        const settled = await starts;

        for (const start of settled) {
            if (start.status === 'fulfilled') expect(start.value.status).toBe('ABORTED');
            else expect(start.reason).toMatchObject({ code: 'engine-closed' });
        }
        expect(settled).toHaveLength(20);
    });

    it('refuses later resurrections', async () => {
        const engine = await createEngine();
        const run = await engine.call(await addSource(engine, 'export default () => 1;'));

        const [, refusal] = await Promise.allSettled([engine.close(), run.resurrect()]);

        expect(refusal).toMatchObject({ status: 'rejected', reason: { code: 'engine-closed' } });
    });
});

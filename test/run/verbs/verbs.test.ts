import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { documentsIn } from '../../support/files/documents.js';
import { addSource, makeEngine, stripTimestamps } from '../../support/make-engine.js';
import { tempDir } from '../../support/files/temp-dir.js';
import { waitUntil } from '../../support/wait-until.js';
import type { Engine, RunHandle } from 'greenroom';

/** Counts its starts in its own store; ends at the third one, or at the one given in its input. */
const COUNTS_STARTS = `import { Actor } from 'apify';
    await Actor.init();
    const starts = ((await Actor.getValue('STARTS')) ?? 0) + 1;
    await Actor.setValue('STARTS', starts);
    await Actor.pushData({ starts, build: process.env.ACTOR_BUILD_NUMBER, timeoutAt: process.env.ACTOR_TIMEOUT_AT });
    Actor.on('migrating', () => Actor.setValue('MIGRATING', true));
    Actor.on('persistState', ({ isMigrating }) => Actor.setValue('PERSISTED', isMigrating));
    console.log('ready ' + starts);
    if (starts >= (await Actor.getInput()).endAt) await Actor.exit('done after ' + starts);`;

async function startReady(engine: Engine, options: { timeout?: number; endAt?: number } = {}): Promise<RunHandle> {
    await addSource(engine, COUNTS_STARTS);
    const run = await engine.start('under-test', { endAt: options.endAt ?? 2 }, { timeout: options.timeout ?? 0 });
    await seen(run, 'ready 1');
    return run;
}

async function seen(run: RunHandle, line: string): Promise<void> {
    for await (const logged of run.log) if (logged.endsWith(` ${line}`)) return;
    throw new Error(`The log has ended without: ${line}\n${await run.log.text()}`);
}

async function valueOf(run: RunHandle, key: string): Promise<unknown> {
    return (await run.keyValueStore.getRecord(key))?.value;
}

describe('reboot', () => {
    it('restarts the Actor on the same storages, with the same deadline', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine, { timeout: 3600 });

        await run.reboot();
        const end = await run.finished();

        expect(end).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'done after 2', stats: { rebootCount: 1 } });
        const [first, second] = await run.items();
        expect(second).toMatchObject({ starts: 2, timeoutAt: first!.timeoutAt });
    });

    it('can be requested by the Actor, whose code after it does not run', async () => {
        const engine = await makeEngine();
        await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const starts = ((await Actor.getValue('STARTS')) ?? 0) + 1;
            await Actor.setValue('STARTS', starts);
            if (starts === 1) {
                await Actor.reboot();
                console.log('never');
            }
            await Actor.exit();`,
        );

        const run = await engine.call('under-test');

        expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', stats: { rebootCount: 1 } });
        expect(await run.log.text()).not.toContain('never');
    });

    it.each(['reboot', 'migrate'] as const)('is refused once the run has finished: %s', async (verb) => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, 'export default () => 1;'));

        await expect(run[verb]()).rejects.toMatchObject({
            code: 'job-finished',
            message: expect.stringContaining('already finished (SUCCEEDED)'),
        });
    });

    it('yields to an abort at the same time', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine);

        const [, aborted] = await Promise.all([run.reboot(), run.abort()]);

        expect(aborted.status).toMatch(/^ABORT/);
        expect((await run.finished()).status).toBe('ABORTED');
        expect(await valueOf(run, 'STARTS')).toBe(1);
    });

    it('keeps items pushed before it, many times', async () => {
        const engine = await makeEngine({ storageDir: await tempDir() });
        await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const starts = ((await Actor.getValue('STARTS')) ?? 0) + 1;
            await Actor.setValue('STARTS', starts);
            for (let index = 0; index < 100; index++) await Actor.pushData({ starts, index });
            if (starts < 5) await Actor.reboot();
            await Actor.exit();`,
        );

        const run = await engine.call('under-test');

        const expected = [1, 2, 3, 4, 5].flatMap((starts) =>
            Array.from({ length: 100 }, (_, index) => ({ starts, index })),
        );
        expect(await run.items()).toEqual(expected);
    });
});

describe('migrate', () => {
    it('notifies the Actor, and restarts it as soon as it has saved its state', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine);

        await run.migrate();
        const end = await run.finished();

        expect(end).toMatchObject({ status: 'SUCCEEDED', stats: { migrationCount: 1, rebootCount: 0 } });
        expect(await valueOf(run, 'MIGRATING')).toBe(true);
        expect(stripTimestamps(await run.log.text())).toContain(
            'The run is being migrated; the Actor has 30 s to save its state.',
        );
    });

    it('waits at most the grace period for an Actor that does not listen', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        await addSource(
            engine,
            `import { Actor } from 'apify';
            const starts = ((await Actor.getValue('STARTS')) ?? 0) + 1;
            await Actor.setValue('STARTS', starts);
            console.log('ready ' + starts);
            if (starts === 1) setInterval(() => {}, 1000);`,
        );
        const run = await engine.start('under-test');
        await seen(run, 'ready 1');

        await run.migrate();
        await clock.advance('30s');

        expect(await run.finished()).toMatchObject({ status: 'SUCCEEDED', stats: { migrationCount: 1 } });
        expect(await valueOf(run, 'STARTS')).toBe(2);
    });
});

describe('metamorph', () => {
    const BECOMES = `import { Actor } from 'apify';
        await Actor.init();
        await Actor.pushData({ by: 'first', input: await Actor.getInput(), actor: process.env.ACTOR_ID });
        await Actor.metamorph('second', { from: 'first' });
        console.log('never');`;
    const SECOND = `import { Actor } from 'apify';
        await Actor.init();
        const { ACTOR_ID: actor, ACTOR_INPUT_KEY: key, ACTOR_RUN_ID: run } = process.env;
        await Actor.pushData({ by: 'second', input: await Actor.getInput(), actor, key, run });
        await Actor.exit('as the second');`;

    it('continues the run as another Actor, with its input, on the same storages', async () => {
        const engine = await makeEngine();
        await addSource(engine, BECOMES, 'first');
        const second = await engine.addActor({ name: 'second', source: SECOND });

        const run = await engine.call('first', { to: 'first' }, { timeout: 60 });

        const info = await run.info();
        expect(info).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'as the second', stats: { metamorph: 1 } });
        expect(info.metamorphs).toMatchObject([{ actorId: second.id, inputKey: 'INPUT-METAMORPH-1' }]);
        expect(await run.items()).toMatchObject([
            { by: 'first', input: { to: 'first' }, actor: info.actId },
            { by: 'second', input: { from: 'first' }, actor: second.id, key: 'INPUT-METAMORPH-1', run: run.id },
        ]);
        expect(await valueOf(run, 'INPUT')).toEqual({ to: 'first' });
        expect(await run.log.text()).not.toContain('never');
    });

    it('is saved before the first Actor is killed', async () => {
        const storageDir = await tempDir();
        const engine = await makeEngine({ storageDir });
        await addSource(engine, BECOMES, 'first');
        const second = await engine.addActor({ name: 'second', source: 'setInterval(() => {}, 1000);' });
        const run = await engine.start('first');
        await waitUntil('the run to become another Actor', async () => (await run.info()).stats.metamorph === 1);

        const kept = documentsIn(storageDir, 'runs').get(run.id);

        expect(kept).toMatchObject({
            inputKey: 'INPUT-METAMORPH-1',
            run: { stats: { metamorph: 1 }, metamorphs: [{ actorId: second.id }] },
        });
    });

    it('is possible at most ten times', async () => {
        const engine = await makeEngine();
        await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const { count } = await Actor.getInput();
            try {
                await Actor.metamorph('under-test', { count: count + 1 });
            } catch (error) {
                await Actor.exit(count + ' ' + error.code);
            }`,
        );

        const run = await engine.call('under-test', { count: 0 });

        expect(run.statusMessage).toBe('10 max-metamorphs-exceeded');
    });

    it.each([
        ['an unknown Actor', "'nobody'", {}, 'actor-not-found'],
        ['an unknown build', "'under-test', {}, { build: 'nightly' }", {}, 'unknown-build-tag'],
        ['a run with `metamorph: false`', "'under-test'", { metamorph: false }, 'metamorph-forbidden'],
    ])('is refused for %s, and the Actor continues', async (_what, args, options, code) => {
        const engine = await makeEngine();
        const source = `import { Actor } from 'apify';
            await Actor.init();
            const error = await Actor.metamorph(${args}).catch((thrown) => thrown);
            await Actor.exit(error.code);`;

        const run = await engine.call(await addSource(engine, source), {}, options);

        expect(run.statusMessage).toBe(code);
        expect(await run.info()).toMatchObject({ stats: { metamorph: 0 } });
    });
});

describe('resurrect', () => {
    it.each(['memory', 'disk'])('resurrects a run on its storages and with its log, in %s', async (medium) => {
        const engine = await makeEngine(medium === 'disk' ? { storageDir: await tempDir() } : {});
        await addSource(engine, COUNTS_STARTS);
        const run = await engine.call('under-test', { endAt: 1 });
        const before = await run.info();

        const revived = await run.resurrect();
        const end = await run.finished();

        expect(['READY', 'RUNNING']).toContain(revived.status);
        expect(revived.finishedAt).toBeUndefined();
        expect(revived.statusMessage).toBeUndefined();
        expect(end).toMatchObject({ id: before.id, status: 'SUCCEEDED', stats: { resurrectCount: 1 } });
        expect((await run.items()).map(({ starts }) => starts)).toEqual([1, 2]);
        const lines = stripTimestamps(await run.log.text());
        expect(lines.filter((line) => line.startsWith('ready'))).toEqual(['ready 1', 'ready 2']);
    });

    it('restarts the timeout, and does not count the time in between', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        await addSource(engine, COUNTS_STARTS);
        const run = await engine.call('under-test', { endAt: 1 }, { timeout: 60 });
        await clock.advance('1h');

        await run.resurrect({ timeout: 90, memory: 256 });
        const end = await run.finished();

        expect(end.options).toMatchObject({ timeoutSecs: 90, memoryMbytes: 256 });
        expect(end.stats.durationMillis).toBeLessThan(60_000);
        const [first, second] = (await run.items()) as { timeoutAt: string }[];
        expect(Date.parse(second!.timeoutAt) - Date.parse(first!.timeoutAt)).toBeGreaterThan(3_600_000);
    });

    it('keeps the build by default', async () => {
        const engine = await makeEngine();
        await addSource(engine, COUNTS_STARTS);
        const run = await engine.call('under-test', { endAt: 1 });
        await addSource(engine, COUNTS_STARTS);

        await run.resurrect();
        await run.finished();
        await run.resurrect({ build: 'latest' });
        await run.finished();

        expect((await run.items()).map(({ build }) => build)).toEqual(['0.0.1', '0.0.1', '0.0.2']);
    });

    it('is refused for a run that has not finished, and for invalid options', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine);

        await expect(run.resurrect()).rejects.toMatchObject({ code: 'run-not-finished' });
        await run.abort();
        await run.finished();
        await expect(run.resurrect({ memory: 100 })).rejects.toMatchObject({ code: 'invalid-value' });
        await expect(run.resurrect({ build: 'nightly' })).rejects.toMatchObject({ code: 'unknown-build-tag' });
        expect(run.status).toBe('ABORTED');
    });

    it('is possible immediately after an abort', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine);

        await run.abort();
        await run.finished();
        await run.resurrect();

        expect(await run.finished()).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'done after 2' });
    });
});

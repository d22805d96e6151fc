import { describe, expect, it } from 'vitest';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import { inside, linesOf, outcomeOf, SharedEngine } from '../../support/actors/sdk-run.js';
import { waitUntil } from '../../support/wait-until.js';

const shared = new SharedEngine();

describe('a restarted run of the real SDK', () => {
    it('becomes another Actor, with the same id and storages', async () => {
        const second = await addSdkActor(
            shared.engine,
            inside(`await Actor.pushData({ by: 'second', ...await Actor.getInput() });
            await Actor.setValue('first', [await Actor.getValue('INPUT'), Actor.getEnv().actorRunId, Actor.getEnv().inputKey]);
            await Actor.exit('By the second');`),
        );
        const run = await shared.run(
            inside(
                `await Actor.pushData({ by: 'first' }); await Actor.metamorph('${second}', { n: 2 }); await Actor.pushData({ no: 1 });`,
            ),
            { input: { n: 1 } },
        );

        expect(await outcomeOf(run)).toMatchObject({
            status: 'SUCCEEDED',
            statusMessage: 'By the second',
            items: [{ by: 'first' }, { by: 'second', n: 2 }],
            records: { INPUT: { n: 1 }, 'INPUT-METAMORPH-1': { n: 2 }, first: [{ n: 1 }, run.id, 'INPUT-METAMORPH-1'] },
        });
        expect((await run.info()).stats.metamorph).toBe(1);
    });

    it('becomes another Actor at most ten times', async () => {
        const last = await addSdkActor(
            shared.engine,
            inside(`const { n } = await Actor.getInput();
            await Actor.pushData({ n });
            const error = await Actor.metamorph('echo', { n: n + 1 }).catch((thrown) => thrown);
            await Actor.exit(error.type);`),
        );
        // With the built-in SDK, which starts sooner.
        await shared.engine.addActor({
            name: 'changeling',
            source: `import { Actor } from 'apify';
                const { n } = await Actor.getInput();
                await Actor.pushData({ n });
                const target = n === 9 ? '${last}' : 'changeling';
                await Actor.apifyClient.run(process.env.ACTOR_RUN_ID).metamorph(target, { n: n + 1 });
                await new Promise(() => setInterval(() => {}, 1000));`,
        });

        const run = await shared.engine.call('changeling', { n: 0 });

        expect(await run.items()).toEqual(Array.from({ length: 11 }, (_, n) => ({ n })));
        expect(run.statusMessage).toBe('max-metamorphs-exceeded');
        expect((await run.keyValueStore.getRecord('INPUT-METAMORPH-10'))?.value).toEqual({ n: 10 });
    });

    it('continues unchanged if the other Actor does not exist', async () => {
        const run = await shared.run(
            inside(
                `const error = await Actor.metamorph('nobody').catch((thrown) => thrown); await Actor.exit(error.type);`,
            ),
        );

        expect(await outcomeOf(run)).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'record-not-found' });
    });

    it('is rebooted after its listeners were called', async () => {
        const run = await shared.run(
            inside(`const starts = (await Actor.getValue('STARTS') ?? 0) + 1; await Actor.setValue('STARTS', starts);
            const state = await Actor.useState('STATE', { n: 0 }); state.n += 1;
            await Actor.pushData({ starts, n: state.n });
            if (starts === 1) {
                Actor.on('migrating', () => Actor.setValue('MIGRATING', true));
                await Actor.reboot();
                await Actor.pushData({ no: 1 });
            }`),
        );

        expect(await outcomeOf(run)).toMatchObject({
            status: 'SUCCEEDED',
            items: [
                { starts: 1, n: 1 },
                { starts: 2, n: 2 },
            ],
            records: { STARTS: 2, STATE: { n: 2 }, MIGRATING: true },
        });
        expect((await run.info()).stats.rebootCount).toBe(1);
    });

    it('is migrated: receives the event, saves its state, and continues', async () => {
        const actor = await addSdkActor(
            shared.engine,
            inside(`const heard = await Actor.getValue('HEARD') ?? [];
            if (heard.length === 0) {
                const state = await Actor.useState('STATE', { n: 0 }); state.n = 1;
                for (const name of ['persistState', 'migrating', 'aborting']) {
                    Actor.on(name, async (event) => { heard.push([name, event]); await Actor.setValue('HEARD', heard); });
                }
                console.log('ready');
                await new Promise(() => {});
            }
            await Actor.setValue('OUTPUT', (await Actor.useState('STATE', { n: 0 })).n);`),
        );
        const run = await shared.engine.start(actor);
        for await (const line of run.log) if (line.endsWith(' ready')) break;

        await run.migrate();
        await run.finished();

        expect(await outcomeOf(run), await run.log.text()).toMatchObject({
            status: 'SUCCEEDED',
            records: { OUTPUT: 1 },
        });
        expect((await run.info()).stats).toMatchObject({ migrationCount: 1, rebootCount: 0 });
        const heard = (await run.keyValueStore.getRecord('HEARD'))?.value as [string, unknown][];
        expect(heard.slice(0, 2)).toEqual([
            ['migrating', { timeRemainingSecs: 30 }],
            ['persistState', { isMigrating: true }],
        ]);
    });

    it('is migrated even if a listener waits for the reboot, and may take its time to save its state', async () => {
        const source = inside(`if (await Actor.getValue('SAVED') === null) {
                Actor.on('migrating', async () => { await Actor.reboot(); });
                Actor.on('migrating', async () => {
                    await new Promise((resolve) => setTimeout(resolve, 50));
                    await Actor.setValue('SAVED', true);
                });
                const removed = () => Actor.setValue('REMOVED', true);
                Actor.on('migrating', removed); Actor.off('migrating', removed);
                console.log('ready');
                await new Promise(() => {});
            }`);
        const run = await shared.startReady(source);

        await run.migrate();
        await run.finished();

        expect(await outcomeOf(run)).toMatchObject({
            status: 'SUCCEEDED',
            records: { SAVED: true },
        });
        expect(await run.keyValueStore.getRecord('REMOVED')).toBeUndefined();
    });

    it('receives its graceful abort and may save its state', async () => {
        const actor = await addSdkActor(
            shared.engine,
            inside(`const heard = [];
            for (const name of ['aborting', 'persistState', 'exit']) {
                Actor.on(name, async (event) => { heard.push([name, event?.isMigrating]); await Actor.setValue('HEARD', heard); });
            }
            console.log('ready');
            await new Promise(() => {});`),
        );
        const run = await shared.engine.start(actor);
        for await (const line of run.log) if (line.endsWith(' ready')) break;

        await run.abort({ gracefully: true });

        const { status } = await run.finished();
        expect(status).toBe('ABORTED');
        expect((await run.keyValueStore.getRecord('HEARD'))?.value).toEqual([
            ['aborting', null],
            ['persistState', false],
            ['exit', null],
        ]);
    });

    it('is aborted gracefully while it follows the log of a called Actor', async () => {
        const run = await shared.engine.start(await addSdkActor(shared.engine, inside(`await Actor.call('forever');`)));
        for await (const line of run.log) if (line.endsWith('I go on for ever')) break;

        await run.abort({ gracefully: true });

        expect((await run.finished()).status).toBe('ABORTED');
        const { items } = await shared.engine.client.actor('forever').runs().list({ status: 'RUNNING' });
        expect(items).toHaveLength(1);
        // Its log ends now, without a follower.
        expect((await shared.engine.client.run(items[0]!.id).abort()).status).toMatch(/^ABORT/);
    });

    it('may stop following a log', async () => {
        const run = await shared.run(
            inside(`console.log('first');
            const stream = await Actor.apifyClient.log(Actor.getEnv().actorRunId).stream();
            await new Promise((resolve) => stream.once('data', resolve));
            stream.destroy();
            console.log('second');`),
        );

        expect((await linesOf(run)).slice(1)).toEqual(['first', 'second']);
    });

    it('receives the usage of its thread, and saves its state at intervals', async () => {
        const source = inside(`const state = await Actor.useState('STATE', { n: 0 }); state.n = 1;
            const event = (name) => new Promise((resolve) => Actor.on(name, resolve));
            const [info, persist] = await Promise.all([event('systemInfo'), event('persistState')]);
            await Actor.setValue('OUTPUT', { info, persist });
            console.log('ready');
            await event('aborting');`);
        const run = await shared.startReady(source, { env: { APIFY_PERSIST_STATE_INTERVAL_MILLIS: '50' } });
        const saved = await waitUntil('the state to be saved', () => run.keyValueStore.getRecord('STATE'));
        await run.abort();

        expect(saved.value).toEqual({ n: 1 });
        expect(await run.output()).toMatchObject({
            info: {
                memCurrentBytes: expect.any(Number),
                cpuCurrentUsage: expect.any(Number),
                isCpuOverloaded: expect.any(Boolean),
            },
            persist: { isMigrating: false },
        });
    });
});

describe('the log of the real SDK', () => {
    const SPEAKS = inside(`log.info('1 of the SDK', { page: 1 });
        console.log('2 of the console');
        process.stdout.write('3 direct'); process.stdout.write(', in pieces\\n');
        log.warning('4 a warning');
        console.error('5 an error of the console');
        process.stderr.write('6 direct to stderr\\n');
        log.debug('hidden');
        log.child({ prefix: 'Child' }).error('7 of a child');
        log.exception(new Error('8 caught'), 'It is');
        console.log('9 the last\\n10 the very last');
        setTimeout(() => { throw new TypeError('11 uncaught'); });
        await new Promise(() => {});`);

    it('has each line once, in order, with a timestamp', async () => {
        const run = await shared.run(SPEAKS);

        const text = await run.log.text();
        for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
        const lines = await linesOf(run);
        expect(lines.filter((line) => !/^\s+at /.test(line))).toEqual([
            expect.stringContaining('INFO  System info {"apifyVersion":"3.'),
            'INFO  1 of the SDK {"page":1}',
            '2 of the console',
            '3 direct, in pieces',
            'WARN  4 a warning',
            '5 an error of the console',
            '6 direct to stderr',
            'ERROR Child: 7 of a child',
            'ERROR It is',
            '  8 caught',
            '9 the last',
            '10 the very last',
            'TypeError: 11 uncaught',
        ]);
        expect(lines.at(-1)).toMatch(/^ {4}at /);
        expect(await outcomeOf(run)).toMatchObject({ status: 'FAILED', exitCode: 1 });
        expect(run.statusMessage).toContain('11 uncaught');
    });

    it('has the level and format of the environment, also in a spare thread', async () => {
        const actor = await addSdkActor(shared.engine, inside(`log.debug('shown', { n: 1 }); log.info('told');`));

        const run = await shared.engine.call(
            actor,
            {},
            { env: { APIFY_LOG_LEVEL: 'DEBUG', APIFY_LOG_FORMAT: 'JSON' } },
        );
        const quiet = await shared.engine.call(actor, {}, { env: { APIFY_LOG_LEVEL: 'ERROR' } });

        const entries = (await linesOf(run)).map((line) => JSON.parse(line) as object);
        expect(entries).toContainEqual(expect.objectContaining({ level: 'DEBUG', msg: 'shown', n: 1 }));
        expect(await quiet.log.text()).toBe('');
    });
});

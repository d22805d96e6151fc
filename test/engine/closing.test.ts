import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createEngine } from 'greenroom';
import { addSource, makeEngine } from '../support/make-engine.js';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a program as a child process, which must exit on its own. */
async function runProgram(source: string): Promise<unknown> {
    const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', source], {
        cwd: ROOT,
        timeout: 60_000,
    });
    return JSON.parse(stdout);
}

describe('an engine that is closed with 50 live runs', () => {
    it('ends all of them, and the process exits on its own', async () => {
        const result = await runProgram(`
            import { createEngine } from 'greenroom';
            const engine = await createEngine();
            await engine.addActor({ name: 'busy', source: 'console.log("up"); setInterval(() => {}, 10);' });
            const runs = await Promise.all(Array.from({ length: 50 }, () => engine.start('busy', {}, { memory: 128 })));
            await Promise.all(runs.map(async (run) => { for await (const line of run.log) if (line.endsWith('up')) break; }));
            await engine.close({ force: true });
            console.log(JSON.stringify({
                statuses: [...new Set(runs.map((run) => run.status))],
                timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length,
            }));`);

        expect(result).toEqual({ statuses: ['ABORTED'], timers: 0 });
    }, 60_000);

    it('lets them save their state on a graceful close', async () => {
        const result = await runProgram(`
            import { createEngine } from 'greenroom';
            const engine = await createEngine();
            await engine.addActor({ name: 'careful', source: \`
                import { Actor } from 'apify';
                await Actor.init();
                Actor.on('aborting', async () => { await Actor.setStatusMessage('saved'); });
                console.log('up');
                setInterval(() => {}, 10);\` });
            const runs = await Promise.all(Array.from({ length: 5 }, () => engine.start('careful')));
            await Promise.all(runs.map(async (run) => { for await (const line of run.log) if (line.endsWith('up')) break; }));
            const messages = [];
            engine.on('run.status-message', ({ statusMessage }) => messages.push(statusMessage));
            await engine.close();
            console.log(JSON.stringify({ saved: messages.length, statuses: [...new Set(runs.map((run) => run.status))] }));`);

        expect(result).toEqual({ saved: 5, statuses: ['ABORTED'] });
    }, 60_000);
});

describe('a closed engine', () => {
    it('rejects calls and can be closed again', async () => {
        const engine = await createEngine();
        await addSource(engine, 'export default () => {};');

        await engine.close();
        await engine.close();

        await expect(engine.start('under-test')).rejects.toMatchObject({ code: 'engine-closed' });
        await expect(engine.addActor('.')).rejects.toMatchObject({ code: 'engine-closed' });
        await expect(engine.client.actor('under-test').start()).rejects.toMatchObject({ code: 'engine-closed' });
    });

    it('rejects the calls of clients and handles from before, and keeps the records of handles', async () => {
        const engine = await createEngine();
        const run = await engine.call(await addSource(engine, 'export default () => {};'));
        const { defaultDatasetId } = await run.info();
        const { client, storageClient } = engine;
        const resources = [run.dataset, run.keyValueStore, run.requestQueue];

        await engine.close();

        const calls: Record<string, () => unknown> = {
            'client.actors()': () => client.actors().list(),
            'client.actor()': () => client.actor('under-test').get(),
            'client.run()': () => client.run(run.id).get(),
            'client.dataset()': () => client.dataset(defaultDatasetId).listItems(),
            'client.log()': () => client.log(run.id).get(),
            'storageClient.dataset()': () => storageClient.dataset(defaultDatasetId).get(),
            'storageClient.datasets()': () => storageClient.datasets().getOrCreate('data'),
            'run.dataset from before': () => resources[0]!.get(),
            'run.keyValueStore from before': () => resources[1]!.get(),
            'run.requestQueue from before': () => resources[2]!.get(),
            'run.items()': () => run.items(),
            'run.output()': () => run.output(),
            'run.charges()': () => run.charges(),
            'run.startedRuns()': () => run.startedRuns(),
            'run.abort()': () => run.abort(),
            'run.resurrect()': () => run.resurrect(),
            'run.log.text()': () => run.log.text(),
            'run.log': () => run.log[Symbol.asyncIterator]().next(),
            'run.on()': () => run.on('finished', () => {}),
            'engine.on()': () => engine.on('run.finished', () => {}),
            'engine.run()': () => engine.run(run.id),
        };
        const codes = Object.entries(calls).map(async ([name, call]) => {
            const error = await Promise.resolve()
                .then(call)
                .then(
                    () => 'no error',
                    (thrown: { code: string }) => thrown.code,
                );
            return `${name}: ${error}`;
        });
        expect(await Promise.all(codes)).toEqual(Object.keys(calls).map((name) => `${name}: engine-closed`));
        expect([run.status, (await run.info()).status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    });

    it('kills runs that do not stop, also if its clock stands still', async () => {
        const { ManualClock } = await import('greenroom/testing');
        const engine = await createEngine({ clock: new ManualClock(), abortGraceSecs: 0.2 });
        const actor = await addSource(engine, `console.log('up'); for (;;);`);
        const run = await engine.start(actor);
        for await (const line of run.log) if (line.endsWith('up')) break;

        await engine.close();

        expect(run.status).toBe('ABORTED');
    });

    it('aborts READY runs', async () => {
        const engine = await createEngine({ maxConcurrentRuns: 1 });
        const actor = await addSource(engine, `setInterval(() => {}, 10);`);
        const runs = [await engine.start(actor), await engine.start(actor)];

        await engine.close({ force: true });

        expect(runs.map((run) => run.status)).toEqual(['ABORTED', 'ABORTED']);
    });
});

describe('a listener', () => {
    it('must be a function, for an event that exists', async () => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, 'export default () => {};'));
        const on =
            (name: string, ...listeners: unknown[]) =>
            () =>
                engine.on(name as 'warning', (listeners.length === 0 ? () => {} : listeners[0]) as () => void);

        expect(on('run.finish')).toThrow('Did you mean `run.finished`?');
        expect(on('toString')).toThrow("`event` is 'toString', but must be one of 'run.created'");
        expect(on('run.finished', undefined)).toThrow('`listener` is undefined, but must be a function.');
        expect(() => run.on('run.finished' as 'finished', () => {})).toThrow('Did you mean `finished`?');
        expect(() => run.on('created' as 'finished', () => {})).toThrow("one of 'status-changed', 'status-message'");
    });
});

describe('a listener that throws', () => {
    it('is reported and affects nothing else', async () => {
        const engine = await createEngine();
        const actor = await addSource(engine, 'export default () => {};');
        const warnings: string[] = [];
        engine.on('warning', ({ message }) => warnings.push(message));
        engine.on('run.finished', () => {
            throw new Error('listener');
        });
        // oxlint-disable-next-line no-misused-promises -- a mistake that listeners contain
        engine.on('run.finished', () => Promise.reject(new Error('async listener')));

        const run = await engine.call(actor);

        expect(run.status).toBe('SUCCEEDED');
        await engine.close();
        expect(warnings).toEqual(['A listener for `run.finished` threw.', 'A listener for `run.finished` threw.']);
    });
});

import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine, stripTimestamps } from '../support/make-engine.js';
import type { Engine, RunHandle } from 'greenroom';

const SAVES_AND_STOPS = `import { Actor } from 'apify';
    await Actor.init();
    Actor.on('aborting', async () => {
        await Actor.setValue('STATE', { saved: true });
        await Actor.exit('saved and stopped');
    });
    console.log('ready');
    setInterval(() => {}, 1000);`;

const IGNORES = `import { Actor } from 'apify';
    Actor.on('aborting', () => console.log('heard, and ignored'));
    console.log('ready');
    setInterval(() => {}, 1000);`;

const LISTENS_TO_SIGNAL = `export default ({ signal, Actor }) => new Promise((resolve) => {
    console.log('ready');
    const timer = setInterval(() => {}, 1000);
    signal.addEventListener('abort', () => { clearInterval(timer); resolve('stopped'); });
});`;

function pending(): { signal: () => void; promise: Promise<void> } {
    let signal = (): void => {};
    const promise = new Promise<void>((resolve) => {
        signal = resolve;
    });
    return { signal, promise };
}

async function startReady(engine: Engine, source: string, timeout = 0): Promise<RunHandle> {
    const run = await engine.start(await addSource(engine, source), {}, { timeout });
    for await (const line of run.log) if (line.endsWith(' ready')) break;
    return run;
}

describe('a run that reaches its timeout', () => {
    it('is warned, asked to stop, and TIMED-OUT as soon as it has stopped', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const heard: string[] = [];
        engine.on('run.timeout-warning', ({ secsLeft }) => heard.push(`warning ${secsLeft}`));
        engine.on('run.status-changed', ({ run }) => heard.push(run.status));
        const run = await startReady(engine, SAVES_AND_STOPS, 3600);

        await clock.advance('1h');
        const { status, statusMessage } = await run.finished();

        expect(heard).toEqual(['RUNNING', 'warning 10', 'TIMING-OUT', 'TIMED-OUT']);
        expect(status).toBe('TIMED-OUT');
        expect(statusMessage).toBe('saved and stopped');
        expect((await run.keyValueStore.getRecord('STATE'))?.value).toEqual({ saved: true });
    });

    it.each([
        { timeout: 3600, warned: 'warning 10 after 3590 s' },
        { timeout: 5, warned: 'warning 0.5 after 4.5 s' },
    ])('is warned ten seconds or a tenth of $timeout s ahead, and then has only its grace period', async (row) => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock, timeoutGraceSecs: 20 });
        const heard: string[] = [];
        const begun = clock.now();
        const note = (what: string): void => void heard.push(`${what} after ${(clock.now() - begun) / 1000} s`);
        engine.on('run.timeout-warning', ({ secsLeft }) => note(`warning ${secsLeft}`));
        engine.on('run.status-changed', ({ run }) => note(run.status));
        const { signal, promise } = pending();
        await engine.addActor({ name: 'waits', run: () => promise });

        const run = await engine.start('waits', {}, { timeout: row.timeout });
        await clock.advance(row.timeout * 1000);
        await clock.advance('10s');
        signal();
        await run.finished();
        await clock.advance('1h');

        const { timeout } = row;
        const ends = [`TIMING-OUT after ${timeout} s`, `TIMED-OUT after ${timeout + 10} s`];
        expect(heard).toEqual(['RUNNING after 0 s', row.warned, ...ends]);
        expect(clock.pendingTimers).toBe(0);
    });

    it('is killed after the grace period if it does not stop', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock, timeoutGraceSecs: 20 });
        const run = await startReady(engine, IGNORES, 60);

        await clock.advance('60s');
        for await (const line of run.log) if (line.endsWith('heard, and ignored')) break;
        expect(run.status).toBe('TIMING-OUT');
        await clock.advance('20s');

        expect((await run.finished()).status).toBe('TIMED-OUT');
        expect(run.statusMessage).toBe('Actor timed out after 60 s');
    });

    it('aborts the signal of an Actor in function style', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const run = await startReady(engine, LISTENS_TO_SIGNAL, 60);

        await clock.advance('60s');

        expect((await run.finished()).status).toBe('TIMED-OUT');
        expect(await run.output()).toBe('stopped');
    });

    it('ends even in an endless loop', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const run = await startReady(engine, `console.log('ready'); for (;;);`, 60);

        await clock.advance('60s');
        await clock.advance('30s');

        expect((await run.finished()).status).toBe('TIMED-OUT');
    });

    it('can be aborted while it is timing out', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const run = await startReady(engine, IGNORES, 60);

        await clock.advance('60s');
        await run.abort();

        expect((await run.finished()).status).toBe('ABORTED');
    });
});

describe('a run that is aborted', () => {
    it('ends immediately by default', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine, SAVES_AND_STOPS);

        await run.abort();
        const { status, exitCode } = await run.finished();

        expect(status).toBe('ABORTED');
        expect(exitCode).toBeUndefined();
        expect(await run.keyValueStore.getRecord('STATE')).toBeUndefined();
    });

    it('can save its state when it is aborted gracefully', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine, SAVES_AND_STOPS);

        expect((await run.abort({ gracefully: true })).status).toBe('ABORTING');
        const { status } = await run.finished();

        expect(status).toBe('ABORTED');
        expect((await run.keyValueStore.getRecord('STATE'))?.value).toEqual({ saved: true });
    });

    it('is killed after the grace period if it continues', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock, abortGraceSecs: 10 });
        const run = await startReady(engine, IGNORES);

        await run.abort({ gracefully: true });
        for await (const line of run.log) if (line.endsWith('heard, and ignored')) break;
        await clock.advance('10s');

        expect((await run.finished()).status).toBe('ABORTED');
    });

    it('ends immediately if a forced abort follows a graceful one', async () => {
        const engine = await makeEngine();
        const run = await startReady(engine, IGNORES);

        await run.abort({ gracefully: true });
        await run.abort();

        expect((await run.finished()).status).toBe('ABORTED');
    });

    it('does not change if it has ended', async () => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, 'export default () => 1;'));

        expect((await run.abort()).status).toBe('SUCCEEDED');
        expect((await run.abort({ gracefully: true })).status).toBe('SUCCEEDED');
    });

    it('never starts if it is still READY', async () => {
        const engine = await makeEngine({ maxConcurrentRuns: 1 });
        const first = await startReady(engine, IGNORES);
        const second = await engine.start('under-test');
        expect(second.status).toBe('READY');

        await second.abort();

        expect(second.status).toBe('ABORTED');
        expect(stripTimestamps(await second.log.text())).toEqual(['']);
        await first.abort();
    });

    it('can save its state even if it is aborted gracefully while its thread starts', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, SAVES_AND_STOPS);

        const runs = await Promise.all(Array.from({ length: 5 }, () => engine.start(actor)));
        await Promise.all(runs.map((run) => run.abort({ gracefully: true })));

        for (const run of runs) {
            expect((await run.finished()).status).toBe('ABORTED');
            expect((await run.keyValueStore.getRecord('STATE'))?.value).toEqual({ saved: true });
        }
    });

    it('ends as ABORTED if it is aborted while its thread starts', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, IGNORES);

        const runs = await Promise.all(Array.from({ length: 5 }, () => engine.start(actor)));
        await Promise.all(runs.map((run) => run.abort()));

        for (const run of runs) expect((await run.finished()).status).toBe('ABORTED');
    });
});

describe('a busy engine', () => {
    it('runs up to its limit at once, and the others in order', async () => {
        const engine = await makeEngine({ maxConcurrentRuns: 2 });
        const actor = await addSource(engine, 'await new Promise((resolve) => setTimeout(resolve, 30));');
        let running = 0;
        let most = 0;
        const order: string[] = [];
        engine.on('run.status-changed', ({ run, previousStatus }) => {
            if (run.status === 'RUNNING') order.push(run.id);
            running += run.status === 'RUNNING' ? 1 : previousStatus === 'RUNNING' ? -1 : 0;
            most = Math.max(most, running);
        });

        const runs = await Promise.all(Array.from({ length: 6 }, () => engine.start(actor)));
        await Promise.all(runs.map((run) => run.finished()));

        expect(most).toBe(2);
        expect(order).toEqual(runs.map(({ id }) => id));
    });

    it('counts the timeout from the admission of the run', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock, maxConcurrentRuns: 1 });
        const first = await startReady(engine, IGNORES);
        await addSource(engine, `console.log('ready'); module.exports = () => process.env.ACTOR_TIMEOUT_AT;`, 'second');
        const second = await engine.start('second', {}, { timeout: 60 });

        await clock.advance('1h');
        await first.abort();
        const { status } = await second.finished();

        expect(status).toBe('SUCCEEDED');
        expect(await second.output()).toBe(new Date(clock.now() + 60_000).toISOString());
    });

    it('refuses a run that could never be admitted', async () => {
        const engine = await makeEngine({ maxTotalMemoryMbytes: 512 });
        const actor = await addSource(engine, 'export default () => {};');

        await expect(engine.start(actor, {}, { memory: 1024 })).rejects.toMatchObject({
            code: 'actor-memory-limit-exceeded',
        });
        expect((await engine.client.runs().list()).total).toBe(0);
    });
});

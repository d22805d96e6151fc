import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine, stripTimestamps } from '../support/make-engine.js';
import { waitUntil } from '../support/wait-until.js';

/** Source of an Actor, and the expected end of its run. */
interface Ending {
    title: string;
    source: string;
    status: string;
    exitCode: number;
    message?: RegExp;
    log?: string[];
}

const ENDINGS: Ending[] = [
    { title: 'returns', source: 'export default () => {};', status: 'SUCCEEDED', exitCode: 0 },
    {
        title: 'drains its event loop with timers pending',
        source: `console.log('start'); setTimeout(() => console.log('end'), 20);`,
        status: 'SUCCEEDED',
        exitCode: 0,
        log: ['start', 'end'],
    },
    { title: 'calls process.exit(0)', source: 'process.exit(0);', status: 'SUCCEEDED', exitCode: 0 },
    {
        title: 'calls process.exit(7) while it does something else',
        source: `setInterval(() => {}, 10); console.log('bye'); process.exit(7);`,
        status: 'FAILED',
        exitCode: 7,
        message: /exit code 7/,
        log: ['bye'],
    },
    { title: 'sets process.exitCode', source: 'process.exitCode = 3;', status: 'FAILED', exitCode: 3 },
    {
        title: 'throws at the top level',
        source: `console.log('before'); throw new TypeError('no such page');`,
        status: 'FAILED',
        exitCode: 1,
        message: /^Actor finished with exit code 1: TypeError: no such page at main\.mjs:1$/,
    },
    {
        title: 'throws an error with causes',
        source: `const cause = new Error('in the middle', { cause: 'the root' });
            throw new Error('at the top', { cause: new Error('in the middle', { cause }) });`,
        status: 'FAILED',
        exitCode: 1,
        message: /: Error: at the top: in the middle: the root at main/,
    },
    {
        title: 'throws an error with several causes',
        source: `throw new AggregateError([new Error('one'), new Error('two')], 'all failed');`,
        status: 'FAILED',
        exitCode: 1,
        message: /: AggregateError: all failed: one; two at main/,
    },
    {
        title: 'fetches from a closed port',
        source: `await fetch('http://127.0.0.1:1/?token=secret');`,
        status: 'FAILED',
        exitCode: 1,
        message: /TypeError: fetch failed: (?:connect ECONNREFUSED 127\.0\.0\.1:1|bad port) at main/,
    },
    {
        title: 'throws in a callback',
        source: `setTimeout(() => { throw new RangeError('late'); }, 5);`,
        status: 'FAILED',
        exitCode: 1,
        message: /RangeError: late/,
    },
    {
        title: 'throws an error without a message',
        source: 'throw new Error();',
        status: 'FAILED',
        exitCode: 1,
        message: /^Actor finished with exit code 1: Error at main\.mjs:1$/,
    },
    {
        title: 'throws an error whose message is a sentence',
        source: `throw new Error('The page is empty.');`,
        status: 'FAILED',
        exitCode: 1,
        message: /: Error: The page is empty at main\.mjs:1$/,
    },
    {
        title: 'leaves a rejection unhandled',
        source: `void Promise.reject(new Error('nobody listens')); setInterval(() => {}, 10);`,
        status: 'FAILED',
        exitCode: 1,
        message: /nobody listens/,
    },
    {
        title: 'throws in function style',
        source: `export default () => { throw new Error('bad page'); };`,
        status: 'FAILED',
        exitCode: 91,
    },
    {
        title: 'throws in Actor.main',
        source: `import { Actor } from 'apify'; Actor.main(() => { throw new Error('bad page'); });`,
        status: 'FAILED',
        exitCode: 91,
    },
    {
        title: 'calls Actor.fail',
        source: `import { Actor } from 'apify'; await Actor.init(); await Actor.fail('The site is down');`,
        status: 'FAILED',
        exitCode: 1,
        message: /^The site is down$/,
    },
    {
        title: 'awaits what never comes',
        source: 'await new Promise(() => {});',
        status: 'FAILED',
        exitCode: 13,
    },
    {
        title: 'tries to kill its host',
        source: `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 10);`,
        status: 'FAILED',
        exitCode: 137,
    },
    { title: 'calls process.abort', source: 'process.abort();', status: 'FAILED', exitCode: 134 },
];

describe('an Actor that', () => {
    it.each(ENDINGS)('$title: $status with exit code $exitCode', async ({ source, status, exitCode, message, log }) => {
        const engine = await makeEngine();
        const actor = await addSource(engine, source);

        const run = await engine.call(actor);

        const text = await run.log.text();
        expect({ status: run.status, exitCode: run.exitCode, text }).toMatchObject({ status, exitCode });
        if (message) expect(run.statusMessage).toMatch(message);
        if (log) expect(stripTimestamps(text).slice(0, log.length)).toEqual(log);
    });

    it('exceeds its memory: FAILED with exit code 137, and the host survives', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `const kept = []; for (;;) kept.push(Array.from({ length: 1000 }, (_, n) => ({ n })));`,
        );

        const run = await engine.call(actor, {}, { memory: 128 });

        expect(run.status).toBe('FAILED');
        expect(run.exitCode).toBe(137);
        expect(run.statusMessage).toMatch(/ran out of memory: it used more than its 128 MB/);
    });
});

describe('a thread that cannot start', () => {
    it('fails the run with the reason', async () => {
        const engine = await makeEngine({ workerUrl: new URL('file:///no/such/worker.js') });
        const actor = await addSource(engine, 'export default () => 1;');

        const run = await engine.call(actor);

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toMatch(/no.such.worker\.js/);
    });
});

describe('the log of an Actor', () => {
    it('has every line, in order, if it exits right after 5,000 lines', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `for (let n = 0; n < 5000; n++) console.log('line ' + n); process.exit(0);`,
        );

        const run = await engine.call(actor);

        expect(stripTimestamps(await run.log.text())).toEqual(Array.from({ length: 5000 }, (_, n) => `line ${n}`));
    });

    it('has every line before an endless loop that was killed', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `for (let n = 0; n < 1000; n++) console.log('line ' + n); console.error('last'); for (;;);`,
        );

        const run = await engine.start(actor);
        for await (const line of run.log) if (line.endsWith(' last')) break;
        await run.abort();
        const { status } = await run.finished();

        expect(status).toBe('ABORTED');
        const lines = stripTimestamps(await run.log.text());
        expect(lines.slice(0, 1001)).toEqual([...Array.from({ length: 1000 }, (_, n) => `line ${n}`), 'last']);
    });

    it('has the uncaught error with its stack', async () => {
        const engine = await makeEngine();
        const actor = await addSource(engine, `function deep() { throw new Error('here'); }\ndeep();`);

        const run = await engine.call(actor);

        const text = await run.log.text();
        expect(text).toContain('Error: here');
        expect(text).toMatch(/at deep .*main\.\w+:1:/);
    });
});

describe('data written right before the end', () => {
    it('is stored, awaited or not', async () => {
        const engine = await makeEngine();
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.pushData({ awaited: true });
            void Actor.pushData({ awaited: false });
            await Actor.setValue('last', 1);
            process.exit(0);`,
        );

        const run = await engine.call(actor);

        expect(await run.items()).toEqual([{ awaited: true }, { awaited: false }]);
        expect((await run.keyValueStore.getRecord('last'))?.value).toBe(1);
    });
});

describe('a run that restarts on error', () => {
    it('restarts at most three times per minute, and again as the minute passes', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        let fail = (_error: Error): void => {};
        const started: number[] = [];
        await engine.addActor({
            name: 'fails',
            run: () =>
                new Promise((_resolve, reject) => {
                    started.push(clock.now());
                    fail = reject;
                }),
        });

        const run = await engine.start('fails', {}, { restartOnError: true });
        for (const [index, millis] of [0, 10_000, 10_000, 40_000, 9_999].entries()) {
            await waitUntil('the Actor to start', () => started.length === index + 1);
            await clock.advance(millis);
            fail(new Error('again'));
        }

        expect((await run.finished()).status).toBe('FAILED');
        expect(started.map((time) => time - started[0]!)).toEqual([0, 0, 10_000, 20_000, 60_000]);
        expect((await run.info()).stats.restartCount).toBe(4);
        expect(await run.log.text()).toMatch(/: Error: again( at \S+)?\. Restarting the Actor \(restartOnError\)\.\n/);
    });
});

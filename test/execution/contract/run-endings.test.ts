import { describe, expect, it } from 'vitest';
import { addSource, stripTimestamps } from '../../support/make-engine.js';
import { able, engineFor, type Need } from './modes.js';

/** Source of an Actor, and the expected end of its run. */
interface Ending {
    title: string;
    source: string;
    expected: { status: string; exitCode: number; statusMessage?: unknown };
    log?: string[];
    needs?: Need;
}

const ENDINGS: Ending[] = [
    {
        title: 'drains its event loop',
        source: `console.log('start'); setTimeout(() => console.log('end'), 20);`,
        expected: { status: 'SUCCEEDED', exitCode: 0 },
        log: ['start', 'end'],
        needs: 'ownEventLoop',
    },
    {
        title: 'calls process.exit(7) while it does something else',
        source: `const timer = setInterval(() => {}, 10); timer.unref(); console.log('bye'); process.exit(7);`,
        expected: { status: 'FAILED', exitCode: 7, statusMessage: 'Actor finished with exit code 7' },
        log: ['bye'],
    },
    {
        title: 'has listeners for the exit',
        source: `import { Actor } from 'apify';
            process.once('exit', (code) => console.log('exiting with ' + code));
            await Actor.init();
            await Actor.exit();`,
        expected: { status: 'SUCCEEDED', exitCode: 0 },
        log: ['exiting with 0'],
        needs: 'exitListeners',
    },
    {
        title: 'sets its exit code as its event loop drains',
        source: `process.once('exit', () => { process.exitCode = 300; });`,
        expected: { status: 'FAILED', exitCode: 44 },
        needs: 'exitListeners',
    },
    {
        title: 'throws at the top level',
        source: `console.log('before'); throw new TypeError('no such page');`,
        expected: {
            status: 'FAILED',
            exitCode: 1,
            statusMessage: 'Actor finished with exit code 1: TypeError: no such page at main.mjs:1',
        },
        log: ['before', 'TypeError: no such page'],
    },
    {
        title: 'cannot be loaded',
        source: `import 'no-such-package';`,
        expected: {
            status: 'FAILED',
            exitCode: 1,
            statusMessage: expect.stringMatching(/could not be loaded.*no-such-package.*npm install/),
        },
    },
    {
        title: 'throws in a callback',
        source: `setTimeout(() => { throw new RangeError('late'); }, 5);`,
        expected: { status: 'FAILED', exitCode: 1, statusMessage: expect.stringContaining('RangeError: late') },
        needs: 'uncaughtErrors',
    },
    {
        title: 'leaves a rejection unhandled',
        source: `void Promise.reject(new Error('nobody listens')); setInterval(() => {}, 10);`,
        expected: { status: 'FAILED', exitCode: 1, statusMessage: expect.stringContaining('nobody listens') },
        needs: 'uncaughtErrors',
    },
    {
        title: 'throws in Actor.main',
        source: `import { Actor } from 'apify'; await Actor.main(() => { throw new Error('bad page'); });`,
        expected: { status: 'FAILED', exitCode: 91, statusMessage: expect.stringContaining('bad page') },
    },
    {
        title: 'calls Actor.fail',
        source: `import { Actor } from 'apify'; await Actor.init(); await Actor.fail('The site is down');`,
        expected: { status: 'FAILED', exitCode: 1, statusMessage: 'The site is down' },
    },
    {
        title: 'awaits what never comes',
        source: 'await new Promise(() => {});',
        expected: { status: 'FAILED', exitCode: 13 },
        needs: 'ownEventLoop',
    },
    {
        title: 'kills its own process',
        source: `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 10);`,
        expected: { status: 'FAILED', exitCode: 137 },
        needs: 'ownProcess',
    },
    {
        title: 'calls process.abort',
        source: 'process.abort();',
        expected: { status: 'FAILED', exitCode: 134 },
        needs: 'ownProcess',
    },
    {
        title: 'crashes in native code',
        source: `process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 10);`,
        expected: { status: 'FAILED', exitCode: 139 },
        needs: 'ownProcess',
    },
];

describe('a run that ends because its Actor', () => {
    for (const { title, source, expected, log, needs } of ENDINGS) {
        it.each(able(needs))(`${title}: %s`, async (mode) => {
            const engine = await engineFor(mode);
            const actor = await addSource(engine, source);

            // Twice, because leftovers of a run must not change the end of the next one.
            for (let time = 0; time < 2; time++) {
                const run = await engine.call(actor);
                expect(await run.info(), await run.log.text()).toMatchObject(expected);
                if (log) expect(stripTimestamps(await run.log.text()).slice(0, log.length)).toEqual(log);
            }
        });
    }

    it.each(able())('exits with a code outside of 0 to 255 gets that of the system: %s', async (mode) => {
        const engine = await engineFor(mode);
        const source = `import { Actor } from 'apify';
            await Actor.init();
            process.exit(await Actor.getInput());`;
        const actor = await addSource(engine, source);

        const codes = [];
        for (const code of [-1, 256, 2 ** 32 + 300]) {
            const { status, exitCode } = await engine.call(actor, code);
            codes.push([status, exitCode]);
        }

        expect(codes).toEqual([
            ['FAILED', 255],
            ['SUCCEEDED', 0],
            ['FAILED', 44],
        ]);
    });

    it.each(able())('exits right after 5,000 lines has all of them: %s', async (mode) => {
        const engine = await engineFor(mode);
        const source = `for (let n = 0; n < 5000; n++) console.log('line ' + n); process.exit(0);`;

        const run = await engine.call(await addSource(engine, source));

        expect(stripTimestamps(await run.log.text())).toEqual(Array.from({ length: 5000 }, (_, n) => `line ${n}`));
    });

    it.each(able('unawaited'))('has written data without waiting for it: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            await Actor.pushData({ awaited: true });
            void Actor.pushData({ awaited: false });
            await Actor.setValue('last', 1);
            process.exit(0);`,
        );

        expect(await (await engine.call(actor)).items()).toEqual([{ awaited: true }, { awaited: false }]);
    });
});

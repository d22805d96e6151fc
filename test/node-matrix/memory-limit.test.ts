import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startChild } from '../support/processes/child.js';
import { forEachLabelled } from '../support/for-each-labelled.js';
import { addSdkActor } from '../support/actors/sdk-actor.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import { IS_THOROUGH } from '../support/sample.js';

/** Endless loops that keep allocating memory, none of it garbage. */
const HOGS = {
    'one array': 'globalThis.kept = []; for (;;) kept.push(kept.length);',
    'arrays of equal values': 'globalThis.kept = []; for (;;) kept.push(new Array(1000).fill(1));',
    'small objects': 'globalThis.kept = []; for (;;) kept.push({ n: kept.length });',
    'small objects, in a damaged process':
        'process.getBuiltinModule = process.memoryUsage = undefined; globalThis.kept = []; for (;;) kept.push({ n: kept.length });',
    'a Map': 'globalThis.kept = new Map(); for (let n = 0; ; n++) kept.set(n, n);',
    strings: `globalThis.kept = []; for (let n = 0; ; n++) kept.push('x'.repeat(1000) + n);`,
    'a string that doubles': `globalThis.kept = []; for (;;) {
        let text = 'ab';
        while (text.length < 2 ** 24) text += text;
        kept.push(Buffer.from(text).toString('latin1'));
    }`,
    ArrayBuffers: 'globalThis.kept = []; for (;;) kept.push(new Uint8Array(2 ** 20).fill(1));',
    Buffers: 'globalThis.kept = []; for (;;) kept.push(Buffer.alloc(1_000_000, 1));',
    'what it unpacks': `const { inflateSync, deflateSync } = await import('node:zlib');
        const packed = deflateSync(Buffer.alloc(1_000_000));
        globalThis.kept = []; for (;;) kept.push(inflateSync(packed));`,
    'what it does between its waits': `globalThis.kept = []; for (;;) {
        for (let n = 0; n < 10_000; n++) kept.push({ n });
        await new Promise((resolve) => setImmediate(resolve));
    }`,
};

/** V8's own limits, which end the whole process, are below the default memory limit of runs. */
const DEFAULT_MEMORY = '1024';
const MAX_MEMORY = '4096';
const IS_BEFORE_22 = process.version.startsWith('v20.');

/** Endless loops that fill a single large array or table. */
const LARGE_OBJECTS: Record<string, { source: string; memory: string; isRare?: true }> = {
    'an array by `push`': { source: HOGS['one array'], memory: DEFAULT_MEMORY },
    'an array of doubles': {
        isRare: true,
        source: 'globalThis.kept = []; for (;;) kept.push(Math.random());',
        memory: MAX_MEMORY,
    },
    'an array by index': {
        isRare: true,
        source: 'globalThis.kept = []; for (let n = 0; ; n++) kept[n] = kept;',
        memory: DEFAULT_MEMORY,
    },
    'a queue that grows while it is read': {
        source: 'globalThis.kept = [1]; for (const n of kept) kept.push(n + 1, n + 2);',
        memory: DEFAULT_MEMORY,
    },
    'an array by spread': {
        source: 'function* endless() { for (;;) yield 1; } globalThis.kept = [...endless()];',
        memory: DEFAULT_MEMORY,
    },
    'an array by `Array.from` and a function': {
        isRare: true,
        source: 'globalThis.kept = Array.from({ length: 2 ** 28 }, (_, n) => n);',
        memory: DEFAULT_MEMORY,
    },
};

/** A single call that V8 neither interrupts nor lets fail: in a thread, it ends the host. See `docs/guide/isolation.md`. */
const FATAL_CALL = 'globalThis.kept = Array.from({ length: 2 ** 28 });';
/** Single calls that only a process of its own survives for certain. */
const LARGE_CALLS = {
    'Array.from': FATAL_CALL,
    'String.prototype.match': `globalThis.kept = 'a'.repeat(130e6).match(/./g);`,
};

const OUT_OF_MEMORY = {
    status: 'FAILED',
    exitCode: 137,
    statusMessage: expect.stringMatching(/^The Actor ran out of memory: it used more than its 128 MB \(peak: \d+ MB\)/),
};

interface Ended {
    status: string;
    exitCode: number;
    statusMessage: string;
    memMaxBytes: number;
}

/** Runs the Actor in a separate host process, to detect if the host does not survive. */
async function runInChildHost(...args: string[]): Promise<{ ended: Ended[]; exitCode: number }> {
    const child = startChild('isolation/memory-host.ts', { args });
    const exited = once(child.process, 'exit');
    const ended: Ended[] = [];
    for await (const line of child.lines()) ended.push(JSON.parse(line) as Ended);
    const [exitCode] = (await exited) as [number];
    return { ended, exitCode };
}

describe('a run that keeps allocating memory', () => {
    it.each(Object.entries(HOGS))(
        'is ended if %s exceed its memory, and its host survives',
        async (_, source) => {
            await forEachLabelled(['thread', 'pooled'], async (isolation) => {
                const { ended, exitCode } = await runInChildHost(isolation, source);

                expect(ended[0]).toMatchObject(OUT_OF_MEMORY);
                expect(ended[0]?.memMaxBytes).toBeGreaterThan(128 * 2 ** 20);
                expect(ended[1]).toMatchObject({ status: 'SUCCEEDED' });
                expect(exitCode).toBe(0);
            });
        },
        60_000,
    );
});

describe('a run that fills a single object', () => {
    it.each(Object.entries(LARGE_OBJECTS).filter(([, { isRare }]) => IS_THOROUGH || isRare !== true))(
        'is ended if it is %s, and its host survives',
        async (_, { source, memory }) => {
            const { ended, exitCode } = await runInChildHost('thread', source, '', memory);

            // Later versions of V8 throw an error in some cases.
            const outcome = IS_BEFORE_22 ? /^The Actor ran out of memory/ : /^The Actor ran out of memory|RangeError/;
            expect(ended[0]).toMatchObject({ status: 'FAILED', statusMessage: expect.stringMatching(outcome) });
            expect(ended[1]).toMatchObject({ status: 'SUCCEEDED' });
            expect(exitCode).toBe(0);
        },
        120_000,
    );

    it.each(Object.entries(LARGE_CALLS).slice(IS_THOROUGH ? 0 : 1))(
        'ends its own process if it is a call of %s in isolation `process`',
        async (_, source) => {
            const { ended } = await runInChildHost('process', source, '', DEFAULT_MEMORY);

            const statusMessage = expect.stringMatching(/^The Actor ran out of memory/);
            expect(ended[0]).toMatchObject({ status: 'FAILED', exitCode: 137, statusMessage });
            expect(ended[1]).toMatchObject({ status: 'SUCCEEDED' });
        },
        120_000,
    );

    it.runIf(IS_THOROUGH)(
        'still ends its host if it is a call that cannot be interrupted',
        async () => {
            const { ended } = await runInChildHost('thread', FATAL_CALL, '', DEFAULT_MEMORY);

            expect(ended, 'V8 has changed: correct the documentation').toEqual([]);
        },
        120_000,
    );
});

describe.each(['thread', 'pooled'])('a run in isolation %s', (isolation) => {
    it('may create any amount of garbage', async () => {
        const engine = await makeEngine({ isolation: isolation as 'thread' });
        const source =
            'for (let n = 0; n < 3000; n++) globalThis.last = [Buffer.alloc(1_000_000, 1), new Array(10_000).fill(n)];';

        const run = await engine.call(await addSource(engine, source), undefined, { memory: 128 });

        expect(run.status, run.statusMessage).toBe('SUCCEEDED');
    });

    it('may use nearly all of its memory for a long time', async () => {
        const engine = await makeEngine({ isolation: isolation as 'thread' });
        const source = `globalThis.kept = Array.from({ length: 100 }, () => Buffer.alloc(2 ** 20, 1));
            for (const end = Date.now() + 1000; Date.now() < end; ) globalThis.last = Buffer.alloc(100_000, 1);`;

        const run = await engine.call(await addSource(engine, source), undefined, { memory: 128 });

        expect(run.status, run.statusMessage).toBe('SUCCEEDED');
        expect((await run.info()).stats.memMaxBytes).toBeGreaterThan(100 * 2 ** 20);
    });

    it('ends as ABORTED if it runs out of memory during an abort', async () => {
        const engine = await makeEngine({ isolation: isolation as 'thread' });
        const source = `import { Actor } from 'apify';
            await Actor.init();
            Actor.on('aborting', () => { ${HOGS['small objects']} });
            console.log('ready');
            setInterval(() => {}, 1000);`;
        const run = await engine.start(await addSource(engine, source), undefined, { memory: 128 });
        for await (const line of run.log) if (line.endsWith(' ready')) break;

        await run.abort({ gracefully: true });

        expect(await run.finished()).toMatchObject({ status: 'ABORTED', exitCode: 137 });
    });
});

describe('a run that exceeds its memory limit', () => {
    it('is ended even while its host is debugged, if it is not always busy', async () => {
        const child = startChild('isolation/memory-host.ts', {
            args: ['thread', HOGS['what it does between its waits']],
            before: 'export NODE_OPTIONS=--inspect=127.0.0.1:0; exec 2>/dev/null',
        });

        for await (const line of child.lines()) {
            expect(JSON.parse(line)).toMatchObject(OUT_OF_MEMORY);
            break;
        }
    }, 60_000);

    it("is ended if its Actor uses the platform's SDK", async () => {
        const engine = await makeEngine();
        const source = `import { Actor } from 'apify'; await Actor.init(); ${HOGS['a Map']}`;

        const run = await engine.call(await addSdkActor(engine, source), undefined, { memory: 128 });

        expect(await run.info(), await run.log.text()).toMatchObject(OUT_OF_MEMORY);
    });
});

describe('a run in a thread', () => {
    const isolation = 'thread';

    it('is ended while the event loop of its host is busy', async () => {
        const source = `import { readlinkSync } from 'node:fs';
            setTimeout(() => console.log('ready in ' + readlinkSync('/proc/thread-self')), 1000);
            setTimeout(() => { ${HOGS['small objects']} }, 1500);`;

        const { ended, exitCode } = await runInChildHost(isolation, source, 'busy');

        expect(ended[0]).toMatchObject({ ...OUT_OF_MEMORY, hasEndedMeanwhile: true });
        expect(exitCode).toBe(0);
    }, 60_000);

    it('can be killed while it is being probed', async () => {
        const engine = await makeEngine({ isolation: isolation as 'thread', terminateTimeoutSecs: 2 });
        const stuck: string[] = [];
        engine.on('run.stuck', ({ run }) => stuck.push(run.id));
        // Near its limit and with much possible garbage, it is probed almost permanently.
        const source = `globalThis.kept = Array.from({ length: 2_500_000 }, (_, n) => ({ n }));
            console.log('ready');
            for (;;) {
                const garbage = [];
                for (let n = 0; n < 200_000; n++) garbage.push(n);
                globalThis.last = garbage;
            }`;
        const actor = await addSource(engine, source);

        for (let time = 0; time < 12; time++) {
            const run = await engine.start(actor, undefined, { memory: 128 });
            for await (const line of run.log) if (line.endsWith(' ready')) break;
            // A varying delay, so that the kill comes at different points of a probe.
            await delay(time * 23);
            await run.abort();
            expect((await run.finished()).status).toBe('ABORTED');
        }

        expect(stuck).toEqual([]);
    }, 60_000);
});

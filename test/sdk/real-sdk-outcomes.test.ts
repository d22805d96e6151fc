import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { addSdkActor, sdkActor } from '../support/actors/sdk-actor.js';
import { inside, linesOf, outcomeOf, SharedEngine } from '../support/actors/sdk-run.js';

const shared = new SharedEngine();

/** Code of an Actor, and its result observed from outside. */
const SEEN_FROM_OUTSIDE: [what: string, source: string, outcome: object][] = [
    [
        'Actor.main()',
        `import { Actor } from 'apify';
        await Actor.main(async () => { await Actor.pushData({ a: 1 }); await Actor.pushData([{ a: 2 }, { a: 3 }]); });`,
        { status: 'SUCCEEDED', exitCode: 0, items: [{ a: 1 }, { a: 2 }, { a: 3 }] },
    ],
    [
        'Actor.main() that throws',
        `import { Actor } from 'apify'; Actor.main(() => { throw new Error('why'); });`,
        { status: 'FAILED', exitCode: 91 },
    ],
    [
        'Actor.exit() with a message',
        inside(`await Actor.exit('All good');`),
        { status: 'SUCCEEDED', exitCode: 0, statusMessage: 'All good', isStatusMessageTerminal: true },
    ],
    [
        'Actor.exit() with an exit code',
        inside(`await Actor.exit({ exitCode: 7, statusMessage: 'Not quite' });`),
        { status: 'FAILED', exitCode: 7, statusMessage: 'Not quite', isStatusMessageTerminal: true },
    ],
    [
        'Actor.exit() that must not end the process',
        inside(`await Actor.exit('Later', { exit: false }); await Actor.setValue('AFTER', true); process.exit(4);`),
        { status: 'FAILED', exitCode: 4, statusMessage: 'Later', records: { AFTER: true } },
    ],
    [
        'Actor.fail()',
        inside(`await Actor.fail('No luck');`),
        { status: 'FAILED', exitCode: 1, statusMessage: 'No luck', isStatusMessageTerminal: true },
    ],
    [
        'Actor.fail() with an exit code',
        inside(`await Actor.fail('No luck', { exitCode: 5 });`),
        { status: 'FAILED', exitCode: 5, statusMessage: 'No luck' },
    ],
    [
        'Actor.getInputOrThrow() without an input',
        inside(`await Actor.setValue('INPUT', null);
        const error = await Actor.getInputOrThrow().catch((thrown) => thrown);
        await Actor.setValue('OUTPUT', [await Actor.getInput() ?? 'none', error.message]);`),
        { records: { OUTPUT: ['none', 'Input does not exist'] } },
    ],
    [
        'Actor.pushData() of a megabyte',
        inside(
            `await Actor.pushData({ text: 'ä'.repeat(500_000) }); await Actor.pushData({ text: 'x'.repeat(1_000_000) });`,
        ),
        { items: [{ text: 'ä'.repeat(500_000) }, { text: 'x'.repeat(1_000_000) }] },
    ],
    [
        'Actor.pushData() of 5,000 items one by one, then of many at once',
        inside(`for (let n = 0; n < 5000; n += 1) await Actor.pushData({ n });
        await Promise.all(Array.from({ length: 500 }, (_, n) => Actor.pushData({ n: n + 5000 })));
        await Actor.pushData(Array.from({ length: 500 }, (_, n) => ({ n: n + 5500 })));`),
        { items: Array.from({ length: 6000 }, (_, n) => ({ n })) },
    ],
    [
        'all kinds of pushes, in order',
        inside(`const dataset = await Actor.openDataset(); const client = Actor.apifyClient.dataset(dataset.id);
        for (let n = 0; n < 40; n += 4) {
            await Actor.pushData({ n }); await dataset.pushData({ n: n + 1 }); await client.pushItems({ n: n + 2 });
            await new ApifyClient().dataset(dataset.id).pushItems([{ n: n + 3 }]);
        }`),
        { items: Array.from({ length: 40 }, (_, n) => ({ n })) },
    ],
    [
        'Actor.useState() that is saved at the end',
        inside(
            `const state = await Actor.useState('STATE', { n: 0 }); state.n = 5; const main = await Actor.useState(); main.x = 1;`,
        ),
        { records: { STATE: { n: 5 }, APIFY_GLOBAL_STATE: { x: 1 } } },
    ],
    [
        'Actor.setStatusMessage()',
        inside(`await Actor.setStatusMessage('halfway');`),
        { status: 'SUCCEEDED', statusMessage: 'halfway' },
    ],
    [
        'new Actor() with its own configuration',
        `import { Actor } from 'apify';
        const actor = new Actor({ persistStateIntervalMillis: 30 });
        await actor.init();
        const state = await actor.useState('STATE', { n: 0 }); state.n = 1;
        await new Promise((resolve) => actor.on('persistState', resolve));
        await actor.pushData({ a: actor.config.get('persistStateIntervalMillis') });
        await (await actor.openKeyValueStore()).setValue('own', [actor.isAtHome(), await actor.getInput()]);
        await actor.exit('By an instance');`,
        { statusMessage: 'By an instance', items: [{ a: 30 }], records: { own: [true, { n: 1 }] } },
    ],
    [
        // On the platform they would be written into the container, and lost.
        'storages that are used without Actor.init()',
        `import { Actor, Dataset, KeyValueStore } from 'apify';
        await Dataset.pushData({ a: 1 }); await Actor.pushData({ a: 2 });
        await Actor.setValue('input', await Actor.getInput());
        await (await KeyValueStore.open()).setValue('other', 1);
        const queue = await Actor.openRequestQueue(); await queue.addRequest({ url: 'https://a.com' });
        await Actor.setValue('queue', (await queue.fetchNextRequest()).url);
        process.exit(0);`,
        { exitCode: 0, items: [{ a: 1 }, { a: 2 }], records: { input: { n: 1 }, other: 1, queue: 'https://a.com' } },
    ],
    [
        'process.exit() right after a write that is not awaited',
        inside(`void Actor.pushData({ a: 1 }); await Actor.pushData({ a: 2 }); process.exit(3);`),
        { status: 'FAILED', exitCode: 3, items: [{ a: 1 }, { a: 2 }] },
    ],
];

describe('the real SDK, observed from outside', () => {
    it('stores records of all types, and deletes those that are set to null', async () => {
        const run = await shared.run(
            inside(`await Actor.setValue('object', { a: [1] }); await Actor.setValue('number', 1);
            await Actor.setValue('text', 'käse', { contentType: 'text/html' });
            await Actor.setValue('buffer', Buffer.from([1, 2, 255]), { contentType: 'image/png' });
            const { Readable } = await import('node:stream');
            await Actor.setValue('stream', Readable.from([Buffer.from('a'), Buffer.from('b')]), { contentType: 'a/b' });
            const types = (await Promise.all(['buffer', 'stream', 'text'].map(Actor.getValue))).map((value) => value.constructor.name);
            await Actor.setValue('types', types);
            await Actor.setValue('gone', 1); await Actor.setValue('gone', null);`),
        );

        const { items } = await run.keyValueStore.listKeys();
        const records = await Promise.all(items.map(({ key }) => run.keyValueStore.getRecord(key)));
        expect(records).toMatchObject([
            { key: 'buffer', value: Buffer.from([1, 2, 255]), contentType: 'image/png' },
            { key: 'number', value: 1, contentType: expect.stringMatching(/^application\/json/) },
            { key: 'object', value: { a: [1] }, contentType: expect.stringMatching(/^application\/json/) },
            { key: 'stream', value: Buffer.from('ab'), contentType: 'a/b' },
            { key: 'text', value: 'käse', contentType: expect.stringMatching(/^text\/html/) },
            { key: 'types', value: ['Buffer', 'Buffer', 'String'] },
        ]);
    });

    it.each(SEEN_FROM_OUTSIDE)('does %s', async (_what, source, outcome) => {
        const run = await shared.run(source, { input: { n: 1 } });

        expect(await outcomeOf(run), await run.log.text()).toMatchObject(outcome);
    });

    it('runs until its timeout if it never calls `exit`, as on the platform', async () => {
        const clock = new ManualClock();
        const own = await makeEngine({ clock });
        const actor = await addSdkActor(own, `import { Actor } from 'apify'; await Actor.init(); console.log('idle');`);
        const run = await own.start(actor, {}, { timeout: 60 });
        for await (const line of run.log) if (line.endsWith(' idle')) break;

        await clock.advance('60s');

        expect((await run.finished()).status).toBe('TIMED-OUT');
        expect(run.exitCode).toBe(0);
    });

    it('works as CommonJS', async () => {
        const source = `const { Actor } = require('apify');
            Actor.main(async () => { await Actor.pushData(await Actor.getInput()); await Actor.exit('Required'); });`;
        const run = await shared.run(source, { type: 'commonjs', input: { n: 1 } });

        expect(await outcomeOf(run)).toMatchObject({
            status: 'SUCCEEDED',
            statusMessage: 'Required',
            items: [{ n: 1 }],
        });
    });

    it('writes nothing into the folders of the host and the Actor', async () => {
        const folder = await sdkActor(
            `import { Actor, Dataset } from 'apify'; import { writeFileSync } from 'node:fs';
            await Dataset.pushData({ early: true });
            await Actor.init();
            await Actor.useState('STATE', { n: 1 }); await Actor.pushData({ a: 1 }); await Actor.openRequestQueue('some');
            await Actor.setValue('directory', process.cwd());
            await Actor.exit();`,
        );
        const before = await readdir(folder);
        await shared.engine.addActor(folder, { name: 'tidy' });

        const run = await shared.engine.call('tidy');

        expect(await outcomeOf(run)).toMatchObject({ exitCode: 0, records: { directory: folder } });
        expect(await readdir(folder)).toEqual(before);
        expect(existsSync(join(process.cwd(), 'storage'))).toBe(false);
    });
});

describe('calls of the real SDK', () => {
    it('copy the log of a called Actor into their own', async () => {
        const run = await shared.run(inside(`await Actor.call('echo', { n: 1 });`));

        const lines = await linesOf(run);
        expect(lines.filter((line) => line.includes('echo heard {"n":1}'))).toHaveLength(1);
        expect(lines.find((line) => line.includes('echo heard'))).toMatch(/echo runId:\w+/);
    });

    it('pass on the remaining time', async () => {
        const source = inside(`const run = await Actor.call('echo', {}, { timeout: 'inherit', log: null });
            await Actor.setValue('OUTPUT', run.options.timeoutSecs);`);
        const run = await shared.run(source, { timeout: 100 });

        // The SDK sends milliseconds where the API expects seconds.
        expect(await run.output()).toBeGreaterThan(0);
        expect(await run.output()).toBeLessThanOrEqual(100_000);
    });

    it('give each of many concurrent calls its own response', async () => {
        const actor = await addSdkActor(
            shared.engine,
            inside(`const { n } = await Actor.getInput(); const { apifyClient } = Actor;
            const { id } = await apifyClient.run(Actor.config.get('actorRunId')).get();
            await Promise.all(Array.from({ length: 50 }, (_, m) => Actor.setValue('k' + m, { n, m })));
            const values = await Promise.all(Array.from({ length: 50 }, (_, m) => Actor.getValue('k' + m)));
            await Actor.setValue('OUTPUT', [id, values.every((value, m) => value.n === n && value.m === m)]);`),
        );

        const runs = await Promise.all(Array.from({ length: 3 }, (_, n) => shared.engine.call(actor, { n })));

        for (const run of runs) expect(await run.output()).toEqual([run.id, true]);
    });
});

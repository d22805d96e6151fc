import { describe, expect, it, onTestFinished } from 'vitest';
import { addSource, stripTimestamps } from '../../support/make-engine.js';
import { addSdkActor } from '../../support/actors/sdk-actor.js';
import { openTestSite } from '../../support/servers/test-site.js';
import { able, engineFor } from './modes.js';

const USES_ALL = `import { Actor, log } from 'apify';
    await Actor.init();
    const input = await Actor.getInput();
    await Actor.pushData([{ n: 1 }, { n: 2 }]);
    await Actor.setValue('bytes', Buffer.from([0, 255, 7]), { contentType: 'application/octet-stream' });
    await Actor.setValue('text', 'grün', { contentType: 'text/plain' });
    const queue = await Actor.openRequestQueue();
    await queue.addRequest({ url: 'https://example.com/a' });
    const request = await queue.fetchNextRequest();
    await queue.markRequestHandled(request);
    const bytes = await Actor.getValue('bytes');
    const missing = await Actor.apifyClient.dataset('nosuchdataset').listItems().catch((error) => error);
    log.info('working', { url: request.url });
    await Actor.setValue('OUTPUT', {
        input,
        bytes: [...bytes],
        missing: { name: missing.name, code: missing.code, isError: missing instanceof Error },
        isFinished: await queue.isFinished(),
        runId: Actor.getEnv().actorRunId,
    });
    await Actor.exit('all used');`;

describe('an Actor', () => {
    it.each(able())('reads its input, uses its storages, logs, and exits: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(engine, USES_ALL);

        const run = await engine.call(actor, { text: 'ü', list: [1, null] });

        expect(stripTimestamps(await run.log.text())).toContain('INFO  working {"url":"https://example.com/a"}');
        expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', exitCode: 0, statusMessage: 'all used' });
        expect(await run.items()).toEqual([{ n: 1 }, { n: 2 }]);
        expect(await run.output()).toEqual({
            input: { text: 'ü', list: [1, null] },
            bytes: [0, 255, 7],
            missing: { name: 'EngineError', code: 'record-not-found', isError: true },
            isFinished: true,
            runId: run.id,
        });
        expect((await run.keyValueStore.getRecord('text'))?.value).toBe('grün');
        expect((await run.requestQueue.get())?.handledRequestCount).toBe(1);
    });

    it.each(able())('returns its output from a function: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(engine, 'export default async ({ input, log }) => ({ twice: input.n * 2 });');

        expect(await (await engine.call(actor, { n: 21 })).output()).toEqual({ twice: 42 });
    });

    it.each(able())('is CommonJS: %s', async (mode) => {
        const engine = await engineFor(mode);
        const main = `const { Actor } = require('apify'); Actor.main(() => Actor.pushData({ from: 'CommonJS' }));`;
        const sourceFiles = [
            { name: 'package.json', content: '{"main":"main.js"}' },
            { name: 'main.js', content: main },
        ];
        await engine.addActor({ name: 'common-js', sourceFiles });

        for (let time = 0; time < 2; time++) {
            expect(await (await engine.call('common-js')).items()).toEqual([{ from: 'CommonJS' }]);
        }
    });

    it.each(able())('moves five megabytes in and out: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.main(async () => {
                const { text } = await Actor.getInput();
                await Actor.setValue('big', Buffer.alloc(5_000_000, 7), { contentType: 'application/octet-stream' });
                await Actor.pushData({ text });
            });`,
        );
        const text = 'é'.repeat(2_500_000);

        const run = await engine.call(actor, { text });

        expect((await run.items())[0]!['text'] === text).toBe(true);
        const big = (await run.keyValueStore.getRecord('big'))?.value as unknown as Buffer;
        expect([big.length, big.every((byte) => byte === 7)]).toEqual([5_000_000, true]);
    });

    it.each(able())('starts other Actors and waits for them: %s', async (mode) => {
        const engine = await engineFor(mode);
        await addSource(engine, 'export default ({ input }) => input.n + 1;', 'add-one');
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.main(async () => {
                const runs = await Promise.all([1, 2, 3].map((n) => Actor.call('add-one', { n })));
                for (const run of runs) {
                    const { value } = await Actor.apifyClient.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
                    await Actor.pushData({ value, status: run.status });
                }
            });`,
        );

        const run = await engine.call(actor);

        expect(await run.items()).toEqual([2, 3, 4].map((value) => ({ value, status: 'SUCCEEDED' })));
    });

    it.each(able())('has many runs at once, each with its own input: %s', async (mode) => {
        // Processes start slowly.
        const count = mode === 'process' ? 6 : 20;
        const engine = await engineFor(mode);
        const actor = await addSource(
            engine,
            `import { Actor } from 'apify';
            export default async ({ input }) => {
                await new Promise((resolve) => setTimeout(resolve, 5));
                const again = await Actor.getInput();
                await Actor.pushData({ first: input.n, again: again.n, run: Actor.getEnv().actorRunId });
            };`,
        );

        const runs = await Promise.all(Array.from({ length: count }, (_, n) => engine.call(actor, { n })));

        for (const [n, run] of runs.entries()) {
            expect(await run.items()).toEqual([{ first: n, again: n, run: run.id }]);
        }
    });

    it.each(able('ownConnections'))('requests the API by HTTP, and reaches the engine: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(
            engine,
            `export default async ({ Actor }) => {
                    const { ACTOR_RUN_ID, APIFY_TOKEN, APIFY_API_BASE_URL } = process.env;
                    const headers = { authorization: 'Bearer ' + APIFY_TOKEN };
                    const ids = [];
                    for (const base of [APIFY_API_BASE_URL, 'https://api.apify.com']) {
                        const response = await fetch(base + '/v2/actor-runs/' + ACTOR_RUN_ID, { headers });
                        ids.push((await response.json()).data.id);
                    }
                    return ids;
                };`,
        );

        const run = await engine.call(actor);

        expect(await run.output(), await run.log.text()).toEqual([run.id, run.id]);
    });

    it.each(able())('reaches other hosts: %s', async (mode) => {
        const site = await openTestSite({ pages: 1 });
        onTestFinished(() => site.close());
        const engine = await engineFor(mode);
        const actor = await addSource(engine, 'export default async ({ input }) => (await fetch(input.url)).status;');

        expect(await (await engine.call(actor, { url: site.root('crawl') })).output()).toBe(200);
    });

    it.each(able('ownEnvironment'))('has its own environment, arguments and directory: %s', async (mode) => {
        const engine = await engineFor(mode, { env: { COLOUR: 'green' } });
        const actor = await addSource(
            engine,
            `import { resolve } from 'node:path';
                export default () => ({
                    colour: process.env.COLOUR,
                    isTidy: process.env.npm_config_user_agent === undefined && process.env.VITEST === undefined,
                    runId: process.env.ACTOR_RUN_ID,
                    isEntry: import.meta.filename === process.argv[1],
                    isThere: resolve('x.txt') === resolve(import.meta.dirname, 'x.txt'),
                });`,
        );

        const run = await engine.call(actor, undefined, { env: { COLOUR: 'blue' } });

        expect(await run.output()).toEqual({
            colour: 'blue',
            isTidy: true,
            runId: run.id,
            isEntry: true,
            isThere: true,
        });
    });

    it.each(able('ownDirectory'))('changes its directory: %s', async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSource(
            engine,
            `import { readFileSync, writeFileSync } from 'node:fs';
            process.chdir('/tmp');
            process.chdir(import.meta.dirname);
            writeFileSync('note.txt', 'here');
            export default () => readFileSync('note.txt', 'utf8');`,
        );

        expect(await (await engine.call(actor)).output()).toBe('here');
    });

    it.each(able('ownSdk'))("uses the platform's SDK: %s", async (mode) => {
        const engine = await engineFor(mode);
        const actor = await addSdkActor(
            engine,
            `import { Actor } from 'apify';
                await Actor.init();
                const { n } = await Actor.getInput();
                await Actor.pushData({ n });
                await Actor.exit('by the real one');`,
        );

        for (const n of [1, 2]) {
            const run = await engine.call(actor, { n });
            expect(await run.info()).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'by the real one' });
            expect(await run.items()).toEqual([{ n }]);
        }
    });
});

import { describe, expect, it } from 'vitest';
import { createEngine } from 'greenroom';
import { addSource, makeEngine, stripTimestamps } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import { waitUntil } from '../support/wait-until.js';
import type { ActorFunctionContext } from 'greenroom';

describe('an Actor that is a function', () => {
    it('can be called by another Actor', async () => {
        const engine = await makeEngine();
        const asked: unknown[] = [];
        await engine.addActor({
            name: 'apify/some-actor',
            run: async ({ input, Actor }: ActorFunctionContext) => {
                asked.push(input);
                await Actor.pushData([{ found: 1 }, { found: 2 }]);
                return { answer: 42 };
            },
        });
        const caller = await addSource(
            engine,
            `import { Actor } from 'apify';
            await Actor.init();
            const run = await Actor.call('apify/some-actor', { query: 'x' });
            const { items } = await Actor.apifyClient.dataset(run.defaultDatasetId).listItems();
            const { value } = await Actor.apifyClient.keyValueStore(run.defaultKeyValueStoreId).getRecord('OUTPUT');
            await Actor.pushData({ status: run.status, items, value });
            await Actor.exit();`,
        );

        const run = await engine.call(caller);

        expect(asked).toEqual([{ query: 'x' }]);
        expect(await run.items()).toEqual([
            { status: 'SUCCEEDED', items: [{ found: 1 }, { found: 2 }], value: { answer: 42 } },
        ]);
    });

    it('has its own run: environment, input, storages, log and status message', async () => {
        const engine = await makeEngine();
        await engine.addActor({
            name: 'worker',
            run: async ({ input, Actor, log }: ActorFunctionContext) => {
                log.info('at work', { on: (input as { n: number }).n });
                await Actor.setStatusMessage(`working on ${(input as { n: number }).n}`);
                await Actor.pushData({ n: (input as { n: number }).n, run: Actor.getEnv().actorRunId });
            },
        });

        const runs = await Promise.all(Array.from({ length: 100 }, (_, n) => engine.call('worker', { n })));

        for (const [n, run] of runs.entries()) {
            expect(await run.items()).toEqual([{ n, run: run.id }]);
            expect(run.statusMessage).toBe(`working on ${n}`);
            expect(stripTimestamps(await run.log.text())).toEqual([
                `INFO  at work {"on":${n}}`,
                `INFO  [Status message]: working on ${n}`,
            ]);
        }
    });

    it.each<[string, (context: ActorFunctionContext) => unknown, object]>([
        ['returns', () => 1, { status: 'SUCCEEDED', exitCode: 0 }],
        [
            'throws',
            () => {
                throw new TypeError('broken');
            },
            { status: 'FAILED', exitCode: 91, statusMessage: expect.stringContaining('TypeError: broken') },
        ],
        ['fails', ({ Actor }) => Actor.fail('no luck'), { status: 'FAILED', exitCode: 1, statusMessage: 'no luck' }],
        ['exits', ({ Actor }) => Actor.exit('all done'), { status: 'SUCCEEDED', statusMessage: 'all done' }],
    ])('ends its run when it %s', async (_how, run, expected) => {
        const engine = await makeEngine();
        await engine.addActor({ name: 'under-test', run });

        const handle = await engine.call('under-test');

        expect(await handle.info()).toMatchObject(expected);
    });

    it('is stopped through its signal, and is abandoned by a kill', async () => {
        const engine = await makeEngine();
        let late: unknown;
        await engine.addActor({
            name: 'waits',
            run: ({ signal, Actor, log }: ActorFunctionContext) => {
                log.info('ready');
                return new Promise((resolve) => {
                    signal.addEventListener('abort', () => {
                        resolve('stopped');
                        Actor.setValue('LATE', 1).catch((error: unknown) => (late = error));
                    });
                });
            },
        });
        const graceful = await engine.start('waits');
        const killed = await engine.start('waits');
        for (const run of [graceful, killed]) for await (const line of run.log) if (line.endsWith('ready')) break;

        await graceful.abort({ gracefully: true });
        await killed.abort();

        expect((await graceful.finished()).status).toBe('ABORTED');
        expect(await graceful.output()).toBe('stopped');
        expect((await killed.finished()).status).toBe('ABORTED');
        await waitUntil('the late call to be refused', () => late !== undefined);
        expect(late).toMatchObject({ code: 'run-gone' });
    });

    it('never shares stored values', async () => {
        const engine = await makeEngine();
        const value = { list: [1] };
        await engine.addActor({
            name: 'under-test',
            run: async ({ Actor }: ActorFunctionContext) => {
                await Actor.setValue('VALUE', value);
                value.list.push(2);
                const read = await Actor.getValue<typeof value>('VALUE');
                read!.list.push(3);
            },
        });

        const run = await engine.call('under-test');

        expect((await run.keyValueStore.getRecord('VALUE'))?.value).toEqual({ list: [1] });
    });

    it('must be added again by another process', async () => {
        const storageDir = await tempDir();
        const first = await createEngine({ storageDir });
        await first.addActor({ name: 'under-test', run: () => 1 });
        await first.close();
        const engine = await makeEngine({ storageDir });

        const run = await engine.call('under-test');

        expect(run.status).toBe('FAILED');
        expect(run.statusMessage).toContain('Add it again');
    });
});

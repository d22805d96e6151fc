import { until } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { addSource, makeEngine } from '../support/make-engine.js';
import type { Engine, RunHandle } from 'greenroom';

/** Pushes as fast as possible, so that items go through shared memory; then never exits. */
const PUSHES = `import { Actor } from 'apify';
    await Actor.init();
    for (let n = 1; n <= 50; n += 1) await Actor.pushData({ n });
    console.log('page 1');
    console.log('page 2');
    await Actor.setStatusMessage('half way');
    setInterval(() => {}, 1000);`;

async function start(engine: Engine): Promise<RunHandle> {
    return engine.start(await addSource(engine, PUSHES));
}

describe('until', () => {
    it('waits for items, log lines, a status and a status message, and returns immediately once they exist', async () => {
        const engine = await makeEngine();
        const run = await start(engine);

        await until(run, { items: 50 });
        const items = await run.items();
        await until(run, { log: /page \d$/ });
        await until(run, { log: 'page 2' });
        await until(run, { statusMessage: 'half' });
        await until(run, { statusMessage: /way$/ });
        await until(run, { status: 'RUNNING' });
        const aborted = until(run, { status: 'ABORTED' });
        await run.abort();
        await aborted;

        expect(items).toHaveLength(50);
        expect(run.status).toBe('ABORTED');
        await until(run, { items: 50 });
        await until(run, { log: 'page 1' });
    });

    it.each([
        [{ items: 3 }, 'it had 3 items'],
        [{ log: /no such/ }, 'it logged /no such/'],
        [{ status: 'TIMED-OUT' }, 'it was TIMED-OUT'],
        [{ statusMessage: 'no such' }, "it had the status message 'no such'"],
    ] as const)('reports the final status if the run ends first: %j', async (milestone, description) => {
        const engine = await makeEngine();
        const run = await engine.start(
            await addSource(
                engine,
                `import { Actor } from 'apify'; await Actor.init(); await Actor.exit('well done');`,
            ),
        );

        await expect(until(run, milestone)).rejects.toMatchObject({
            code: 'job-finished',
            message: `Run \`${run.id}\` ended (SUCCEEDED: well done) before ${description}. See its log.`,
        });
    });

    it.each([{ items: 99 }, { log: 'never' }, { status: 'FAILED' }, { statusMessage: 'never' }] as const)(
        'rejects when its signal aborts: %j',
        async (milestone) => {
            const engine = await makeEngine();
            const run = await start(engine);
            const abort = new AbortController();
            const waiting = until(run, milestone, { signal: abort.signal });

            abort.abort(new Error('enough'));

            await expect(waiting).rejects.toThrow('enough');
            await expect(until(run, milestone, { signal: abort.signal })).rejects.toThrow('enough');
        },
    );

    it('rejects an invalid milestone', async () => {
        const engine = await makeEngine();
        const run = await engine.call(await addSource(engine, 'export default () => 1;'));

        await expect(until(run, {} as never)).rejects.toThrow(
            'must be an object with exactly one of items, log, status',
        );
        await expect(until(run, { items: 1, log: 'x' })).rejects.toThrow('Call `until` once for each');
        await expect(until(run, { itmes: 1 } as never)).rejects.toThrow('Did you mean `items`?');
        await expect(until(run, { items: 0 })).rejects.toMatchObject({ code: 'invalid-value' });
        await expect(until(run, { status: 'DONE' as never })).rejects.toMatchObject({ code: 'invalid-value' });
        await expect(until(run, { log: '' })).rejects.toMatchObject({ code: 'invalid-value' });
    });
});

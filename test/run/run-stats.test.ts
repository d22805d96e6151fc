import { ManualClock } from 'greenroom/testing';
import { describe, expect, it } from 'vitest';
import { connectClient } from '../api/connect-client.js';
import { addSource, makeEngine } from '../support/make-engine.js';
import type { Engine, Run, RunHandle } from 'greenroom';

const HOUR = 3_600_000;

const NAMES = [
    // Official.
    ...['inputBodyLen', 'migrationCount', 'rebootCount', 'restartCount', 'resurrectCount', 'metamorph'],
    ...['memAvgBytes', 'memMaxBytes', 'memCurrentBytes', 'cpuAvgUsage', 'cpuMaxUsage', 'cpuCurrentUsage'],
    ...['netRxBytes', 'netTxBytes', 'durationMillis', 'runTimeSecs', 'computeUnits'],
    // From early docs.
    ...['memoryUsageBytes', 'datasetItems', 'requestsTotal'],
];

/** Fills its storages, then waits for the record `go`. */
const WAITS = `import { Actor } from 'apify';
    await Actor.init();
    await Actor.pushData([{ n: 1 }, { n: 2 }, { n: 3 }]);
    const queue = await Actor.openRequestQueue();
    await queue.addRequests([{ url: 'https://example.com/1' }, { url: 'https://example.com/2' }]);
    console.log('ready');
    while ((await Actor.getValue('go')) === null) await new Promise((resolve) => setTimeout(resolve, 5));
    await Actor.pushData({ n: 4 });
    await Actor.exit();`;

async function startWaiting(engine: Engine, options?: { memory?: number }): Promise<RunHandle> {
    const run = await engine.start(await addSource(engine, WAITS), { some: 'ü' }, options);
    for await (const line of run.log) if (line.endsWith(' ready')) break;
    return run;
}

async function letGo(run: RunHandle): Promise<Run> {
    await run.keyValueStore.setRecord({ key: 'go', value: true });
    return run.finished();
}

/** Returns the stats of the only run from every client. */
async function everywhere(engine: Engine, { id }: RunHandle): Promise<object[]> {
    const remote = connectClient(engine.client);
    const records = await Promise.all([
        engine.run(id)!.info(),
        engine.client.run(id).get(),
        engine.client.actor('under-test').lastRun().get(),
        remote.run(id).get(),
        remote.actor('under-test').lastRun().get(),
    ]);
    return records.map((record) => record!.stats);
}

describe('the statistics of a run', () => {
    it('have the official names and those of early docs', async () => {
        const engine = await makeEngine();

        const { stats } = await letGo(await startWaiting(engine));

        expect(Object.keys(stats).toSorted()).toEqual(NAMES.toSorted());
        expect(stats.memoryUsageBytes).toBe(stats.memMaxBytes);
    });

    it('are correct while it runs and at its end, from every client', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const run = await startWaiting(engine, { memory: 2048 });
        await clock.advance(HOUR / 2);

        const live = await everywhere(engine, run);
        await letGo(run);
        await clock.advance(HOUR);
        const ended = await everywhere(engine, run);

        const half = { inputBodyLen: 13, durationMillis: HOUR / 2, runTimeSecs: 1800, computeUnits: 1 };
        expect(live).toMatchObject(live.map(() => ({ ...half, datasetItems: 3, requestsTotal: 2 })));
        expect(ended).toMatchObject(ended.map(() => ({ ...half, datasetItems: 4, requestsTotal: 2 })));
    });

    it('do not count the time before admission', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock, maxConcurrentRuns: 1 });
        const first = await startWaiting(engine);
        const second = await engine.start('under-test');
        await clock.advance('1h');

        const waiting = await second.info();
        await letGo(first);
        await clock.advance('1m');
        const running = await second.info();
        const third = await engine.start('under-test');
        await clock.advance('1h');
        await third.abort();

        expect(waiting).toMatchObject({ status: 'READY', stats: { durationMillis: 0, computeUnits: 0 } });
        expect(running).toMatchObject({ status: 'RUNNING', stats: { durationMillis: 60_000, runTimeSecs: 60 } });
        expect(await third.finished()).toMatchObject({ status: 'ABORTED', stats: { durationMillis: 0 } });
    });

    it('add up over resurrections, each with its own memory', async () => {
        const clock = new ManualClock();
        const engine = await makeEngine({ clock });
        const run = await startWaiting(engine, { memory: 1024 });
        await clock.advance('1h');
        await run.abort();
        await run.finished();
        await clock.advance('5h');

        const revived = await run.resurrect({ memory: 256 });
        await clock.advance('2h');
        const end = await letGo(run);

        expect(revived.stats).toMatchObject({ durationMillis: HOUR, computeUnits: 1, resurrectCount: 1 });
        expect(end.stats).toMatchObject({ durationMillis: 3 * HOUR, runTimeSecs: 10_800, computeUnits: 1.5 });
        expect(end.usage.ACTOR_COMPUTE_UNITS).toBe(1.5);
    });
});

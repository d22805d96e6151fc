import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { createEngine, type Engine, type EngineOptions } from 'greenroom';
import { sampleInTurns, summarize, verify, type Case, type Result } from '../harness.js';
import { ITEM } from '../storage-case.js';

const ROUNDS = 3;
const ACTORS = 8;
/** Delay until all Actors are pushing. */
const START_MILLIS = 700;
/** Time for which the event loop is sampled. */
const SAMPLE_MILLIS = 1000;
/** Time for which the Actors push. */
const PUSH_MILLIS = 2500;
const LARGE = { ...ITEM, text: 'x'.repeat(1_000_000) };

type Isolation = NonNullable<EngineOptions['isolation']>;

/** Pushes items as fast as possible for `millis`, in awaited batches of `batchSize`. */
const PUSHING = `
    import { Actor } from 'apify';
    await Actor.init();
    const { item, millis, batchSize } = await Actor.getInput();
    const end = performance.now() + millis;
    while (performance.now() < end) await Promise.all(Array.from({ length: batchSize }, () => Actor.pushData(item)));
    await Actor.exit();
`;

/** Sets a record every few milliseconds, and outputs the median of the milliseconds that each took. */
const ORDINARY = `
    import { Actor } from 'apify';
    await Actor.init();
    const millis = [];
    for (let index = 0; index < 200; index += 1) {
        const start = performance.now();
        await Actor.setValue('record', { index });
        millis.push(performance.now() - start);
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Actor.setValue('OUTPUT', millis.toSorted((a, b) => a - b)[100]);
    await Actor.exit();
`;

/** Measures how runs that push at full speed affect the host and other runs. */
export const fairness: Case = {
    name: 'fairness',
    question: 'How long do the host and an ordinary run wait while other runs push at full speed?',
    async *run() {
        yield await measureLoopDelay('awaited', { isolation: 'thread', item: ITEM, batchSize: 1 });
        yield await measureLoopDelay('50 at once', { isolation: 'thread', item: ITEM, batchSize: 50 });
        yield await measureLoopDelay('of 1 MB', { isolation: 'thread', item: LARGE, batchSize: 2 });
        yield await measureLoopDelay('50 at once, disk', {
            isolation: 'thread',
            item: ITEM,
            batchSize: 50,
            isOnDisk: true,
        });
        yield await measureLoopDelay('50 at once, pooled', { isolation: 'pooled', item: ITEM, batchSize: 50 });
        yield await measureLoopDelay('50 at once, process', { isolation: 'process', item: ITEM, batchSize: 50 });
        yield await measureLatencyDuringFlood();
    },
};

interface Load {
    isolation: Isolation;
    item: object;
    batchSize: number;
    isOnDisk?: boolean;
}

async function measureLoopDelay(name: string, load: Load): Promise<Result> {
    const { value, floor } = await sampleInTurns(ROUNDS, {
        value: () => measureEngineP99(load),
        floor: () => measureWorkersP99(load.item),
    });
    return {
        name: `p99 delay of the event loop, ${ACTORS} Actors pushing ${name}`,
        unit: 'ms',
        value,
        floor,
        goal: { of: 'value', atMost: 50 },
    };
}

async function measureEngineP99({ isolation, item, batchSize, isOnDisk }: Load): Promise<number> {
    const storageDir = isOnDisk ? await mkdtemp(join(tmpdir(), 'greenroom-bench-')) : undefined;
    const engine = await createEngine({ isolation, storageDir, maxTotalMemoryMbytes: 65_536 });
    try {
        await engine.addActor({ name: 'pushing', source: PUSHING });
        const input = { item, batchSize, millis: PUSH_MILLIS };
        const starts = Array.from({ length: ACTORS }, () => engine.start('pushing', input, { memory: 1024 }));
        const runs = await Promise.all(starts);
        const p99 = await sampleLoopDelay();
        for (const run of runs) verify('status of the run', (await run.finished()).status, 'SUCCEEDED');
        return p99;
    } finally {
        await engine.close({ force: true });
        if (storageDir !== undefined) await rm(storageDir, { recursive: true, force: true });
    }
}

/** Measures the same number of bare workers that post the same item and wait for each answer. */
async function measureWorkersP99(item: object): Promise<number> {
    const workers = Array.from({ length: ACTORS }, () => {
        const { port1, port2 } = new MessageChannel();
        port1.on('message', ({ id }: { id: number }) => port1.postMessage({ type: 'answer', id, ok: true }));
        const url = new URL('../programs/posts.js', import.meta.url);
        const worker = new Worker(url, { workerData: { item, millis: PUSH_MILLIS }, execArgv: [] });
        worker.postMessage(port2, [port2]);
        return worker;
    });
    const exits = workers.map((worker) => once(worker, 'exit'));
    const p99 = await sampleLoopDelay();
    await Promise.all(exits);
    return p99;
}

async function sampleLoopDelay(): Promise<number> {
    await delay(START_MILLIS);
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    await delay(SAMPLE_MILLIS);
    histogram.disable();
    return histogram.percentile(99) / 1e6;
}

/** Measures the cost of a record for an ordinary run while another floods the host, as a multiple of its cost alone. */
async function measureLatencyDuringFlood(): Promise<Result> {
    const engine = await createEngine({ maxTotalMemoryMbytes: 65_536 });
    try {
        await engine.addActor({ name: 'ordinary', source: ORDINARY });
        await engine.addActor({ name: 'flooding', source: FLOODING });
        const ratios: number[] = [];
        for (let round = 0; round <= ROUNDS; round += 1) {
            const alone = await measureMedianMillis(engine);
            const flooding = await engine.start('flooding', {}, { memory: 2048 });
            await delay(START_MILLIS);
            const duringFlood = await measureMedianMillis(engine);
            await flooding.abort();
            if (round > 0) ratios.push(duringFlood / alone);
        }
        return {
            name: 'setValue of a run beside a flooding one, as a multiple of alone',
            unit: '×',
            value: summarize(ratios),
            goal: { of: 'value', atMost: 3 },
        };
    } finally {
        await engine.close({ force: true });
    }
}

/** Pushes hundreds of items at once to a dataset other than its own, so that each push goes through the host. */
const FLOODING = `
    import { Actor } from 'apify';
    await Actor.init();
    const dataset = await Actor.openDataset('flooded');
    for (;;) await Promise.all(Array.from({ length: 500 }, (_, index) => dataset.pushData({ index })));
`;

async function measureMedianMillis(engine: Engine): Promise<number> {
    const run = await engine.call('ordinary', {}, { memory: 256 });
    verify('status of the run', run.status, 'SUCCEEDED');
    const output = await run.output<number>();
    if (output === undefined) throw new Error('The Actor did not set an output.');
    return output;
}

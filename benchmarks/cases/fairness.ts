import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { createEngine, type Engine, type EngineOptions } from 'greenroom';
import { measure, sampleInTurns, verify, type Case, type Result } from '../harness.js';
import { ITEM } from '../storage-case.js';

const ROUNDS = 3;
const ACTORS = 8;
/** All are at work by then, */
const START_MILLIS = 700;
/** so long it is looked at, */
const LOOK_MILLIS = 1000;
/** and so long they push. */
const PUSH_MILLIS = 2500;
const LARGE = { ...ITEM, text: 'x'.repeat(1_000_000) };

type Isolation = NonNullable<EngineOptions['isolation']>;

/** Pushes as fast as it can, for a time; `together` at once, each lot awaited. */
const PUSHING = `
    import { Actor } from 'apify';
    await Actor.init();
    const { item, millis, together } = await Actor.getInput();
    const end = performance.now() + millis;
    while (performance.now() < end) await Promise.all(Array.from({ length: together }, () => Actor.pushData(item)));
    await Actor.exit();
`;

/** Sets a record now and then, and leaves the median of the milliseconds that it took. */
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

/** Whether one run, or many, leave the host and the others their time. */
export const fairness: Case = {
    name: 'fairness',
    question: 'How long do the host and an ordinary run wait while others push at full speed?',
    async *run() {
        yield await loopDelay('awaited', { isolation: 'thread', item: ITEM, together: 1 });
        yield await loopDelay('50 at once', { isolation: 'thread', item: ITEM, together: 50 });
        yield await loopDelay('of 1 MB', { isolation: 'thread', item: LARGE, together: 2 });
        yield await loopDelay('50 at once, disk', { isolation: 'thread', item: ITEM, together: 50, isOnDisk: true });
        yield await loopDelay('50 at once, pooled', { isolation: 'pooled', item: ITEM, together: 50 });
        yield await loopDelay('50 at once, process', { isolation: 'process', item: ITEM, together: 50 });
        yield await latencyBeside();
    },
};

interface Load {
    isolation: Isolation;
    item: object;
    together: number;
    isOnDisk?: boolean;
}

async function loopDelay(name: string, load: Load): Promise<Result> {
    const { ours, floor } = await sampleInTurns(ROUNDS, {
        ours: () => p99OfEngine(load),
        floor: () => p99OfWorkers(load.item),
    });
    return {
        name: `p99 delay of the event loop, ${ACTORS} Actors pushing ${name}`,
        unit: 'ms',
        value: ours,
        floor,
        goal: { of: 'value', atMost: 50 },
    };
}

async function p99OfEngine({ isolation, item, together, isOnDisk }: Load): Promise<number> {
    const storageDir = isOnDisk ? await mkdtemp(join(tmpdir(), 'greenroom-bench-')) : undefined;
    const engine = await createEngine({ isolation, storageDir, maxTotalMemoryMbytes: 65_536 });
    try {
        await engine.addActor({ name: 'pushing', source: PUSHING });
        const input = { item, together, millis: PUSH_MILLIS };
        const starting = Array.from({ length: ACTORS }, () => engine.start('pushing', input, { memory: 1024 }));
        const runs = await Promise.all(starting);
        const p99 = await lookAtLoop();
        for (const run of runs) verify('status of the run', (await run.finished()).status, 'SUCCEEDED');
        return p99;
    } finally {
        await engine.close({ force: true });
        if (storageDir !== undefined) await rm(storageDir, { recursive: true, force: true });
    }
}

/** As many bare workers, that post the same and wait for an answer each. */
async function p99OfWorkers(item: object): Promise<number> {
    const workers = Array.from({ length: ACTORS }, () => {
        const { port1, port2 } = new MessageChannel();
        port1.on('message', ({ id }: { id: number }) => port1.postMessage({ type: 'answer', id, ok: true }));
        const url = new URL('../programs/posts.js', import.meta.url);
        const worker = new Worker(url, { workerData: { item, millis: PUSH_MILLIS }, execArgv: [] });
        worker.postMessage(port2, [port2]);
        return worker;
    });
    const ended = workers.map((worker) => once(worker, 'exit'));
    const p99 = await lookAtLoop();
    await Promise.all(ended);
    return p99;
}

async function lookAtLoop(): Promise<number> {
    await delay(START_MILLIS);
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    await delay(LOOK_MILLIS);
    histogram.disable();
    return histogram.percentile(99) / 1e6;
}

/** What a record costs an ordinary run beside one that floods the host, as a multiple of what it costs alone. */
async function latencyBeside(): Promise<Result> {
    const engine = await createEngine({ maxTotalMemoryMbytes: 65_536 });
    try {
        await engine.addActor({ name: 'ordinary', source: ORDINARY });
        await engine.addActor({ name: 'flooding', source: FLOODING });
        const ratios: number[] = [];
        for (let round = 0; round <= ROUNDS; round += 1) {
            const alone = await medianMillis(engine);
            const flooding = await engine.start('flooding', {}, { memory: 2048 });
            await delay(START_MILLIS);
            const beside = await medianMillis(engine);
            await flooding.abort();
            if (round > 0) ratios.push(beside / alone);
        }
        return {
            name: 'setValue of a run beside a flooding one, as a multiple of alone',
            unit: '×',
            value: measure(ratios),
            goal: { of: 'value', atMost: 3 },
        };
    } finally {
        await engine.close({ force: true });
    }
}

/** Hundreds of pushes to a dataset that is not its own, so that each goes by the host. */
const FLOODING = `
    import { Actor } from 'apify';
    await Actor.init();
    const dataset = await Actor.openDataset('flooded');
    for (;;) await Promise.all(Array.from({ length: 500 }, (_, index) => dataset.pushData({ index })));
`;

async function medianMillis(engine: Engine): Promise<number> {
    const run = await engine.call('ordinary', {}, { memory: 256 });
    verify('status of the run', run.status, 'SUCCEEDED');
    const output = await run.output<number>();
    if (output === undefined) throw new Error('The Actor left no output.');
    return output;
}

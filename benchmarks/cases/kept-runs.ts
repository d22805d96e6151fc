import { createEngine, type Engine } from 'greenroom';
import { sampleInTurns, verify, type Case, type Result } from '../harness.js';
import { usedBytes } from '../used-bytes.js';

const FEW = 1000;
const MANY = 100_000;
/** Number of runs whose memory is measured. */
const MEASURED = 10_000;
/** Operations per sample, and number of samples. The median excludes the pauses of the garbage collector. */
const BATCH = 200;
const BATCHES = 40;

/** The operations to measure. */
const OPERATIONS: Readonly<Record<string, (engine: Engine) => Promise<unknown>>> = {
    'a run of a function': (engine) => engine.call('nothing'),
    'the list of the 10 latest runs': ({ client }) => client.runs().list({ limit: 10, desc: true }),
    'a list of 10 failed runs': ({ client }) => client.actor('nothing').runs().list({ limit: 10, status: 'FAILED' }),
    'the last run of an Actor': ({ client }) => client.actor('nothing').lastRun().get(),
    'a list of 10 datasets': ({ client }) => client.datasets().list({ limit: 10, desc: true, unnamed: true }),
};

/** Measures how finished runs in memory affect later operations, and how much memory each takes. */
export const keptRuns: Case = {
    name: 'kept-runs',
    question: `What does an operation cost with ${MANY} finished runs, compared with ${FEW}, and how much memory does each take?`,
    async *run() {
        yield* compareSizes();
        yield await measureMemoryPerRun();
    },
};

/** Compares both sizes. They exist at the same time and are sampled in turns, so that other load affects both alike. */
async function* compareSizes(): AsyncGenerator<Result> {
    const [few, many] = [await createEngineWithRuns(FEW), await createEngineWithRuns(MANY)];
    try {
        for (const [name, operate] of Object.entries(OPERATIONS)) {
            const costs = await sampleInTurns(BATCHES, {
                few: () => measureCost(() => operate(few)),
                many: () => measureCost(() => operate(many)),
            });
            yield {
                name: `growth of ${name}`,
                unit: '×',
                value: { median: costs.many.median / costs.few.median, spread: costs.many.spread + costs.few.spread },
                goal: { of: 'value', atMost: 1.2 },
            };
        }
    } finally {
        await Promise.all([few.close(), many.close()]);
    }
}

async function createEngineWithRuns(count: number): Promise<Engine> {
    const engine = await createEngine();
    await engine.addActor({ name: 'nothing', run: async () => {} });
    for (let run = 0; run < count; run += 1) await engine.call('nothing');
    verify('runs kept', (await engine.client.runs().list({ limit: 1 })).total, count);
    return engine;
}

async function measureCost(operate: () => Promise<unknown>): Promise<number> {
    const start = performance.now();
    for (let index = 0; index < BATCH; index += 1) await operate();
    return (performance.now() - start) / BATCH;
}

/** Measures the memory of a finished run with its storages and its log. The floor is its bare record in a `Map`. */
async function measureMemoryPerRun(): Promise<Result> {
    const engine = await createEngineWithRuns(FEW);
    try {
        const before = usedBytes();
        for (let run = 0; run < MEASURED; run += 1) await engine.call('nothing');
        const value = (usedBytes() - before) / MEASURED;
        const record = await engine.client.actor('nothing').lastRun().get();
        return {
            name: 'memory of a kept run',
            unit: 'bytes',
            value: { median: value, spread: 0 },
            floor: { median: measureBytesPerRecord(record), spread: 0 },
            goal: { of: 'floor', atMost: 2 },
        };
    } finally {
        await engine.close();
    }
}

function measureBytesPerRecord(record: unknown): number {
    const records = new Map<string, unknown>();
    const before = usedBytes();
    for (let run = 0; run < MEASURED; run += 1) records.set(`run ${run}`, structuredClone(record));
    const used = usedBytes() - before;
    verify('records kept', records.size, MEASURED);
    return used / MEASURED;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from 'greenroom';
import { sizeOf } from '../disk-size.js';
import { measure, sampleInTurns, verify, type Case, type Result } from '../harness.js';
import { multiplyRuns } from '../multiply-runs.js';
import { millisOf, withEngineOn } from '../on-disk.js';
import { usedBytes } from '../used-bytes.js';

const FEW = 1000;
const MANY = sizeOf({ usual: 10_000, full: 100_000 });
const OPENINGS = 5;
const BATCH = 20;
const BATCHES = 30;

/** What is done where many runs are kept on disk. */
const OPERATIONS: Readonly<Record<string, (engine: Engine) => Promise<unknown>>> = {
    'a run of a function': (engine) => engine.call('nothing'),
    'a list of 10 runs': ({ client }) => client.runs().list({ limit: 10, offset: 500 }),
    'a list of 10 that succeeded': ({ client }) => client.runs().list({ limit: 10, offset: 500, status: 'SUCCEEDED' }),
    'a list of 10 datasets': ({ client }) => client.datasets().list({ limit: 10, offset: 500, unnamed: true }),
};

/** Whether runs that are kept on disk cost those who open the directory, and those who come after them. */
export const diskRuns: Case = {
    name: 'disk-runs',
    question: `What does it take to open, to list and to close ${MANY} runs on disk with their storages?`,
    async *run() {
        const [few, many] = [await withRuns(FEW), await withRuns(MANY)];
        try {
            yield* await opening(many);
            yield* await withEngineOn(few, (engine) => withEngineOn(many, (other) => compare(engine, other)));
        } finally {
            for (const directory of [few, many]) await rm(directory, { recursive: true, force: true });
        }
    },
};

async function withRuns(count: number): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'greenroom-bench-'));
    await withEngineOn(directory, async (engine) => {
        await engine.addActor({ name: 'nothing', run: async () => {} });
        await engine.call('nothing');
    });
    multiplyRuns(directory, count);
    await withEngineOn(directory, async ({ client }) => {
        verify('runs kept', (await client.runs().list({ limit: 1 })).total, count);
    });
    return directory;
}

/** How long it takes, and what the engine then has in memory for each run and its three storages. */
async function opening(directory: string): Promise<Result[]> {
    const samples: number[] = [];
    const closings: number[] = [];
    const memory: number[] = [];
    for (let time = 0; time < OPENINGS; time += 1) {
        const before = usedBytes();
        let engine: Engine | undefined;
        samples.push(await millisOf(async () => (engine = await createEngine({ storageDir: directory, prewarm: 0 }))));
        memory.push((usedBytes() - before) / MANY);
        closings.push(await millisOf(() => engine?.close()));
    }
    return [
        { name: 'disk-runs: opening', unit: 'ms', value: measure(samples), goal: { of: 'value', atMost: 500 } },
        { name: 'disk-runs: closing', unit: 'ms', value: measure(closings) },
        { name: 'disk-runs: memory of a run', unit: 'bytes', value: measure(memory) },
    ];
}

async function compare(few: Engine, many: Engine): Promise<Result[]> {
    const results: Result[] = [];
    for (const engine of [few, many]) await engine.addActor({ name: 'nothing', run: async () => {} });
    for (const [name, operate] of Object.entries(OPERATIONS)) {
        const costs = await sampleInTurns(BATCHES, {
            few: () => costOf(() => operate(few)),
            many: () => costOf(() => operate(many)),
        });
        results.push({
            name: `disk-runs: growth of ${name}`,
            unit: '×',
            value: { median: costs.many.median / costs.few.median, spread: costs.many.spread + costs.few.spread },
            goal: { of: 'value', atMost: 1.5 },
        });
    }
    return results;
}

async function costOf(operate: () => Promise<unknown>): Promise<number> {
    const millis = await millisOf(async () => {
        for (let time = 0; time < BATCH; time += 1) await operate();
    });
    return millis / BATCH;
}

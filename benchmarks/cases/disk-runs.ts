import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from 'greenroom';
import { selectSize } from '../disk-size.js';
import { measureMillis, sampleInTurns, summarize, verify, type Case, type Result } from '../harness.js';
import { duplicateRuns } from '../duplicate-runs.js';
import { withEngine } from '../storage-directory.js';
import { usedBytes } from '../used-bytes.js';

const FEW = 1000;
const MANY = selectSize({ usual: 10_000, full: 100_000 });
const OPENINGS = 5;
const BATCH = 20;
const BATCHES = 30;

/** The operations to measure. */
const OPERATIONS: Readonly<Record<string, (engine: Engine) => Promise<unknown>>> = {
    'a run of a function': (engine) => engine.call('nothing'),
    'a list of 10 runs': ({ client }) => client.runs().list({ limit: 10, offset: 500 }),
    'a list of 10 that succeeded': ({ client }) => client.runs().list({ limit: 10, offset: 500, status: 'SUCCEEDED' }),
    'a list of 10 datasets': ({ client }) => client.datasets().list({ limit: 10, offset: 500, unnamed: true }),
};

/** Measures how stored runs affect the time to open a directory, and the operations after that. */
export const diskRuns: Case = {
    name: 'disk-runs',
    question: `How long does it take to open, list and close ${MANY} runs on disk with their storages?`,
    async *run() {
        const [few, many] = [await createRuns(FEW), await createRuns(MANY)];
        try {
            yield* await measureOpening(many);
            yield* await withEngine(few, (engine) => withEngine(many, (other) => compare(engine, other)));
        } finally {
            for (const directory of [few, many]) await rm(directory, { recursive: true, force: true });
        }
    },
};

async function createRuns(count: number): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'greenroom-bench-'));
    await withEngine(directory, async (engine) => {
        await engine.addActor({ name: 'nothing', run: async () => {} });
        await engine.call('nothing');
    });
    duplicateRuns(directory, count);
    await withEngine(directory, async ({ client }) => {
        verify('runs kept', (await client.runs().list({ limit: 1 })).total, count);
    });
    return directory;
}

/** Measures opening and closing, and the engine's memory for each run and its three storages. */
async function measureOpening(directory: string): Promise<Result[]> {
    const openings: number[] = [];
    const closings: number[] = [];
    const memory: number[] = [];
    for (let index = 0; index < OPENINGS; index += 1) {
        const before = usedBytes();
        let engine: Engine | undefined;
        openings.push(
            await measureMillis(async () => (engine = await createEngine({ storageDir: directory, prewarm: 0 }))),
        );
        memory.push((usedBytes() - before) / MANY);
        closings.push(await measureMillis(() => engine?.close()));
    }
    return [
        { name: 'disk-runs: opening', unit: 'ms', value: summarize(openings), goal: { of: 'value', atMost: 500 } },
        { name: 'disk-runs: closing', unit: 'ms', value: summarize(closings) },
        { name: 'disk-runs: memory of a run', unit: 'bytes', value: summarize(memory) },
    ];
}

async function compare(few: Engine, many: Engine): Promise<Result[]> {
    const results: Result[] = [];
    for (const engine of [few, many]) await engine.addActor({ name: 'nothing', run: async () => {} });
    for (const [name, operate] of Object.entries(OPERATIONS)) {
        const costs = await sampleInTurns(BATCHES, {
            few: () => measureCost(() => operate(few)),
            many: () => measureCost(() => operate(many)),
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

async function measureCost(operate: () => Promise<unknown>): Promise<number> {
    const millis = await measureMillis(async () => {
        for (let index = 0; index < BATCH; index += 1) await operate();
    });
    return millis / BATCH;
}

import { createEngine, type Engine } from 'greenroom';
import { summarize, verify, type Case } from '../harness.js';

const ACTOR = `export default async ({ input, Actor }) => {
    await Actor.pushData({ n: input.n });
    return input;
};`;
const CONCURRENCY = 8;

/** Measures a long-lived engine: compares the cost of its last runs with that of its first ones. */
export const manyRuns: Case = {
    name: 'many-runs',
    question: 'Does the ten-thousandth run cost as much as the first ones?',
    async *run() {
        yield await measureGrowth('pooled', 10_000);
        yield await measureGrowth('thread', 2_000);
    },
};

async function measureGrowth(isolation: 'pooled' | 'thread', runs: number) {
    const engine = await createEngine({ isolation, maxConcurrentRuns: CONCURRENCY });
    try {
        await engine.addActor({ name: 'small', source: ACTOR });
        const batchSize = runs / 10;
        await measureMillisPerRun(engine, batchSize);
        const first = await measureMillisPerRun(engine, batchSize);
        for (let batch = 2; batch < 9; batch += 1) await measureMillisPerRun(engine, batchSize);
        const last = await measureMillisPerRun(engine, batchSize);
        verify('runs on record', (await engine.client.runs().list({ limit: 1 })).total, runs);
        return {
            name: `cost of a run after ${runs} in isolation ${isolation}`,
            unit: '×' as const,
            value: summarize([last / first]),
            goal: { of: 'value' as const, atMost: 1.2 },
        };
    } finally {
        await engine.close();
    }
}

async function measureMillisPerRun(engine: Engine, count: number): Promise<number> {
    const start = performance.now();
    let next = 0;
    const runNext = async (): Promise<void> => {
        while (next < count) {
            const n = next++;
            const run = await engine.call('small', { n });
            verify('status of the run', run.status, 'SUCCEEDED');
        }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, runNext));
    return (performance.now() - start) / count;
}

import { createEngine, type Engine } from 'greenroom';
import { measure, verify, type Case } from '../harness.js';

const ACTOR = `export default async ({ input, Actor }) => {
    await Actor.pushData({ n: input.n });
    return input;
};`;
const AT_ONCE = 8;

/** A long life in a short time: what the last runs cost is compared with what the first ones did. */
export const manyRuns: Case = {
    name: 'many-runs',
    question: 'Does the ten thousandth run cost what the first ones did?',
    async *run() {
        yield await growth('pooled', 10_000);
        yield await growth('thread', 2_000);
    },
};

async function growth(isolation: 'pooled' | 'thread', runs: number) {
    const engine = await createEngine({ isolation, maxConcurrentRuns: AT_ONCE });
    try {
        await engine.addActor({ name: 'small', source: ACTOR });
        const part = runs / 10;
        await millisEach(engine, part);
        const first = await millisEach(engine, part);
        for (let parts = 2; parts < 9; parts += 1) await millisEach(engine, part);
        const last = await millisEach(engine, part);
        verify('runs on record', (await engine.client.runs().list({ limit: 1 })).total, runs);
        return {
            name: `cost of a run after ${runs} in isolation ${isolation}`,
            unit: '×' as const,
            value: measure([last / first]),
            goal: { of: 'value' as const, atMost: 1.2 },
        };
    } finally {
        await engine.close();
    }
}

async function millisEach(engine: Engine, count: number): Promise<number> {
    const start = performance.now();
    let next = 0;
    const lane = async (): Promise<void> => {
        while (next < count) {
            const n = next++;
            const run = await engine.call('small', { n });
            verify('status of the run', run.status, 'SUCCEEDED');
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return (performance.now() - start) / count;
}

import { createEngine } from 'greenroom';
import { runThreeItems, THREE_ITEMS } from '../actors.js';
import { prewarmBareWorker, runBareWorker } from '../bare-run.js';
import { sampleInTurns, verify, type Case } from '../harness.js';

const RUNS = 100;
const CONCURRENCY = 4;
const ROUNDS = 6;

/** Measures how fast threads can be started and used. Prewarmed threads are used up too quickly to matter. */
export const sustainedRuns: Case = {
    name: 'sustained-runs',
    question: 'How many runs per second, each in a fresh thread, does the engine sustain?',
    async *run() {
        const engine = await createEngine({ maxConcurrentRuns: CONCURRENCY });
        try {
            await engine.addActor({ name: 'three-items', source: THREE_ITEMS });
            const { value, floor } = await sampleInTurns(ROUNDS, {
                value: () => measureRate(() => runThreeItems(engine, 'three-items')),
                floor: () => measureRate(async () => runBareWorker(await prewarmBareWorker())),
            });
            const { total } = await engine.client.runs().list({ limit: 1 });
            verify('runs on record', total, RUNS * (ROUNDS + 1));
            yield {
                name: `runs, ${CONCURRENCY} at once`,
                unit: '/s',
                value,
                floor,
                goal: { of: 'floor', atLeast: 0.8 },
            };
        } finally {
            await engine.close();
        }
    },
};

async function measureRate(work: () => Promise<void>): Promise<number> {
    let remaining = RUNS;
    const start = performance.now();
    const runNext = async (): Promise<void> => {
        while (remaining-- > 0) await work();
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, runNext));
    return RUNS / ((performance.now() - start) / 1000);
}

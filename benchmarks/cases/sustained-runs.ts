import { createEngine } from 'greenroom';
import { runThreeItems, THREE_ITEMS } from '../actors.js';
import { prewarmBareWorker, runBare } from '../bare-run.js';
import { sampleInTurns, verify, type Case } from '../harness.js';

const RUNS = 100;
const AT_ONCE = 4;
const ROUNDS = 6;

/** No thread is ready beforehand for long: what is measured is how fast threads can be made and used up. */
export const sustainedRuns: Case = {
    name: 'sustained-runs',
    question: 'How many runs a second, each in a fresh thread, does the engine keep up?',
    async *run() {
        const engine = await createEngine({ maxConcurrentRuns: AT_ONCE });
        try {
            await engine.addActor({ name: 'three-items', source: THREE_ITEMS });
            const { ours, floor } = await sampleInTurns(ROUNDS, {
                ours: () => rate(() => runThreeItems(engine, 'three-items')),
                floor: () => rate(async () => runBare(await prewarmBareWorker())),
            });
            const { total } = await engine.client.runs().list({ limit: 1 });
            verify('runs on record', total, RUNS * (ROUNDS + 1));
            yield {
                name: `runs, ${AT_ONCE} at once`,
                unit: '/s',
                value: ours,
                floor,
                goal: { of: 'floor', atLeast: 0.8 },
            };
        } finally {
            await engine.close();
        }
    },
};

async function rate(work: () => Promise<void>): Promise<number> {
    let left = RUNS;
    const start = performance.now();
    const lane = async (): Promise<void> => {
        while (left-- > 0) await work();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    return RUNS / ((performance.now() - start) / 1000);
}

import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from 'greenroom';
import { runThreeItems, THREE_ITEMS } from '../actors.js';
import { prewarmBareWorker, runBare } from '../bare-run.js';
import { sampleInTurns, type Case } from '../harness.js';

const ROUNDS = 40;
/** Long enough for the next spare thread to be ready, which a warm run takes for granted. */
const REST_MILLIS = 250;

/** Both sides start from a thread that is ready and wait until it is gone. */
export const threadRun: Case = {
    name: 'thread-run',
    question: 'How long is a run of a small Actor, start to finish, when the engine is warm?',
    async *run() {
        const engine = await createEngine();
        try {
            await engine.addActor({ name: 'three-items', source: THREE_ITEMS });
            const { ours, floor } = await sampleInTurns(ROUNDS, {
                ours: async () => {
                    await delay(REST_MILLIS);
                    return timed(() => runThreeItems(engine, 'three-items'));
                },
                floor: async () => {
                    const worker = await prewarmBareWorker();
                    await delay(REST_MILLIS);
                    return timed(() => runBare(worker));
                },
            });
            yield { name: 'run in a warm thread', unit: 'ms', value: ours, floor, goal: { of: 'floor', atMost: 1.5 } };
        } finally {
            await engine.close();
        }
    },
};

async function timed(work: () => Promise<void>): Promise<number> {
    const start = performance.now();
    await work();
    return performance.now() - start;
}

import { setTimeout as delay } from 'node:timers/promises';
import { createEngine } from 'greenroom';
import { runThreeItems, THREE_ITEMS } from '../actors.js';
import { prewarmBareWorker, runBareWorker } from '../bare-run.js';
import { measureMillis, sampleInTurns, type Case } from '../harness.js';

const ROUNDS = 40;
/** Long enough for the next spare thread to be ready, as a warm run requires. */
const SPARE_THREAD_MILLIS = 250;

/** Measures a warm run. Both sides start with a ready thread and wait until it exits. */
export const threadRun: Case = {
    name: 'thread-run',
    question: 'How long does a run of a small Actor take, start to finish, if the engine is warm?',
    async *run() {
        const engine = await createEngine();
        try {
            await engine.addActor({ name: 'three-items', source: THREE_ITEMS });
            const { value, floor } = await sampleInTurns(ROUNDS, {
                value: async () => {
                    await delay(SPARE_THREAD_MILLIS);
                    return measureMillis(() => runThreeItems(engine, 'three-items'));
                },
                floor: async () => {
                    const worker = await prewarmBareWorker();
                    await delay(SPARE_THREAD_MILLIS);
                    return measureMillis(() => runBareWorker(worker));
                },
            });
            yield { name: 'run in a warm thread', unit: 'ms', value, floor, goal: { of: 'floor', atMost: 1.5 } };
        } finally {
            await engine.close();
        }
    },
};

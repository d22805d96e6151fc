import { Piscina } from 'piscina';
import { createEngine } from 'greenroom';
import { sampleInTurns, verify, type Case } from '../harness.js';

const RUNS = 500;
const TASKS = 5_000;
const ROUNDS = 8;

/** A minimal Actor. The task of the floor does the same. */
const DOUBLES = 'export default ({ input }) => input * 2;';

/** Measures the overhead of a run, in warm threads and one run at a time. */
export const pooledRun: Case = {
    name: 'pooled-run',
    question:
        'How many runs per second, each with its record, log and storages, do warm threads execute if each run is awaited?',
    async *run() {
        const engine = await createEngine({ isolation: 'pooled' });
        const piscina = new Piscina({
            filename: new URL('../programs/doubles.js', import.meta.url).href,
            minThreads: 1,
        });
        try {
            await engine.addActor({ name: 'doubles', source: DOUBLES });
            const { value, floor } = await sampleInTurns(ROUNDS, {
                value: () => measureRate(RUNS, async () => (await engine.call('doubles', 21)).status === 'SUCCEEDED'),
                floor: () => measureRate(TASKS, async () => (await piscina.run(21, { name: 'double' })) === 42),
            });
            const { total } = await engine.client.runs().list({ limit: 1 });
            verify('runs on record', total, RUNS * (ROUNDS + 1));
            yield { name: 'runs in warm threads', unit: '/s', value, floor, goal: { of: 'floor', atLeast: 0.2 } };
        } finally {
            await engine.close();
            await piscina.destroy();
        }
    },
};

async function measureRate(count: number, work: () => Promise<boolean>): Promise<number> {
    const start = performance.now();
    for (let done = 0; done < count; done += 1) verify('the work was done', await work(), true);
    return count / ((performance.now() - start) / 1000);
}

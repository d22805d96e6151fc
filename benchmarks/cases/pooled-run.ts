import { Piscina } from 'piscina';
import { createEngine } from 'greenroom';
import { sampleInTurns, verify, type Case } from '../harness.js';

const RUNS = 500;
const TASKS = 5_000;
const ROUNDS = 8;

/** The least that an Actor can do, and a task that does the same. */
const DOUBLES = 'export default ({ input }) => input * 2;';

/** One after the other, in threads that are warm: what is measured is what a run costs beside the work of its Actor. */
export const pooledRun: Case = {
    name: 'pooled-run',
    question:
        'How many runs a second, each with its record, log and storages, does one who awaits each get out of warm threads?',
    async *run() {
        const engine = await createEngine({ isolation: 'pooled' });
        const piscina = new Piscina({
            filename: new URL('../programs/doubles.js', import.meta.url).href,
            minThreads: 1,
        });
        try {
            await engine.addActor({ name: 'doubles', source: DOUBLES });
            const { ours, floor } = await sampleInTurns(ROUNDS, {
                ours: () => rate(RUNS, async () => (await engine.call('doubles', 21)).status === 'SUCCEEDED'),
                floor: () => rate(TASKS, async () => (await piscina.run(21, { name: 'double' })) === 42),
            });
            const { total } = await engine.client.runs().list({ limit: 1 });
            verify('runs on record', total, RUNS * (ROUNDS + 1));
            yield { name: 'runs in warm threads', unit: '/s', value: ours, floor, goal: { of: 'floor', atLeast: 0.2 } };
        } finally {
            await engine.close();
            await piscina.destroy();
        }
    },
};

async function rate(count: number, work: () => Promise<boolean>): Promise<number> {
    const start = performance.now();
    for (let done = 0; done < count; done += 1) verify('the work was done', await work(), true);
    return count / ((performance.now() - start) / 1000);
}

import { setTimeout as delay } from 'node:timers/promises';
import { createEngine, type Engine } from 'greenroom';
import { SMALL_SDK_ACTOR } from '../actors.js';
import { findApifyCli } from '../apify-cli.js';
import { prewarmBareWorker, runBareWorker } from '../bare-run.js';
import { measureMillis, sampleInTurns, type Case, type Goal, type Result, type Sampler } from '../harness.js';
import { createSdkActor } from '../sdk-actor.js';
import { timeEngineRun, timeLocalRun } from '../start-to-finish.js';

const ROUNDS = 15;
/** Fewer rounds, since each `apify run` takes seconds. */
const CLI_ROUNDS = 5;
/** Long enough for the next spare thread to have imported the SDK, even on a busy machine. */
const SPARE_THREAD_MILLIS = 1500;
const SDK = import.meta.resolve('apify-sdk');
const JOB = { input: { word: 'oak' }, items: 1, output: { word: 'oak' } };

type StartMode = 'warm' | 'cold';

/** Measures an unmodified Actor: in the engine, and with the usual ways to run it locally. */
export const sdkRun: Case = {
    name: 'sdk-run',
    question: 'How long does a run of an Actor with the real SDK take, start to finish?',
    async *run() {
        const folder = await createSdkActor(SMALL_SDK_ACTOR);
        const engines = { warm: await createEngine(), cold: await createEngine({ prewarm: 0 }) };
        try {
            for (const engine of Object.values(engines)) await engine.addActor(folder.path, { name: 'small' });
            const samplers = createSamplers(engines);
            const node: Peer = {
                name: 'node main.js',
                rounds: ROUNDS,
                sample: () => timeLocalRun(folder.path, ['main.js'], JOB),
                limits: { warm: 1 / 25 },
            };
            yield* compare(samplers, node);
            const cli = await findApifyCli();
            if ('missing' in cli) {
                yield { name: 'SDK run / apify run', skipped: cli.missing };
                return;
            }
            yield* compare(samplers, {
                name: 'apify run',
                rounds: CLI_ROUNDS,
                sample: () => timeLocalRun(folder.path, [cli.program, 'run'], JOB),
                limits: { warm: 1 / 120 },
            });
        } finally {
            await Promise.all(Object.values(engines).map((engine) => engine.close()));
            await folder.remove();
        }
    },
};

type Samplers = Record<StartMode | `${StartMode}Floor`, Sampler>;

/** Creates the samplers. The warm floor is a bare thread that has imported the SDK; the cold floor also starts the thread. */
function createSamplers(engines: Record<StartMode, Engine>): Samplers {
    return {
        async warm() {
            await delay(SPARE_THREAD_MILLIS);
            return timeEngineRun(engines.warm, 'small', JOB);
        },
        async warmFloor() {
            const worker = await prewarmBareWorker(SDK);
            return measureMillis(() => runBareWorker(worker));
        },
        cold: () => timeEngineRun(engines.cold, 'small', JOB),
        coldFloor: () => measureMillis(async () => runBareWorker(await prewarmBareWorker(SDK))),
    };
}

/** Another way to run the same Actor, and the maximum time of the engine's run as a fraction of it. */
interface Peer {
    name: string;
    rounds: number;
    sample: Sampler;
    limits: Partial<Record<StartMode, number>>;
}

async function* compare(samplers: Samplers, { name, rounds, sample, limits }: Peer): AsyncGenerator<Result> {
    const measures = await sampleInTurns(rounds, { ...samplers, peer: sample });
    for (const mode of ['warm', 'cold'] as const) {
        const limit = limits[mode];
        const goal: Goal | undefined = limit === undefined ? undefined : { of: 'peer', atMost: limit };
        const { [mode]: value, [`${mode}Floor` as const]: floor } = measures;
        yield { name: `SDK run, ${mode} / ${name}`, unit: 'ms', value, floor, peer: measures.peer, goal };
    }
}

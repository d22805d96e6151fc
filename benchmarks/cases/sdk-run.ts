import { setTimeout as delay } from 'node:timers/promises';
import { createEngine, type Engine } from 'greenroom';
import { SMALL_SDK_ACTOR } from '../actors.js';
import { findApifyCli } from '../apify-cli.js';
import { prewarmBareWorker, runBare } from '../bare-run.js';
import { sampleInTurns, type Case, type Goal, type Result, type Sampler } from '../harness.js';
import { makeSdkActor } from '../sdk-actor.js';
import { engineRun, localRun } from '../start-to-finish.js';

const ROUNDS = 15;
/** The command line tool takes seconds. */
const CLI_ROUNDS = 5;
/** Long enough for the next spare thread to have imported the SDK, even on a busy machine. */
const REST_MILLIS = 1500;
const SDK = import.meta.resolve('apify-sdk');
const JOB = { input: { word: 'oak' }, items: 1, output: { word: 'oak' } };

type Place = 'warm' | 'cold';

/** The Actor of a real project, untouched: by the engine, and by the ways in which it is run on a machine today. */
export const sdkRun: Case = {
    name: 'sdk-run',
    question: 'How long is a run of an Actor with the real SDK, start to finish?',
    async *run() {
        const folder = await makeSdkActor(SMALL_SDK_ACTOR);
        const engines = { warm: await createEngine(), cold: await createEngine({ prewarm: 0 }) };
        try {
            for (const engine of Object.values(engines)) await engine.addActor(folder.path, { name: 'small' });
            const samplers = samplersOf(engines);
            const node: Peer = {
                name: 'node main.js',
                rounds: ROUNDS,
                sample: () => localRun(folder.path, ['main.js'], JOB),
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
                sample: () => localRun(folder.path, [cli.program, 'run'], JOB),
                limits: { warm: 1 / 120 },
            });
        } finally {
            await Promise.all(Object.values(engines).map((engine) => engine.close()));
            await folder.remove();
        }
    },
};

type Samplers = Record<Place | `${Place}Floor`, Sampler>;

/** The floor of a warm run is a bare thread that has imported the SDK, that of a cold one makes the thread as well. */
function samplersOf(engines: Record<Place, Engine>): Samplers {
    return {
        async warm() {
            await delay(REST_MILLIS);
            return engineRun(engines.warm, 'small', JOB);
        },
        async warmFloor() {
            const worker = await prewarmBareWorker(SDK);
            return timed(() => runBare(worker));
        },
        cold: () => engineRun(engines.cold, 'small', JOB),
        coldFloor: () => timed(async () => runBare(await prewarmBareWorker(SDK))),
    };
}

/** Another way to run the same Actor, and what part of its time a run by the engine may take. */
interface Peer {
    name: string;
    rounds: number;
    sample: Sampler;
    limits: Partial<Record<Place, number>>;
}

async function* compare(samplers: Samplers, { name, rounds, sample, limits }: Peer): AsyncGenerator<Result> {
    const measures = await sampleInTurns(rounds, { ...samplers, peer: sample });
    for (const place of ['warm', 'cold'] as const) {
        const limit = limits[place];
        const goal: Goal | undefined = limit === undefined ? undefined : { of: 'peer', atMost: limit };
        const { [place]: value, [`${place}Floor` as const]: floor } = measures;
        yield { name: `SDK run, ${place} / ${name}`, unit: 'ms', value, floor, peer: measures.peer, goal };
    }
}

async function timed(work: () => Promise<void>): Promise<number> {
    const start = performance.now();
    await work();
    return performance.now() - start;
}

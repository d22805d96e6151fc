import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SMALL_SDK_ACTOR } from '../actors.js';
import { findApifyCli } from '../apify-cli.js';
import { measure, sampleInTurns, verify, type Case } from '../harness.js';
import { makeSdkActor } from '../sdk-actor.js';
import { localRun } from '../start-to-finish.js';

const HELP_ROUNDS = 15;
const RUN_ROUNDS = 7;
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const EMPTY = fileURLToPath(new URL('../programs/empty.js', import.meta.url));
const JOB = { input: { word: 'oak' }, items: 1, output: { word: 'oak' } };

/** The command line as a process of its own, from nothing to its end, against Node alone and against `apify run`. */
export const commandLine: Case = {
    name: 'command-line',
    question: 'How long does somebody wait for the command line?',
    async *run() {
        const over: number[] = [];
        // The first of each is thrown away: it fills the caches of the disk.
        for (let round = -1; round < HELP_ROUNDS; round += 1) {
            const bare = await node([EMPTY], undefined, '');
            const help = await node([CLI, '--help'], undefined, 'Usage');
            if (round >= 0) over.push(help - bare);
        }
        yield {
            name: 'greenroom --help, over bare node',
            unit: 'ms',
            value: measure(over),
            goal: { of: 'value', atMost: 60 },
        };
        const builtIn = await mkdtemp(join(tmpdir(), 'greenroom-bench-cli-'));
        const real = await makeSdkActor(SMALL_SDK_ACTOR);
        try {
            await writeFile(join(builtIn, 'main.js'), SMALL_SDK_ACTOR);
            const cli = await findApifyCli();
            const run = () => node([CLI, 'run', 'word=oak'], builtIn, 'SUCCEEDED');
            const floor = () => node([EMPTY], undefined, '');
            const name = 'greenroom run, built-in SDK';
            if ('missing' in cli) {
                yield { name: `${name} / apify run`, skipped: cli.missing };
                yield { name, unit: 'ms', ...(await sampleInTurns(RUN_ROUNDS, { value: run, floor })) };
                return;
            }
            const peer = () => localRun(real.path, [cli.program, 'run'], JOB);
            const measures = await sampleInTurns(RUN_ROUNDS, { value: run, floor, peer });
            yield { name: `${name} / apify run`, unit: 'ms', ...measures, goal: { of: 'peer', atMost: 0.1 } };
        } finally {
            await real.remove();
            await rm(builtIn, { recursive: true, force: true });
        }
    },
};

/** Runs a program to its end; it has to say what it should. */
async function node(args: readonly string[], cwd: string | undefined, says: string): Promise<number> {
    const start = performance.now();
    // Node for the command line has no pipe to wait for.
    const running = promisify(execFile)(process.execPath, [...args], { cwd });
    running.child.stdin?.end();
    const { stdout } = await running;
    const millis = performance.now() - start;
    verify(`\`${args.slice(1).join(' ')}\` says ${says}`, stdout.includes(says), true);
    return millis;
}

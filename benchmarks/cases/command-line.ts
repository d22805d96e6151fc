import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SMALL_SDK_ACTOR } from '../actors.js';
import { findApifyCli } from '../apify-cli.js';
import { sampleInTurns, summarize, verify, type Case } from '../harness.js';
import { createSdkActor } from '../sdk-actor.js';
import { timeLocalRun } from '../start-to-finish.js';

const HELP_ROUNDS = 15;
const RUN_ROUNDS = 7;
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const EMPTY = fileURLToPath(new URL('../programs/empty.js', import.meta.url));
const JOB = { input: { word: 'oak' }, items: 1, output: { word: 'oak' } };

/** Measures the command line from the start to the end of its process, compared with bare Node and `apify run`. */
export const commandLine: Case = {
    name: 'command-line',
    question: 'How long does a command take, from the start to the end of its process?',
    async *run() {
        const overheads: number[] = [];
        // The first sample of each is discarded: it fills the disk caches.
        for (let round = -1; round < HELP_ROUNDS; round += 1) {
            const bare = await timeNode([EMPTY], undefined, '');
            const help = await timeNode([CLI, '--help'], undefined, 'Usage');
            if (round >= 0) overheads.push(help - bare);
        }
        yield {
            name: 'greenroom --help, over bare node',
            unit: 'ms',
            value: summarize(overheads),
            goal: { of: 'value', atMost: 60 },
        };
        const builtInFolder = await mkdtemp(join(tmpdir(), 'greenroom-bench-cli-'));
        const folder = await createSdkActor(SMALL_SDK_ACTOR);
        try {
            await writeFile(join(builtInFolder, 'main.js'), SMALL_SDK_ACTOR);
            const cli = await findApifyCli();
            const run = () => timeNode([CLI, 'run', 'word=oak'], builtInFolder, 'SUCCEEDED');
            const floor = () => timeNode([EMPTY], undefined, '');
            const name = 'greenroom run, built-in SDK';
            if ('missing' in cli) {
                yield { name: `${name} / apify run`, skipped: cli.missing };
                yield { name, unit: 'ms', ...(await sampleInTurns(RUN_ROUNDS, { value: run, floor })) };
                return;
            }
            const peer = () => timeLocalRun(folder.path, [cli.program, 'run'], JOB);
            const measures = await sampleInTurns(RUN_ROUNDS, { value: run, floor, peer });
            yield { name: `${name} / apify run`, unit: 'ms', ...measures, goal: { of: 'peer', atMost: 0.1 } };
        } finally {
            await folder.remove();
            await rm(builtInFolder, { recursive: true, force: true });
        }
    },
};

/** Runs a program, verifies that its output contains a text, and returns the milliseconds that it takes. */
async function timeNode(args: readonly string[], cwd: string | undefined, text: string): Promise<number> {
    const start = performance.now();
    // Ends stdin, so that the command line does not wait for input.
    const execution = promisify(execFile)(process.execPath, [...args], { cwd });
    execution.child.stdin?.end();
    const { stdout } = await execution;
    const millis = performance.now() - start;
    verify(`\`${args.slice(1).join(' ')}\` prints ${text}`, stdout.includes(text), true);
    return millis;
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sampleInTurns, type Case } from '../harness.js';

const ROUNDS = 9;
const PROGRAM = fileURLToPath(new URL('../programs/idle-engine.js', import.meta.url));
const MAX_BYTES = 15e6;

/** Measures resident memory, the memory that the machine cannot use otherwise. Each sample uses a new process. */
export const idleEngine: Case = {
    name: 'idle-engine',
    question: 'How much memory does an idle engine take?',
    async *run() {
        const { bare, withEngine } = await sampleInTurns(ROUNDS, {
            bare: () => measureResidentBytes('nothing'),
            withEngine: () => measureResidentBytes('engine'),
        });
        yield { name: 'memory of a process with an engine', unit: 'bytes', value: withEngine, floor: bare };
        yield {
            name: 'memory of an idle engine',
            unit: 'bytes',
            value: { median: withEngine.median - bare.median, spread: withEngine.spread },
            goal: { of: 'value', atMost: MAX_BYTES },
        };
    },
};

async function measureResidentBytes(mode: 'engine' | 'nothing'): Promise<number> {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', PROGRAM, mode]);
    return Number(stdout);
}

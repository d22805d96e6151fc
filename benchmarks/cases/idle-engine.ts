import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sampleInTurns, type Case } from '../harness.js';

const ROUNDS = 9;
const PROGRAM = fileURLToPath(new URL('../programs/idle-engine.js', import.meta.url));
const MOST_BYTES = 15e6;

/** Resident memory, of a process of its own each time: what the machine can no longer use for anything else. */
export const idleEngine: Case = {
    name: 'idle-engine',
    question: 'How much memory does a program take for an engine that does nothing?',
    async *run() {
        const { bare, withEngine } = await sampleInTurns(ROUNDS, {
            bare: () => residentBytes('nothing'),
            withEngine: () => residentBytes('engine'),
        });
        yield { name: 'memory of a process with an engine', unit: 'bytes', value: withEngine, floor: bare };
        yield {
            name: 'memory of an idle engine',
            unit: 'bytes',
            value: { median: withEngine.median - bare.median, spread: withEngine.spread },
            goal: { of: 'value', atMost: MOST_BYTES },
        };
    },
};

async function residentBytes(what: 'engine' | 'nothing'): Promise<number> {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', PROGRAM, what]);
    return Number(stdout);
}

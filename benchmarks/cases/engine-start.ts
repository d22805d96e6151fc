import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { summarize, type Case } from '../harness.js';

const PROCESSES = 15;
const PROGRAM = fileURLToPath(new URL('../programs/engine-start.js', import.meta.url));

interface Sample {
    emptyMillis: number;
    importMillis: number;
    firstMillis: number;
    laterMillis: number;
}

/** Measures the start of an engine. Each sample uses a new process, since only the first import is slow. */
export const engineStart: Case = {
    name: 'engine-start',
    question: 'How long do the import and an engine take in a test that creates one?',
    async *run() {
        const samples: Sample[] = [];
        for (let index = 0; index < PROCESSES; index += 1) {
            const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM]);
            samples.push(JSON.parse(stdout) as Sample);
        }
        const summarizeField = (field: keyof Sample) => summarize(samples.map((sample) => sample[field]));
        yield {
            name: "import 'greenroom'",
            unit: 'ms',
            value: summarizeField('importMillis'),
            floor: summarizeField('emptyMillis'),
            goal: { of: 'value', atMost: 40 },
        };
        yield {
            name: 'first engine, create and close',
            unit: 'ms',
            value: summarizeField('firstMillis'),
            goal: { of: 'value', atMost: 5 },
        };
        yield {
            name: 'next engine, create and close',
            unit: 'ms',
            value: summarizeField('laterMillis'),
            goal: { of: 'value', atMost: 1 },
        };
    },
};

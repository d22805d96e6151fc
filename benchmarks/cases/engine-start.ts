import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measure, type Case } from '../harness.js';

const PROCESSES = 15;
const PROGRAM = fileURLToPath(new URL('../programs/engine-start.js', import.meta.url));

interface Sample {
    emptyMillis: number;
    importMillis: number;
    firstMillis: number;
    laterMillis: number;
}

/** Each sample comes from a process of its own, since an import is only slow once. */
export const engineStart: Case = {
    name: 'engine-start',
    question: 'What do the import and an engine cost a test that makes one?',
    async *run() {
        const samples: Sample[] = [];
        for (let index = 0; index < PROCESSES; index += 1) {
            const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM]);
            samples.push(JSON.parse(stdout) as Sample);
        }
        const of = (field: keyof Sample) => measure(samples.map((sample) => sample[field]));
        yield {
            name: "import 'greenroom'",
            unit: 'ms',
            value: of('importMillis'),
            floor: of('emptyMillis'),
            goal: { of: 'value', atMost: 40 },
        };
        yield {
            name: 'first engine, create and close',
            unit: 'ms',
            value: of('firstMillis'),
            goal: { of: 'value', atMost: 5 },
        };
        yield {
            name: 'next engine, create and close',
            unit: 'ms',
            value: of('laterMillis'),
            goal: { of: 'value', atMost: 1 },
        };
    },
};

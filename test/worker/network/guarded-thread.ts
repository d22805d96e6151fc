import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { ROOT } from '../../support/docs/source-files.js';
import type { NetworkPolicy } from '../../../src/worker/network/network-guard.js';

/** When the guard is installed in a thread: `later` leaves it to the scenario. */
export type Install = 'at once' | 'later' | 'never';

/** A function of a file of `test/fixtures/network`, and its arguments. */
export interface Scenario {
    file: string;
    name: string;
    args?: unknown;
    policy?: NetworkPolicy;
    install?: Install;
}

/** The final report of a thread. */
export interface Outcome {
    value: unknown;
    /** Targets of attempted system connections, including lookups of names. */
    connections: string[];
    /** Requests that reached the engine. */
    requests: string[];
}

/** A thread has no TypeScript, and a loader for it would load the network modules under test. */
const code = compile(['worker', 'worker/network', 'util']);

/** Runs a scenario in its own thread, which must end on its own. */
export async function runGuarded({
    file,
    name,
    args,
    policy = 'guarded',
    install = 'at once',
}: Scenario): Promise<Outcome> {
    const worker = new Worker(join(ROOT, 'test/fixtures/network/thread.js'), {
        workerData: { code: pathToFileURL(code).href, install, policy, file, name, args },
        execArgv: ['--no-warnings'],
    });
    let outcome: Outcome | undefined;
    worker.on('message', (message: Outcome) => {
        outcome = message;
    });
    await new Promise<void>((resolve, reject) => {
        worker.on('error', reject).on('exit', () => resolve());
    });
    if (outcome === undefined) throw new Error(`The thread ended in the middle of \`${name}\`.`);
    return outcome;
}

function compile(folders: readonly string[]): string {
    const target = mkdtempSync(join(tmpdir(), 'greenroom-network-'));
    process.on('exit', () => rmSync(target, { recursive: true, force: true }));
    writeFileSync(join(target, 'package.json'), '{ "type": "module" }');
    for (const folder of folders) {
        mkdirSync(join(target, folder), { recursive: true });
        for (const file of readdirSync(join(ROOT, 'src', folder)).filter((name) => name.endsWith('.ts'))) {
            const source = readFileSync(join(ROOT, 'src', folder, file), 'utf8');
            const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
            const { outputText } = ts.transpileModule(source, { compilerOptions });
            writeFileSync(join(target, folder, file.replace('.ts', '.js')), outputText);
        }
    }
    return target;
}

// Counts the functions of the engine that run in the host to start a run and to read its items, with V8's precise coverage:
//
//     node --import tsx benchmarks/programs/count-functions.js [--disk] [--list] [folder of the repository]
//
// It runs the folder's TypeScript, so that functions and files are those of the source. The worker is loaded from `dist`.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const [folder = '.'] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const root = resolve(folder);
const sources = join(root, 'src');
// Signals its first line with a file, since a message would run functions of the engine.
const ACTOR = `
import { existsSync, writeFileSync } from 'node:fs';
import { Actor } from 'apify';
writeFileSync(process.env.STARTED_FILE, '');
while (!existsSync(process.env.CONTINUE_FILE)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
await Actor.init();
await Actor.getInput();
await Actor.pushData({ value: 1 });
await Actor.exit();
`;

const { createEngine } = await import(pathToFileURL(join(sources, 'index.ts')).href);
const session = new Session();
session.connect();
await session.post('Profiler.enable');

const directory = mkdtempSync(join(tmpdir(), 'count-functions-'));
const engine = await createEngine({
    workerUrl: pathToFileURL(join(root, 'dist', 'worker.js')),
    ...(flags.includes('--disk') && { storageDir: join(directory, 'storage') }),
});
await engine.addActor({ name: 'one-item', source: ACTOR });
for (let round = 0; round < 3; round += 1) await runOnce(`warm-${round}`);
await delay(300);
report('engine.start, to the first line of the Actor', await runOnce('start', 'first-line'));
await delay(300);
report('engine.start, to the end of the run', await runOnce('whole', 'end'));
const last = await runOnce('items', 'items');
report('run.items() of one item', last);
await engine.close();
rmSync(directory, { recursive: true });

async function runOnce(name, until) {
    const startedFile = join(directory, `${name}.started`);
    const continueFile = join(directory, `${name}.continue`);
    let result;
    if (until === 'first-line' || until === 'end') await startCoverage();
    const run = await engine.start(
        'one-item',
        { url: 'https://example.com' },
        { env: { STARTED_FILE: startedFile, CONTINUE_FILE: continueFile } },
    );
    while (!existsSync(startedFile)) await delay(1);
    if (until === 'first-line') result = await takeCoverage();
    writeFileSync(continueFile, '');
    const { status } = await run.finished();
    if (status !== 'SUCCEEDED') throw new Error(`The run is ${status}: ${run.statusMessage}`);
    if (until === 'end') result = await takeCoverage();
    if (until === 'items') await startCoverage();
    const items = await run.items();
    if (until === 'items') result = await takeCoverage();
    if (items.length !== 1) throw new Error(`The run has ${items.length} items.`);
    return result;
}

async function startCoverage() {
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
}

async function takeCoverage() {
    const { result } = await session.post('Profiler.takePreciseCoverage');
    await session.post('Profiler.stopPreciseCoverage');
    return result.flatMap(({ url, functions }) => {
        const path = url.startsWith('file:') ? fileURLToPath(url.split('?')[0]) : '';
        if (!path.startsWith(sources)) return [];
        const called = functions.filter(
            ({ functionName, ranges }) => ranges[0].count > 0 && !isGenerated(functionName, ranges),
        );
        return called.map(({ functionName, ranges }) => ({
            file: relative(sources, path),
            name: functionName,
            calls: ranges[0].count,
        }));
    });
}

/** True for the module itself, which V8 reports as a function, and for the helper that tsx adds. */
function isGenerated(name, [{ startOffset }]) {
    return name === '__name' || (name === '' && startOffset === 0);
}

function report(title, functions) {
    const files = new Set(functions.map(({ file }) => file));
    const calls = functions.reduce((sum, { calls }) => sum + calls, 0);
    console.log(`${title}: ${functions.length} functions in ${files.size} files, ${calls} calls`);
    if (!flags.includes('--list')) return;
    for (const { file, name, calls } of functions) console.log(`    ${file} ${name || '(anonymous)'} ${calls}`);
}

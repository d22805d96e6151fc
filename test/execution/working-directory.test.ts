import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeeds } from '../support/arbitraries/random.js';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/files/temp-dir.js';
import type { Engine } from 'greenroom';

const exec = promisify(execFile);
const PROGRAM = new URL('../fixtures/file-system/main.js', import.meta.url);
const { resolve } = createRequire(import.meta.url);
const FUZZ = process.env['GREENROOM_FUZZ'];
const SCENARIOS = 40 * Number(FUZZ ?? 1);
/** Node's own functions differ between versions at the edges; only seeds that were seen to pass run by default. */
const SEEDS = FUZZ === undefined ? [1, 2] : createSeeds(2);
const LIBRARIES = [resolve('graceful-fs'), resolve('fs-extra')];

interface Call {
    name: string;
    style: 'sync' | 'callback' | 'promise';
    /** Chooses one of the ways to import the function. */
    module: number;
    args: unknown[];
}

/** Runs the program in the folder as a plain program and as an Actor, and returns the outcomes of both. */
async function perform(engine: Engine, folder: string, scenarios: Call[][]): Promise<[unknown[], unknown[]]> {
    const readOutcomes = async (): Promise<unknown[]> =>
        JSON.parse(await readFile(join(folder, '..', 'outcomes.json'), 'utf8')) as unknown[];
    await writeFile(join(folder, '..', 'calls.json'), JSON.stringify({ scenarios, libraries: LIBRARIES }));
    await writeFile(join(folder, '..', 'outcomes.json'), '');
    await exec(process.execPath, ['main.js'], { cwd: folder });
    const expected = await readOutcomes();
    await writeFile(join(folder, '..', 'outcomes.json'), '');
    const run = await engine.call('file-system');
    if (run.status !== 'SUCCEEDED') throw new Error(await run.log.text());
    return [expected, await readOutcomes()];
}

async function makeProgram(): Promise<{ engine: Engine; folder: string }> {
    const folder = join(await tempDir('greenroom-cwd-'), 'actor');
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await copyFile(PROGRAM, join(folder, 'main.js'));
    const engine = await makeEngine();
    await engine.addActor(folder, { name: 'file-system' });
    return { engine, folder };
}

const text = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('a', 'f', 'new', 'a/f', 'a/b', 'c', 'link', 'no/f') },
    fc.constantFrom(
        './a',
        './f',
        'a/',
        './a/',
        'a/../f',
        'link/f',
        'link/../f',
        'a//b/f',
        'new/',
        'a/b/../../new',
        'no/../f',
    ),
    fc.constantFrom(
        '..',
        '.',
        './',
        '../outside',
        '../outside/f',
        '../outside/new',
        '../actor/f',
        'ä ö',
        ' ',
        '%20',
        '\0',
        'f\0',
    ),
    { weight: 1, arbitrary: fc.constant('') },
);
const absolutePath = fc.record({
    type: fc.constantFrom('absolute', 'url'),
    path: text.filter((value) => !value.includes('\0')),
});
const path = fc.oneof(
    { weight: 4, arbitrary: text },
    fc.record({ type: fc.constantFrom('buffer', 'bytes'), path: fc.oneof(text, fc.constant('\xff')) }),
    absolutePath,
);

/** Functions with the arguments after their path. */
const ONE_PATH: readonly (readonly [name: string, ...args: unknown[]])[] = [
    ['access'],
    ['appendFile', 'more'],
    ['chmod', 0o700],
    ['exists'],
    ['lstat'],
    ['lutimes', 1, 1],
    ['mkdir'],
    ['mkdir', { recursive: true }],
    ['open', 'r'],
    ['open', 'wx'],
    ['opendir'],
    ['opendir', { recursive: true }],
    ['readFile', 'utf8'],
    ['readFile'],
    ['readdir'],
    ['readdir', { withFileTypes: true }],
    ['readdir', { withFileTypes: true, recursive: true }],
    ['readdir', { encoding: 'buffer' }],
    ['readdir', { recursive: true }],
    ['readlink'],
    ['realpath'],
    ['rm'],
    ['rmdir'],
    ['stat'],
    ['statfs'],
    ['truncate', 1],
    ['unlink'],
    ['utimes', 1, 1],
    ['writeFile', 'text'],
    ['openAsBlob'],
    ['createReadStream'],
    ['createWriteStream'],
    ['createWriteStream', { flags: 'wx' }],
];
const onePath = fc
    .tuple(fc.constantFrom(...ONE_PATH), path)
    // Node 24 crashes if a recursive `readdir` is given bytes.
    .filter(
        ([[, options], first]) => typeof first === 'string' || (options as { recursive?: boolean })?.recursive !== true,
    )
    .map(([[name, ...args], first]) => ({ name, args: [first, ...args] }));
const twoPaths = fc.record({
    name: fc.constantFrom('copyFile', 'link', 'rename', 'symlink'),
    args: fc.tuple(path, path),
});
/** Node 22 and 24 copy a folder into itself without end, and take no bytes. */
const copy = fc.record({
    name: fc.constant('cp'),
    args: fc.tuple(
        fc.constantFrom('a', './a', 'f', 'a/../f', '../outside', 'no/f', ''),
        fc.constantFrom('c', 'c/new', 'new/new', './'),
    ),
});
const temporary = fc
    .tuple(fc.constantFrom('', 'a/', './', '../outside/', 'no/'), fc.constantFrom(undefined, 'utf8', 'buffer'))
    .map(([folder, encoding]) => ({ name: 'mkdtemp', args: [`${folder}temp-`, encoding] }));
/** Functions that do not exist in every style. */
const STYLES: Record<string, readonly Call['style'][]> = {
    exists: ['sync', 'callback'],
    openAsBlob: ['callback'],
    createReadStream: ['callback'],
    createWriteStream: ['callback'],
};
const call: fc.Arbitrary<Call> = fc
    .tuple(
        fc.oneof({ weight: 5, arbitrary: onePath }, { weight: 2, arbitrary: twoPaths }, copy, temporary),
        fc.nat(11),
        fc.nat(11),
    )
    .map(([{ name, args }, style, module]) => {
        const styles = STYLES[name] ?? (['sync', 'callback', 'promise'] as const);
        return { name, args: [...args], style: styles[style % styles.length]!, module };
    });

describe('the working directory of a thread', () => {
    it('is that of all functions of fs, as in a process of its own', async () => {
        const { engine, folder } = await makeProgram();
        const scenario = fc.array(call, { minLength: 1, maxLength: 4 });

        for (const seed of SEEDS) {
            const scenarios = fc.sample(scenario, { seed, numRuns: SCENARIOS });
            const [expected, actual] = await perform(engine, folder, scenarios);
            for (const [index, calls] of scenarios.entries()) {
                expect(actual[index], `seed ${seed}: ${JSON.stringify(calls)}`).toEqual(expected[index]);
            }
        }
    });

    it('is that of entries in folders that contain it', async () => {
        const { engine, folder } = await makeProgram();
        const recursive = { recursive: true, withFileTypes: true };
        const scenarios = ['..', '../', '../actor', './', 'a/../..'].flatMap((given) =>
            (['sync', 'callback', 'promise'] as const).map((style): Call[] => [
                { name: 'readdir', style, module: 0, args: [given, recursive] },
                { name: 'opendir', style, module: 0, args: [given, { recursive: true }] },
                { name: 'cp', style, module: 0, args: [`${given}/outside`, '../actor/new'] },
            ]),
        );

        const [expected, actual] = await perform(engine, folder, scenarios);

        expect(actual).toEqual(expected);
    });

    it.each(['thread', 'pooled'] as const)('is that of what else takes paths: %s', async (isolation) => {
        const folder = await tempDir('greenroom-cwd-');
        await writeFile(join(folder, '.env'), 'FROM_FILE=default');
        await writeFile(join(folder, 'other.env'), 'FROM_OTHER=other');
        await writeFile(
            join(folder, 'main.js'),
            `import fs, { promises } from 'node:fs';
            import { execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process';
            import { once } from 'node:events';
            import { Worker } from 'node:worker_threads';
            import { cwd } from 'node:process';
            const output = async (child) => String((await child.stdout.toArray()).join('')).trim();
            export default async () => {
                process.loadEnvFile();
                process.loadEnvFile('other.env');
                fs.mkdirSync('watched', { recursive: true });
                fs.writeFileSync('child.mjs', 'process.send?.(process.cwd())');
                fs.writeFileSync('thread.mjs', 'import { execSync } from "node:child_process"; import { parentPort } from "node:worker_threads"; import { existsSync } from "fs"; execSync("echo nested", { stdio: "inherit" }); parentPort.postMessage([process.cwd(), existsSync("thread.mjs")])');
                const watcher = fs.watch('watched');
                const changed = once(watcher, 'change');
                fs.writeFileSync('watched/file', '');
                const [, name] = await changed;
                watcher.close();
                const forked = fork('./child.mjs');
                const [message] = await once(forked, 'message');
                const [thread] = await once(new Worker('./thread.mjs'), 'message');
                const globbed = fs.globSync === undefined ? ['watched/file'] : fs.globSync('watched/*');
                return {
                    cwd: [process.cwd(), cwd(), message, String(execSync('pwd')).trim(), String(spawnSync('pwd').stdout).trim(),
                        String(execFileSync('pwd', undefined)).trim(), String(execFileSync('pwd', { env: {} })).trim(),
                        await output(spawn('pwd')), String(execSync('pwd', { cwd: '.' })).trim()],
                    below: [String(execSync('pwd', { cwd: 'watched' })).trim(), await output(spawn('pwd', { cwd: 'watched' }))],
                    elsewhere: String(execSync('pwd', { cwd: '/' })).trim(),
                    env: [process.env.FROM_FILE, process.env.FROM_OTHER],
                    watched: name,
                    globbed,
                    thread,
                };
            };`,
        );
        const engine = await makeEngine({ isolation });
        await engine.addActor(join(folder, 'main.js'), { name: 'other' });
        const before = process.cwd();

        for (let count = 0; count < (isolation === 'pooled' ? 2 : 1); count += 1) {
            const run = await engine.call('other');
            expect(await run.log.text()).toContain('nested');
            expect(await run.output(), await run.log.text()).toEqual({
                cwd: Array.from({ length: 9 }, () => folder),
                below: [join(folder, 'watched'), join(folder, 'watched')],
                elsewhere: '/',
                env: ['default', 'other'],
                watched: 'file',
                globbed: ['watched/file'],
                thread: [folder, true],
            });
        }
        expect([process.cwd(), process.env['FROM_FILE']]).toEqual([before, undefined]);
    });

    it('cannot be changed, except to itself', async () => {
        const engine = await makeEngine();
        await engine.addActor({
            name: 'changing',
            source: `import { chdir } from 'node:process';
                export default async () => {
                    process.chdir('.');
                    chdir(import.meta.dirname ?? process.cwd());
                    chdir('..');
                };`,
        });

        const run = await engine.call('changing');

        expect(run.statusMessage).toContain(
            'process.chdir("..") failed: a thread cannot change its working directory.',
        );
        expect(run.statusMessage).toContain("isolation: 'process'");
    });
});

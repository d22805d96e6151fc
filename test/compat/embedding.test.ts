import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/docs/source-files.js';

const exec = promisify(execFile);
const FIXTURES = join(ROOT, 'test', 'fixtures', 'embedding');
const TOOLS = ['@electron/asar@3', 'esbuild@0.28', 'jest@30', 'typescript@5.9', 'vite@8', 'vitest@4', '@types/node@20'];
const BUN = '@oven/bun-linux-x64@1.4';
const IS_LINUX_X64 = process.platform === 'linux' && process.arch === 'x64';

/** A user's project with the packed package and test tools. */
let folder: string;

interface Output {
    stdout: string;
    stderr: string;
}

/** Runs a tool in a folder of the project. Rejects with its output if it fails. */
async function runTool(
    name: string,
    args: readonly string[],
    options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Output> {
    const tool = join(folder, 'node_modules', '.bin', name);
    return runProgram(tool, args, options);
}

async function runProgram(
    file: string,
    args: readonly string[],
    { cwd, env }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Output> {
    // Variables of this test runner must not reach other test runners.
    const { TEST_COUNTS_FILE: _1, VITEST: _2, NODE_OPTIONS: _3, NODE_ENV: _4, ...own } = process.env;
    const options = {
        cwd: join(folder, cwd),
        env: { ...own, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
        timeout: 110_000,
    };
    return exec(file, [...args], options).catch((error: Error & Partial<Output>) => {
        throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
    });
}

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'greenroom-embedding-'));
    await cp(FIXTURES, folder, { recursive: true });
    await exec('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!;
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true }));
    const packages = [`./${tarball}`, ...TOOLS, ...(IS_LINUX_X64 ? [BUN] : [])];
    await exec('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the installed testing kit', () => {
    it.each(['forks', 'threads', 'vmForks', 'vmThreads'])('works in Vitest with the pool %s', async (pool) => {
        const { stdout } = await runTool('vitest', ['run', '--pool', pool], { cwd: 'vitest' });

        expect(stdout).toMatch(/Tests +5 passed \(5\)/);
        expect(stdout).not.toContain('close timed out');
    });

    it('works in Jest with CommonJS tests, and lets it exit', async () => {
        const { stderr } = await runTool('jest', ['--rootDir', '.', '--config', '{"transform":{}}'], {
            cwd: 'jest-commonjs',
        });

        expect(stderr).toMatch(/Tests: +6 passed, 6 total/);
        expect(stderr).not.toContain('did not exit');
    });

    it('works in Jest with ES modules', async () => {
        const config = JSON.stringify({ transform: {}, testMatch: ['**/*.test.mjs'] });
        const env = { NODE_OPTIONS: '--experimental-vm-modules' };

        const { stderr } = await runTool('jest', ['--rootDir', '.', '--config', config], { cwd: 'jest-esm', env });

        expect(stderr).toMatch(/Tests: +4 passed, 4 total/);
    });

    it('works in the test runner of Node', async () => {
        const { stdout } = await runProgram(process.execPath, ['--test', '--test-reporter=tap'], { cwd: 'node-test' });

        expect(stdout).toMatch(/# pass 1\n# fail 0/);
    });
});

describe('the installed package', () => {
    it('can be loaded by `require`', async () => {
        const program = `
            const { createEngine } = require('greenroom');
            createEngine().then(async (engine) => {
                await engine.addActor({ name: 'seven', source: 'export default () => 7' });
                console.log(await (await engine.call('seven')).output());
                await engine.close();
            });
        `;

        expect(await runProgram(process.execPath, ['-e', program], { cwd: '.' })).toEqual({
            stdout: '7\n',
            stderr: '',
        });
    });

    it.each([
        ['node16', ['esm.mts', 'commonjs.cts', 'jest.mts'], ['--module', 'node16']],
        ['nodenext', ['esm.mts', 'commonjs.cts', 'jest.mts'], ['--module', 'nodenext', '--skipLibCheck']],
        ['bundler', ['esm.mts', 'jest.mts'], ['--module', 'esnext', '--moduleResolution', 'bundler', '--skipLibCheck']],
    ])('has types for moduleResolution %s', async (_, files, options) => {
        const strict = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023,esnext.disposable'];

        const { stdout } = await runTool('tsc', [...strict, '--types', 'node', ...options, ...files], { cwd: 'types' });

        expect(stdout).toBe('');
    });

    const ALL = {
        thread: ['SUCCEEDED', 'thread'],
        pooled: ['SUCCEEDED', 'pooled'],
        process: ['SUCCEEDED', 'process'],
        inline: ['SUCCEEDED', 'inline'],
        function: ['SUCCEEDED', 4],
        fetch: 200,
    };

    it('can be bundled by esbuild, with its worker file as an entry', async () => {
        const entries = [
            'app.js',
            'worker=greenroom/worker',
            'process=greenroom/process',
            'watchdog=greenroom/watchdog',
        ];
        const external = ['--external:piscina', '--external:tinypool'];
        const options = ['--bundle', '--platform=node', '--format=esm', '--outdir=esbuild'];
        await runTool('esbuild', [...entries, ...external, ...options], { cwd: 'bundle' });

        const { stdout } = await runProgram(process.execPath, ['esbuild/app.js'], { cwd: 'bundle' });

        expect(JSON.parse(stdout)).toEqual(ALL);
    });

    it('can be bundled by Vite', async () => {
        await runTool('vite', ['build'], { cwd: 'bundle' });

        const { stdout } = await runProgram(process.execPath, ['vite/app.js'], { cwd: 'bundle' });

        expect(JSON.parse(stdout)).toEqual(ALL);
    });

    it('finds its worker file next to an Electron archive', async () => {
        const app = join(folder, 'electron', 'app');
        await mkdir(app, { recursive: true });
        await cp(join(folder, 'node_modules', 'greenroom'), join(app, 'node_modules', 'greenroom'), {
            recursive: true,
        });
        await runTool('asar', ['pack', 'app', 'app.asar', '--unpack-dir', '**/node_modules/greenroom'], {
            cwd: 'electron',
        });
        await rm(app, { recursive: true });
        const workerUrl = pathToFileURL(join(folder, 'electron/app.asar/node_modules/greenroom/dist/worker.js')).href;
        const program = `
            import { createEngine } from 'greenroom';
            const engine = await createEngine({ workerUrl: ${JSON.stringify(workerUrl)} });
            await engine.addActor({ name: 'seven', source: "import 'apify'; export default () => 7" });
            for (const isolation of ['thread', 'process']) {
                console.log(await (await engine.call('seven', {}, { isolation })).output());
            }
            await engine.close();
        `;

        const args = ['--input-type=module', '-e', program];
        expect(await runProgram(process.execPath, args, { cwd: '.' })).toEqual({ stdout: '7\n7\n', stderr: '' });
    });

    it('runs on Bun in threads, but not in processes, nor modules inline', async ({ skip }) => {
        skip(!IS_LINUX_X64, 'The package with Bun is for Linux on x64.');
        const bun = join(folder, 'node_modules', '@oven', 'bun-linux-x64', 'bin', 'bun');

        const { stdout } = await runProgram(bun, ['bun.js'], { cwd: 'bun' });

        expect(JSON.parse(stdout)).toEqual({
            thread: 'SUCCEEDED',
            pooled: 'SUCCEEDED',
            process: 'FAILED',
            inline: 'FAILED',
            function: 'SUCCEEDED',
        });
    });
});

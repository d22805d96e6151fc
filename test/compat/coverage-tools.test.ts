import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const exec = promisify(execFile);

const TOOLS = ['vitest@4', '@vitest/coverage-v8@4', '@vitest/coverage-istanbul@4', 'jest@30', 'c8@10', 'tsx@4'];

/** With the input 1 it executes neither the return in line 6 nor the one in line 12. */
const BODY = `export default async ({ input }) => {
    return pick(input);
};
function pick(n) {
    if (n > 5) {
        return 'big';
    }
    return 'small';
}

export function unused() {
    return 1;
}
`;
const TYPED = BODY.replace('pick(n)', 'pick(n: number): string').replace(
    '({ input })',
    '({ input }: { input: number })',
);
const COMMON = BODY.replace('export default', 'module.exports =').replace('export function', 'function');

const FILES = {
    'package.json': JSON.stringify({ name: 'user', private: true, type: 'module' }),
    'plain/package.json': JSON.stringify({ type: 'module', scripts: { start: 'node main.js' } }),
    'plain/main.js': BODY,
    'typed/package.json': JSON.stringify({ type: 'module', scripts: { start: 'tsx main.ts' } }),
    'typed/main.ts': TYPED,
    'common/package.json': JSON.stringify({ scripts: { start: 'node main.cjs' } }),
    'common/main.cjs': COMMON,
    'run.mjs': `import { createEngine } from 'greenroom';
        const [, , actor, isolation] = process.argv;
        const engine = await createEngine({ isolation, coverage: { dir: 'coverage/tmp' } });
        await engine.addActor('./' + actor);
        const run = await engine.call(actor, 1);
        await engine.close();
        console.log(run.status);`,
    'vitest/function.test.js': `import { expect, it } from 'vitest';
        import { createEngine } from 'greenroom';
        import run from '../plain/main.js';
        it('runs', async () => {
            const engine = await createEngine();
            await engine.addActor({ name: 'picks', run });
            expect((await engine.call('picks', 1)).status).toBe('SUCCEEDED');
            await engine.close();
        });`,
    'vitest/folder.test.js': `import { expect, it } from 'vitest';
        import { createEngine } from 'greenroom';
        it('runs', async () => {
            const engine = await createEngine({ isolation: 'inline', importModule: (url) => import(url) });
            await engine.addActor('./plain');
            expect((await engine.call('plain', 1)).status).toBe('SUCCEEDED');
            await engine.close();
        });`,
    'vitest.config.js': `export default { resolve: { alias: { apify: 'greenroom/actor' } } };`,
    'mocked/package.json': JSON.stringify({ type: 'module', scripts: { start: 'node main.js' } }),
    'mocked/today.js': `export const today = () => new Date().getDay();`,
    'mocked/main.js': `import { Actor } from 'apify';
        import { today } from './today.js';
        await Actor.init();
        await Actor.exit('It is ' + today());`,
    'vitest/mocked.test.js': `import { expect, it, vi } from 'vitest';
        import { createEngine } from 'greenroom';
        vi.mock('../mocked/today.js', () => ({ today: () => 'a mock' }));
        it('runs twice', async () => {
            const engine = await createEngine({ isolation: 'inline', importModule: (url) => import(url) });
            await engine.addActor('./mocked');
            for (let run = 0; run < 2; run += 1) {
                expect(await (await engine.call('mocked')).info()).toMatchObject({ status: 'SUCCEEDED', statusMessage: 'It is a mock' });
            }
            await engine.close();
        });`,
    'jest/function.test.cjs': `test('runs', async () => {
            const { createEngine } = await import('greenroom');
            const engine = await createEngine();
            await engine.addActor({ name: 'picks', run: require('../common/main.cjs') });
            expect((await engine.call('picks', 1)).status).toBe('SUCCEEDED');
            await engine.close();
        });`,
    'jest/folder.test.cjs': `test('runs', async () => {
            const { createEngine } = await import('greenroom');
            const engine = await createEngine({ isolation: 'inline' });
            await engine.addActor('./common');
            expect((await engine.call('common', 1)).status).toBe('SUCCEEDED');
            await engine.close();
        });`,
    'jest.config.json': JSON.stringify({
        testEnvironment: 'node',
        testMatch: ['<rootDir>/jest/*.test.cjs'],
        transform: { '\\.cjs$': 'babel-jest' },
        collectCoverageFrom: ['common/main.cjs'],
    }),
};

let folder: string;

/** Runs an installed tool, and returns its output. */
async function runTool(path: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { TEST_COUNTS_FILE: _, NODE_V8_COVERAGE: _coverage, ...own } = process.env;
    const options = { cwd: folder, env: { ...own, NO_COLOR: '1', FORCE_COLOR: undefined, ...env } };
    const { stdout } = await exec(process.execPath, [join(folder, 'node_modules', path), ...args], options);
    return stdout;
}

/** Returns the uncovered lines of a file from a text report. */
function uncoveredLines(report: string, file: string): string | undefined {
    const row = report.split('\n').find((line) => line.trim().startsWith(`${file} `));
    return row?.split('|').at(-1)?.trim();
}

beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'greenroom-coverage-'));
    for (const [path, text] of Object.entries(FILES)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
    }
    await exec('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]);
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
    const flags = ['--prefer-offline', '--legacy-peer-deps', '--no-audit', '--no-fund'];
    await exec('npm', ['install', ...flags, `./${tarball}`, ...TOOLS], { cwd: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('c8', () => {
    it.each(
        ['thread', 'pooled', 'process'].flatMap((isolation) => [
            { isolation, actor: 'plain', file: 'main.js' },
            { isolation, actor: 'typed', file: 'main.ts' },
        ]),
    )('reports what a run in $isolation has covered of a $actor Actor', async ({ isolation, actor, file }) => {
        await rm(join(folder, 'coverage'), { recursive: true, force: true });
        await exec(process.execPath, ['run.mjs', actor, isolation], { cwd: folder });

        const report = await runTool('c8/bin/c8.js', ['report', '--temp-directory', 'coverage/tmp']);

        expect(uncoveredLines(report, file)).toBe('6-7,12-13');
    });
});

describe('Vitest', () => {
    it.each(
        ['v8', 'istanbul'].flatMap((provider) => [
            { provider, test: 'function' },
            { provider, test: 'folder' },
        ]),
    )('counts an inline Actor that is a $test: $provider', async ({ provider, test }) => {
        const flags = ['--coverage.enabled', '--coverage.reporter=text', '--coverage.include=plain/*.js'];

        const report = await runTool('vitest/vitest.mjs', [
            'run',
            `vitest/${test}`,
            `--coverage.provider=${provider}`,
            ...flags,
        ]);

        expect(uncoveredLines(report, 'main.js')).toBe('6,12');
    });
});

describe('a mock of Vitest', () => {
    it('applies to an inline Actor in a folder that the test imports', async () => {
        const printed = await runTool('vitest/vitest.mjs', ['run', 'vitest/mocked']);

        expect(printed).toMatch(/Tests +1 passed/);
    });
});

describe('Jest', () => {
    it.each(
        ['babel', 'v8'].flatMap((provider) => [
            { provider, test: 'function' },
            { provider, test: 'folder' },
        ]),
    )('counts an inline Actor that is a $test: $provider', async ({ provider, test }) => {
        const args = ['--config', 'jest.config.json', '--coverage', `--coverageProvider=${provider}`, test];

        const report = await runTool('jest/bin/jest.js', args, { NODE_OPTIONS: '--experimental-vm-modules' });

        expect(uncoveredLines(report, 'main.cjs')).toBe(provider === 'babel' ? '6,12' : '6-7,11-13');
    });
});

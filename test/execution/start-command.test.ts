import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { actorFolder, type Files } from '../actors/source/actor-folder.js';
import { makeEngine } from '../support/make-engine.js';
import type { EngineOptions, RunHandle } from 'greenroom';

const REPORT = `console.log('REPORT ' + JSON.stringify({
    argv: process.argv.slice(1),
    execArgv: process.execArgv,
    cwd: process.cwd(),
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => /^(X_|NODE_OPTIONS$)/.test(name))),
    loaded: globalThis.loaded ?? [],
}));`;

const note = (name: string): string => `(globalThis.loaded ??= []).push('${name} ' + (process.env.X_A ?? ''));`;

/** An Actor that reports how it was started, with all that the start commands below refer to. */
const FILES: Files = {
    'dist/main.js': REPORT,
    'dist/esm.mjs': REPORT,
    'a b.js': REPORT,
    'sub/main.js': REPORT,
    'setup.js': note('setup'),
    'setup.mjs': note('setup.mjs'),
    'node_modules/preload/package.json': { exports: { './import': { import: './i.mjs' }, './require': './r.js' } },
    'node_modules/preload/i.mjs': note('preload/import'),
    'node_modules/preload/r.js': note('preload/require'),
    // Runs in a thread of Node's own.
    'hooks.mjs': `import { readFileSync } from 'node:fs';
    const directory = process.cwd();
    export async function load(url, context, next) {
        const result = await next(url, context);
        if (!url.endsWith('esm.mjs')) return result;
        const loaded = [directory, process.env.X_A, process.env.GREENROOM_HOST, readFileSync('.env', 'utf8')];
        return { ...result, source: 'globalThis.loaded = ' + JSON.stringify(loaded) + ';' + result.source };
    }`,
    'register.mjs': `import { register } from 'node:module';
    register('./hooks.mjs', import.meta.url);`,
    '.env': 'X_A=from file\nX_B="two words"\n',
    'more.env': 'X_B=more\n',
};

interface Report {
    argv: string[];
    execArgv: string[];
    cwd: string;
    env: Record<string, string>;
    loaded: string[];
}

function readReport(text: string): Report {
    const [, json] = /REPORT (\{.*\})/.exec(text) ?? [];
    if (json === undefined) throw new Error(text);
    return JSON.parse(json) as Report;
}

async function start(
    line: string,
    files: Files = {},
    isolation?: EngineOptions['isolation'],
): Promise<{ folder: string; run: RunHandle }> {
    const folder = await actorFolder({ ...FILES, 'package.json': { scripts: { start: line } }, ...files });
    const engine = await makeEngine({ prewarm: 0, ...(isolation && { isolation }) });
    const { id } = await engine.addActor(folder);
    return { folder, run: await engine.call(id) };
}

async function shell(line: string, cwd: string): Promise<Report> {
    const env = { PATH: process.env['PATH'] };
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd, env });
    return readReport(stdout);
}

afterEach(() => {
    vi.unstubAllEnvs();
});

describe('a start script', () => {
    it.each([
        'node dist/main.js --flag value',
        `node dist/main 'one word' "two \\"words\\"" a\\ b`,
        'node .//dist/main.js -- -r x',
        "node 'a b.js'",
        'X_A=1 X_B="a $X_A" node dist/main.js',
        'export X_A=1; X_B=2 node dist/main.js $X_A "$X_A$X_NONE" ${X_NONE:-other}',
        'node -r ./setup.js dist/main.js',
        'X_A=1 node --require=./setup --import ./setup.mjs dist/main.js --last',
        'node --import preload/import -r preload/require dist/esm.mjs',
        'X_A=1 node --no-warnings --loader ./hooks.mjs dist/esm.mjs',
        'X_A=1 node --import ./register.mjs dist/esm.mjs',
        'node --env-file=.env dist/main.js',
        'X_A=1 node --env-file .env --env-file more.env -r ./setup.js dist/main.js',
        'NODE_OPTIONS="--require ./setup.js" node dist/main.js',
        'cd sub && node ./main.js x',
        'export X_A=2 && sh -c \'node dist/main.js "$X_A"\'',
        'node --enable-source-maps dist/main.js',
        'node --stack-trace-limit=20 --expose-gc dist/main.js',
    ])('is obeyed: %s', async (line) => {
        const { folder, run } = await start(line);
        const log = await run.log.text();

        expect(run.status, log).toBe('SUCCEEDED');
        expect(readReport(log)).toEqual(await shell(line, folder));
    });
});

/** Starts the line; returns the status message and the log. */
async function logOf(line: string, files?: Files, isolation?: EngineOptions['isolation']): Promise<string> {
    const { run } = await start(line, files, isolation);
    return `${run.statusMessage}\n${await run.log.text()}`;
}

describe('a part of a start script that a run cannot obey', () => {
    it.each([
        [
            'runs in a process',
            'node --max-old-space-size=100 dist/main.js',
            /uses a process.*`--max-old-space-size=100`/,
        ],
        ['is logged', 'npm run build && node dist/main.js', /`npm run build` of the start script.* is not executed/],
        ['is logged', 'node --watch dist/main.js', /`--watch`.* is not executed/],
        ['is logged', 'node --inspect dist/main.js', /`--inspect` has no effect in a run/],
        ['is logged', 'node dist/main.js > x.log', /`> x.log`.* is not executed/],
        ['fails the run', 'node --no-such-option dist/main.js', /bad option: --no-such-option/],
        ['fails the run', 'node -r ./none.js dist/main.js', /could not be loaded.*Cannot find module '.\/none.js'/],
    ])('%s: %s', async (_, line, message) => {
        expect(await logOf(line)).toMatch(message);
    });

    it.each([
        ['node --env-file=no.env dist/main.js', /no\.env does not exist.*--env-file-if-exists/],
        ['node --test dist/main.js', /`--test`.*not supported/],
        ['node $(cat x) dist/main.js', /`\$\(cat x\)`/],
        ['node $FLAGS dist/main.js', /`\$FLAGS`/],
        ['python3 main.py', /python3/],
        ['./run.sh', /run\.sh/],
    ])('is refused: %s', async (line, message) => {
        await expect(start(line)).rejects.toMatchObject({
            code: 'actor-source-invalid',
            message: expect.stringMatching(message),
        });
    });

    it('is logged by an inline run, which shares the process of the host', async () => {
        expect(await logOf('node dist/main.js --flag', {}, 'inline')).toMatch(/inline, so the options and arguments/);
    });
});

describe('the start command of an Actor', () => {
    it.each(['thread', 'pooled', 'process'] as const)('is obeyed in isolation %s', async (isolation) => {
        const { run } = await start('X_A=1 node -r ./setup.js dist/main.js a', {}, isolation);

        expect(readReport(await run.log.text())).toMatchObject({
            argv: [expect.stringMatching(/main\.js$/), 'a'],
            execArgv: ['-r', './setup.js'],
            env: { X_A: '1' },
            loaded: ['setup 1'],
        });
    });

    it.each(['thread', 'process'] as const)('reaches module hooks of a prewarmed %s', async (isolation) => {
        vi.stubEnv('GREENROOM_HOST', 'secret');
        const folder = await actorFolder({
            ...FILES,
            'package.json': { scripts: { start: 'X_A=1 node --import ./register.mjs dist/esm.mjs' } },
            'dist/esm.mjs': `import 'apify'; ${REPORT}`,
        });
        const engine = await makeEngine({ prewarm: 1, isolation });
        const { id } = await engine.addActor(folder);
        // Spares for this Actor exist from the first run on.
        await engine.call(id);

        const { log } = await engine.call(id);

        expect(readReport(await log.text()).loaded).toEqual([folder, '1', null, FILES['.env']]);
    });

    it('includes scripts that it runs, their arguments and their variables', async () => {
        const scripts = {
            start: 'X_A=1 npm run --silent serve -- --b "$X_B"',
            serve: 'X_B=2 cross-env X_C=3 node dist/main.js --a',
            preserve: 'tsc',
        };
        const { run } = await start('', { 'package.json': { scripts } });
        const log = await run.log.text();

        expect(readReport(log)).toMatchObject({
            argv: [expect.anything(), '--a', '--b', '2'],
            env: { X_A: '1', X_B: '2', X_C: '3' },
        });
        expect(log).toContain('`npm run preserve`');
    });

    it('includes the variables of the image, which those of the run override', async () => {
        const Dockerfile =
            'FROM node\nENV X_A=image\nENV X_B=$X_A-2\nENTRYPOINT ["node"]\nCMD ["dist/main.js", "$X_A"]';
        const actorJson = {
            actorSpecification: 1,
            name: 'image',
            version: '0.0',
            environmentVariables: { X_A: 'run' },
        };
        const { run } = await start('node other.js', { Dockerfile, '.actor/actor.json': actorJson });

        expect(readReport(await run.log.text())).toMatchObject({
            argv: [expect.anything(), '$X_A'],
            env: { X_A: 'run', X_B: 'image-2' },
        });
    });

    it('takes options from NODE_OPTIONS of the run', async () => {
        const engine = await makeEngine({ prewarm: 0 });
        const { id } = await engine.addActor(await actorFolder({ ...FILES, 'main.js': REPORT }));

        const run = await engine.call(id, undefined, { env: { NODE_OPTIONS: '--require "./setup.js"' } });

        expect(readReport(await run.log.text())).toMatchObject({ execArgv: [], loaded: ['setup '] });
    });
});

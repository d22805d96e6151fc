import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { documentsIn } from '../../support/files/documents.js';
import { actorFolder, ECHO } from '../../support/actors/actor-folder.js';
import { cli, CLI, cliEnv, cliHere, startCli } from '../../support/cli/cli.js';
import { waitUntil } from '../../support/wait-until.js';

/** Runs the Actor of a folder, and gives what its OUTPUT was. */
async function outputOf(cwd: string, words: readonly string[], stdin?: string): Promise<unknown> {
    const { stdout, stderr } = await cli(['run', '--json', '--quiet', ...words], { cwd, stdin });
    expect(stderr).toBe('');
    return (JSON.parse(stdout) as { output: unknown }).output;
}

describe('greenroom run', () => {
    it('runs the Actor of the current directory, and prints its results', async () => {
        const cwd = await actorFolder({
            'main.js': `
                import { Actor, log } from 'apify';
                await Actor.init();
                log.info('Here I am');
                await Actor.pushData([{ url: 'https://a.example', n: 1 }, { url: 'https://b.example', n: 22 }]);
                await Actor.setValue('OUTPUT', { done: true });
                await Actor.exit('All is well');
            `,
        });

        const { code, stdout, stderr } = await cli(['run', '--show', '1'], { cwd });

        expect(stderr).toBe('');
        expect(code).toBe(0);
        expect(stdout).toMatch(/^INFO {2}Here I am\n/);
        expect(stdout).toMatch(/✔ SUCCEEDED in [\d.]+ m?s · peak memory [\d.]+ MB\n {2}All is well\n/);
        expect(stdout).toContain('url                n\nhttps://a.example  1\nand 1 more item\n');
        expect(stdout).toContain('OUTPUT\n{\n  "done": true\n}\n');
        expect(stdout).toMatch(
            /Run \w{17} saved to \.\/\.greenroom \(2 items\)\nNext: {2}greenroom dataset items \w{17}/,
        );
        expect(stdout).not.toContain('\r');
        expect(await readFile(join(cwd, '.greenroom', '.gitignore'), 'utf8')).toBe('*\n');
    });

    it('prints JSON for programs, with the log on stderr', async () => {
        const cwd = await actorFolder({ 'main.js': `console.log('noise'); export default () => 5;` });

        const loud = await cli(['run', '--json'], { cwd });
        const quiet = await cli(['run', '--json', '--quiet'], { cwd });

        expect(JSON.parse(loud.stdout)).toMatchObject({
            run: { status: 'SUCCEEDED' },
            items: [],
            itemCount: 0,
            output: 5,
        });
        expect(loud.stderr).toBe('noise\n');
        expect(quiet.stderr).toBe('');
    });

    it.each([
        ['process.exit(7)', [], 1, 'FAILED'],
        ['await Actor.init(); setInterval(() => {}, 1000)', ['--timeout', '1s'], 124, 'TIMED-OUT'],
    ])('exits with the code of the outcome: %s', async (source, words, expected, status) => {
        const cwd = await actorFolder({ 'main.js': `import { Actor } from 'apify'; ${source};` });

        const { code, stdout } = await cli(['run', ...words], { cwd });

        expect(code).toBe(expected);
        expect(stdout).toContain(`✖ ${status}`);
    });

    it('creates one build of a folder for many runs', async () => {
        const cwd = await actorFolder(ECHO);

        for (const depth of [1, 2]) expect(await outputOf(cwd, [`depth=${depth}`])).toEqual({ depth });
        await writeFile(
            join(cwd, '.actor', 'actor.json'),
            JSON.stringify({ actorSpecification: 1, name: 'other-name', version: '0.1' }),
        );
        await outputOf(cwd, []);

        expect(documentsIn(join(cwd, '.greenroom'), 'builds').size).toBe(2);
    });

    it('runs with any content of the record of folders', async () => {
        const cwd = await actorFolder(ECHO);
        await outputOf(cwd, []);
        const file = join(cwd, '.greenroom', 'actors.json');
        const known = JSON.parse(await readFile(file, 'utf8')) as Record<string, object>;
        const [path, actor] = Object.entries(known)[0]!;

        for (const broken of [
            '',
            'no JSON',
            'null',
            '7',
            { [path]: null },
            { [path]: 7 },
            { [path]: { ...actor, actorId: 'x' } },
        ]) {
            await writeFile(file, typeof broken === 'string' ? broken : JSON.stringify(broken));
            expect(await outputOf(cwd, ['depth=2'])).toEqual({ depth: 2 });
        }
    });

    it('warns of an input key that the schema does not have, and prints only JSON on stdout', async () => {
        const cwd = await actorFolder(ECHO);

        const { code, stdout, stderr } = await cli(['run', '--json', '-q', '-i', '{"dept":1}'], { cwd });

        expect(code).toBe(0);
        expect(stderr).toBe('warning: Unknown input key "dept". Did you mean "depth"?\n');
        expect(JSON.parse(stdout)).toMatchObject({
            output: { dept: 1 },
            requests: { total: 0 },
            place: join(cwd, '.greenroom'),
        });
    });
});

describe('the input of greenroom run', () => {
    it('is read from JSON, a file or a pipe', async () => {
        const cwd = await actorFolder({ ...ECHO, 'in.json': '\uFEFF{"code":"file"}' });

        expect(await outputOf(cwd, ['--input', '{"code":"json","depth":1}'])).toEqual({ code: 'json', depth: 1 });
        expect(await outputOf(cwd, ['-f', 'in.json'])).toEqual({ code: 'file', depth: 3 });
        expect(await outputOf(cwd, ['-f', '-'], '{"code":"dash"}')).toEqual({ code: 'dash', depth: 3 });
        expect(await outputOf(cwd, [], '{"code":"pipe"}')).toEqual({ code: 'pipe', depth: 3 });
    });

    it('is set from key=value arguments, with the types of the input schema', async () => {
        const cwd = await actorFolder(ECHO);
        const words = [
            'code=007',
            'depth=5',
            'tags=a,b',
            'tags=c',
            'startUrls=https://x.example/?a=1',
            'deep.er.still=true',
        ];
        const { stdout, stderr } = await cli(['run', '--json', '--quiet', ...words], { cwd });

        expect(stderr).toBe('warning: Unknown input key "deep".\n');
        expect((JSON.parse(stdout) as { output: unknown }).output).toEqual({
            code: '007',
            depth: 5,
            tags: ['a,b', 'c'],
            startUrls: [{ url: 'https://x.example/?a=1' }],
            deep: { er: { still: true } },
        });
        expect(await outputOf(cwd, ['-i', '{"code":"x","depth":1}', 'depth=2'])).toEqual({ code: 'x', depth: 2 });
    });

    it('is by default that of the folder `storage`, which is unchanged', async () => {
        const cwd = await actorFolder({
            ...ECHO,
            'storage/key_value_stores/default/INPUT.json': { code: 'stored' },
            'storage/datasets/kept/000000001.json': { a: 1 },
            'storage/datasets/default/000000001.json': { b: 1 },
        });

        const first = await cli(['run'], { cwd });
        const second = await cli(['run', '--purge'], { cwd });

        expect(first.stdout).toContain('"code": "stored"');
        expect(first.stdout).toContain('Imported 1 named storage from');
        expect(second.stdout).not.toContain('Imported');
        expect(await readdir(join(cwd, 'storage'), { recursive: true })).toHaveLength(8);
        expect(await outputOf(cwd, ['depth=9'])).toEqual({ depth: 9 });
    });

    it('does not wait for a silent pipe', async () => {
        const cwd = await actorFolder(ECHO);
        const child = spawn(process.execPath, [CLI, 'run'], {
            cwd,
            env: cliEnv(),
            stdio: ['pipe', 'ignore', 'ignore'],
        });
        onTestFinished(() => void child.kill('SIGKILL'));

        expect(await once(child, 'exit')).toEqual([0, null]);
    });

    it.each([
        [
            ['-i', '{"code": "a"\n "depth"}'],
            /The value of --input is not valid JSON: line 2, column 2: .*\n {2}2 \| {2}"depth"}\n {4}\| {2}\^/,
        ],
        [['-i', '[1]', 'code=x'], /is not an object, so properties cannot be set. Leave out code=…/],
        [['-i', '{}', '-f', 'x'], /cannot be combined/],
        [['-f', 'none.json'], /The file 'none\.json' does not exist/],
        [['depth=many'], /input\.depth must be integer/],
        [['memory', 'x'], /'x' is not key=value/],
        [['--memory', '500'], /`--memory` is 500.*512 is the nearest/],
        [['--memory', 'much'], /512MB or 1GB/],
        [['--timeout', 'soon'], /5m or 1h30m/],
        [['--build', 'beta'], /has no build `beta`\..* Leave out --build for the default one\./],
        [['--isolation', 'threat'], /Did you mean `thread`/],
        [['--env', 'GREENROOM_TEST_MISSING'], /the variable is not set/],
        [
            ['no-such-actor'],
            /'no-such-actor' is neither a path nor an Actor: .* does not exist, and .* has no Actors\./,
        ],
        [['./no-such-folder'], /`no-such-folder` does not exist in/],
        [['--watch', '--json'], /--watch cannot be combined with --json/],
    ])('is rejected if invalid, and nothing is stored: %j', async (words, message) => {
        const cwd = await actorFolder(ECHO);

        const { code, stdout, stderr } = await cliHere(['run', ...words], { cwd });

        expect(stderr).toMatch(message);
        expect(stderr).toMatch(/^(error: |\{"error":)/);
        expect(stdout).toBe('');
        expect([1, 2]).toContain(code);
        expect(existsSync(join(cwd, '.greenroom'))).toBe(false);
    });

    it('is not read if actor.json is invalid, whose error has a position', async () => {
        const cwd = await actorFolder({ ...ECHO, '.actor/actor.json': '{\n  "name": "x",,\n}' });

        const { stderr } = await cliHere(['run'], { cwd });

        expect(stderr).toMatch(/^error: .*actor\.json:2:15 is not valid JSON: unexpected ','\./);
        expect(existsSync(join(cwd, '.greenroom'))).toBe(false);
    });

    it('is rejected in a folder without an Actor', async () => {
        const cwd = await actorFolder({});

        expect((await cliHere(['run'], { cwd })).stderr).toMatch(/no entry module for an Actor.*greenroom init NAME/s);
    });
});

describe('a run', () => {
    it('has the given environment variables', async () => {
        const cwd = await actorFolder({
            'main.js': `export default () => [process.env.A, process.env.B, process.env.C, process.env.HOME_ONLY];`,
            'vars.env': 'A=file\nB="in quotes"\n',
        });

        const { stdout } = await cli(['run', '--json', '--env-file', 'vars.env', '-e', 'A=line=1', '-e', 'C'], {
            cwd,
            env: { C: 'host', HOME_ONLY: 'x' },
        });

        expect(JSON.parse(stdout)).toMatchObject({ output: ['line=1', 'in quotes', 'host', null] });
    });

    it.each(['thread', 'process'])('is aborted by a signal, in a %s', async (isolation) => {
        const cwd = await actorFolder({
            'main.js': `
                import { Actor } from 'apify';
                await Actor.init();
                Actor.on('aborting', () => console.log('heard it'));
                console.log('ready');
                setInterval(() => {}, 1000);
            `,
        });
        const child = startCli(['run', '--isolation', isolation], { cwd });
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => (text += String(chunk)));
        await waitUntil('the run to begin', () => text.includes('ready'), { timeoutMillis: 15_000 });

        child.kill('SIGTERM');

        expect(await once(child, 'exit')).toEqual([143, null]);
        expect(text).toContain('Aborting gracefully');
        expect(text).toContain('heard it');
        expect(text).toContain('✖ ABORTED');
    });

    it('that has timed out and does not stop is aborted by Ctrl+C before its grace period is over', async () => {
        const cwd = await actorFolder({ 'main.js': 'for (;;);' });
        const child = startCli(['run', '--timeout', '1s'], { cwd });
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => (text += String(chunk)));
        await waitUntil('the timeout', () => text.includes('the Actor has 30 s to stop'), { timeoutMillis: 20_000 });

        child.kill('SIGINT');

        expect(await once(child, 'exit')).toEqual([130, null]);
        expect(text).toMatch(/✖ ABORTED in [12]?\d\.\d s/);
    });

    it('reports the owner of the storage directory', async () => {
        const cwd = await actorFolder({ 'main.js': `console.log('ready'); setInterval(() => {}, 1000);` });
        const child = startCli(['run'], { cwd });
        await once(child.stdout, 'data');

        const { code, stderr } = await cli(['run'], { cwd });

        expect(code).toBe(1);
        expect(stderr).toContain(`is in use by an engine of process ${child.pid} since`);
    });
});

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actorFolder } from '../../support/actor-folder.js';
import { cliIn } from '../../support/cli.js';
import { keptDirectory } from '../../support/kept-directory.js';
import { tempDir } from '../../support/temp-dir.js';

describe('greenroom actors', () => {
    it('adds the Actor of a folder, tells of it, builds it and deletes it', async () => {
        const cwd = await actorFolder({
            'mine/.actor/actor.json': { actorSpecification: 1, name: 'my-actor', version: '0.1', title: 'Mine' },
            'mine/main.js': 'export default () => 1;',
        });
        const call = cliIn(cwd);

        expect((await call('actors add mine')).stdout).toBe(
            'Added local/my-actor (0.1.1). Its runs read the folder as it is then.\n',
        );
        expect((await call('actors build my-actor --version-number 9.9')).stderr).toContain('It has: 0.1.');
        expect((await call('actors add mine --snapshot --name copied')).stdout).toContain('a copy of the folder');
        expect(await call('actors build copied --tag beta')).toMatchObject({
            code: 0,
            stdout: expect.stringMatching(/^Built local\/copied 0\.1\.2 in /),
        });
        expect((await call('actors ls')).stdout).toMatch(/\w{17} +local\/copied .*\n\w{17} +local\/my-actor /);
        expect((await call('actors info copied')).stdout).toMatch(/^Builds +latest: 0\.1\.1, beta: 0\.1\.2$/m);
        expect((await call('actors builds copied')).stdout).toMatch(/0\.1\.2 +SUCCEEDED .*\n.*0\.1\.1 +SUCCEEDED/);
        expect((await call('actors rm copied my-actor --yes')).stdout).toBe('Deleted local/copied, local/my-actor.\n');
        expect(JSON.parse((await call('actors ls --json')).stdout)).toMatchObject({ items: [] });
        expect(existsSync(join(cwd, 'mine', 'main.js'))).toBe(true);
    });

    it('refuses what is no Actor, and leaves nothing behind', async () => {
        const cwd = await tempDir();
        await mkdir(join(cwd, 'empty'));

        expect(await cliIn(cwd)('actors add nowhere')).toMatchObject({
            code: 2,
            stderr: expect.stringContaining("'nowhere'"),
        });
        expect(existsSync(join(cwd, '.greenroom'))).toBe(false);
        expect(await cliIn(cwd)('actors add empty')).toMatchObject({
            code: 1,
            stderr: expect.stringContaining('empty'),
        });
    });
});

describe('greenroom runs', () => {
    it('lists them, the latest on top, by status and Actor', async () => {
        const { cwd, runs } = await keptDirectory();
        const call = cliIn(cwd);
        const idsOf = async (line: string): Promise<string[]> => {
            const { items } = JSON.parse((await call(line)).stdout) as { items: { id: string }[] };
            return items.map(({ id }) => id);
        };

        expect((await call('runs ls')).stdout).toMatch(
            new RegExp(`^ID .*\\n${runs.failed} +shop +FAILED .*Sold out.*\\n${runs.succeeded} +shop +SUCCEEDED .* 2 `),
        );
        expect(await idsOf('runs ls --asc --json')).toEqual([runs.succeeded, runs.failed]);
        expect(await idsOf('runs ls shop --status failed,timed-out --json')).toEqual([runs.failed]);
        expect(await idsOf('runs ls --after 2100-01-01 --json')).toEqual([]);
        expect((await call('runs ls --status faild')).stderr).toContain('Did you mean `FAILED`?');
        expect((await call('runs ls --after someday')).stderr).toContain('such as 2026-03-01');
        expect((await call('runs ls shpo')).stderr).toContain('Did you mean `shop`?');
        expect((await call('runs last')).stdout).toMatch(
            new RegExp(`^Id +${runs.failed}\\nActor +shop\\nStatus +FAILED\\n`),
        );
        expect((await call('runs rm last -y')).stdout).toBe(`Deleted 1 run (${runs.failed}).\n`);
        expect(await idsOf('runs ls --json')).toEqual([runs.succeeded]);
    });

    it('print their logs, whole or the end of them', async () => {
        const { cwd, runs } = await keptDirectory();
        const call = cliIn(cwd);

        expect((await call(`log ${runs.succeeded}`)).stdout).toBe('INFO  Selling\n');
        expect((await call(`log ${runs.succeeded} --times`)).stdout).toMatch(/^\d{4}-.*Z INFO {2}Selling\n$/);
        expect((await call('log --tail 1 --follow')).stderr).toMatch(/^The run is FAILED: /);
        expect(JSON.parse((await call('log --json')).stdout)).toMatchObject({
            id: runs.failed,
            lines: expect.arrayContaining([expect.objectContaining({ text: 'INFO  Selling' })]),
        });
        expect((await call('log nothing')).stderr).toContain(`\`${runs.failed}\` (FAILED)`);
    });

    it('are not ended twice', async () => {
        const { cwd, runs } = await keptDirectory();

        expect((await cliIn(cwd)('abort last')).stdout).toBe(
            `The run ${runs.failed} had ended already: it is FAILED.\n`,
        );
        expect((await cliIn(cwd)('reboot last')).stderr).toContain('only a run that is RUNNING can be rebooted');
        expect((await cliIn(cwd)('resurrect last --detach')).stderr).toContain('--detach needs a server');
    });
});

describe('greenroom schedule', () => {
    it('makes, switches, shows and deletes them', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);

        const made = await call(
            `schedule create nightly --cron '0 3 * * *' --timezone UTC --actor shop --input '{"a":1}' --memory 1GB`,
        );
        const shown = JSON.parse((await call('schedule info nightly --json')).stdout) as object;

        expect(made.stdout).toMatch(/^Made the schedule nightly\. It runs next at \d{4}-/);
        expect(made.stderr).toContain('only while `greenroom dev`');
        expect(shown).toMatchObject({
            cronExpression: '0 3 * * *',
            isEnabled: true,
            nextRuns: expect.arrayContaining([expect.stringContaining('T03:00:00.000Z')]),
            actions: [{ type: 'RUN_ACTOR', runInput: { body: '{"a":1}' }, runOptions: { memoryMbytes: 1024 } }],
        });
        expect((await call('schedule disable nightly')).stdout).toBe('The schedule nightly is disabled.\n');
        expect((await call('schedule ls')).stdout).toMatch(/nightly +0 3 \* \* \* UTC +disabled .*shop/);
        expect((await call('schedule enable nightly')).stdout).toContain('It runs next at');
        expect((await call('schedule rm nightly every-mornin -y')).stderr).toContain('Did you mean `every-morning`?');
        expect((await call('schedule rm nightly every-morning -y')).stdout).toBe(
            'Deleted the schedules nightly, every-morning.\n',
        );
    });

    it.each([
        ['--actor shop', '--cron is missing'],
        ['--cron @daily', 'Give --actor ACTOR'],
        ["--cron '0 3 * *' --actor shop", 'has 4 fields'],
        ['--cron @daily --actor shpo', 'Did you mean `shop`?'],
        ['--cron @daily --actor shop --timezone Nowhere', 'Nowhere'],
        ["--cron @daily --actor shop --input '{'", 'line 1, column 2'],
        ['--cron @daily --task shop-task --memory 512', '--actor only'],
    ])('refuses %s', async (options, hint) => {
        const { cwd } = await keptDirectory();

        const { code, stderr } = await cliIn(cwd)(`schedule create nightly ${options}`);

        expect(code).toBeGreaterThan(0);
        expect(stderr).toContain(hint);
        expect((await cliIn(cwd)('schedule ls')).stdout).not.toContain('nightly');
    });
});

describe('greenroom tasks and webhooks', () => {
    it('make, show and delete tasks', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);

        expect((await call(`tasks create deep --actor shop --input '{"depth":9}' --timeout 5m`)).stdout).toContain(
            'tasks run deep',
        );
        expect((await call('tasks info deep')).stdout).toMatch(
            /^Input +\{"depth":9\}\nRuns with +a timeout of 5 m 0 s$/m,
        );
        expect((await call('tasks ls')).stdout).toMatch(/deep .*\n.*shop-task /);
        expect((await call('tasks create x --actor shop --memory 100')).stderr).toContain('task.');
        expect((await call('tasks create deep')).stderr).toContain('--actor is missing');
        expect((await call('tasks rm deep -y')).stdout).toBe('Deleted the task deep.\n');
    });

    it('make, show and delete webhooks', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);

        const made = await call(
            'webhooks create http://127.0.0.1:9/x --event run.failed,build.created --actor shop --json',
        );
        const { id } = JSON.parse(made.stdout) as { id: string };

        expect((await call('webhooks ls')).stdout).toMatch(
            /RUN\.FAILED, BUILD\.CREATED +shop +http:\/\/127\.0\.0\.1:9\/x/,
        );
        expect(JSON.parse((await call('webhooks dispatches --json')).stdout)).toMatchObject({ items: [] });
        expect((await call(`webhooks rm ${id} -y`)).stdout).toBe(`Deleted the webhook ${id}.\n`);
        expect((await call('webhooks create http://x.example --event run.done --actor shop')).stderr).toContain(
            'must be one of',
        );
        expect((await call('webhooks create http://x.example --event run.failed')).stderr).toContain(
            'Give --actor ACTOR',
        );
        expect((await call('webhooks create nonsense --event run.failed --actor shop')).stderr).toContain(
            'a URL with http',
        );
    });
});

describe('greenroom purge', () => {
    it('asks, and deletes what has no name', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);

        expect((await call('purge --dry-run')).stdout).toMatch(
            /^Would delete 2 runs, 2 datasets, 2 key-value stores and 2 request queues \([\d.]+ k?B\)\.\n$/,
        );
        expect((await call('purge --older-than 1d --yes')).stdout).toBe('There is nothing to delete.\n');
        expect(await call('purge')).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
        expect((await call('purge --older-than soon')).code).toBe(2);
        expect(JSON.parse((await call('purge --yes --json')).stdout)).toMatchObject({
            isDryRun: false,
            runs: [{}, {}].map(() => expect.any(String)),
        });
        expect((await call('runs ls --json')).stdout).toContain('"total":0');
        expect((await call('dataset ls --all')).stdout).toMatch(/products/);
        expect((await call('purge --dataset products --yes')).stdout).toMatch(/^Deleted 1 dataset, named products /);
        expect((await call('kv ls')).stdout).toContain('config');
    });
});

describe('greenroom export and import', () => {
    it('write and read the layout of Crawlee', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);

        expect((await call('export storage --run last')).stdout).toMatch(
            /^Exported 2 datasets, 2 key-value stores and 2 request queues to storage \(\d+ entries, /,
        );
        expect(JSON.parse(await readFile(join(cwd, 'storage/datasets/products/000000001.json'), 'utf8'))).toEqual({
            n: 0,
            name: 'Product 0',
        });
        expect((await call('export storage')).stderr).toContain('Add --overwrite');
        expect((await call('import storage')).stderr).toContain('Add --overwrite');
        expect(JSON.parse((await call('import --storage other --json')).stdout)).toEqual({
            datasets: ['default', 'products'],
            keyValueStores: ['config', 'default'],
            requestQueues: ['default', 'todo'],
        });
        expect((await call('dataset items products -s other -n 1 --format jsonl')).stdout).toBe(
            '{"n":0,"name":"Product 0"}\n',
        );
        await writeFile(join(cwd, 'storage/datasets/products/000000002.json'), '{');
        expect((await call('import storage --overwrite')).stderr).toContain('000000002.json');
        expect((await call('import nowhere')).stderr).toContain("There is no folder 'nowhere'");
    });
});

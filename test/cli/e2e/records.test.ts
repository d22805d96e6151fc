import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliIn } from '../../support/cli/cli.js';
import { keptDirectory } from '../../support/files/persistent-temp-dir.js';

describe('greenroom runs', () => {
    it('lists runs, newest first, by status and Actor', async () => {
        const { cwd, runs } = await keptDirectory();
        const call = cliIn(cwd);
        const idsOf = async (line: string): Promise<string[]> => {
            const { items } = JSON.parse((await call(line)).stdout) as { items: { id: string }[] };
            return items.map(({ id }) => id);
        };

        expect((await call('runs ls')).stdout).toMatch(
            new RegExp(`^ID .*\\n${runs.failed} +shop +FAILED .*Sold out.*\\n${runs.succeeded} +shop +SUCCEEDED .* 2 `),
        );
        expect(await idsOf('runs list --asc --json')).toEqual([runs.succeeded, runs.failed]);
        expect(JSON.parse((await call('runs list --json')).stdout)).toMatchObject({
            items: [{ actorName: 'shop', stats: { datasetItems: 2 } }, { actorName: 'shop' }],
        });
        expect(await idsOf('runs ls shop --status failed,timed-out --json')).toEqual([runs.failed]);
        expect(await idsOf('runs ls --after 2100-01-01 --json')).toEqual([]);
        expect((await call('runs ls --after 2100-01-01')).stderr).toBe('No matching runs.\n');
        expect((await call('runs ls --status faild')).stderr).toContain('Did you mean `FAILED`?');
        expect((await call('runs ls --after someday')).stderr).toContain('such as 2026-03-01');
        expect((await call('runs ls shpo')).stderr).toContain('Did you mean `shop`?');
        expect((await call('runs last')).stdout).toMatch(
            new RegExp(`^ID +${runs.failed}\\nActor +shop\\nStatus +FAILED\\n`),
        );
        expect((await call('runs rm last -y')).stdout).toBe(`Deleted 1 run (${runs.failed}).\n`);
        expect(await idsOf('runs ls --json')).toEqual([runs.succeeded]);
        await call('runs rm last -y');
        expect((await call('log')).stderr).toBe('error: No runs exist yet. Start one with `greenroom run`.\n');
        expect((await call('dataset items last')).stderr).toContain('No runs exist yet.');
        expect((await call('runs ls')).stderr).toBe('No runs. Start one with `greenroom run`.\n');
    });

    it('prints logs, complete or the last lines', async () => {
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

    it('does not abort a finished run', async () => {
        const { cwd, runs } = await keptDirectory();

        expect((await cliIn(cwd)('abort last')).stdout).toBe(`Run ${runs.failed} has already finished (FAILED).\n`);
        expect((await cliIn(cwd)('reboot last')).stderr).toContain('only a run that is RUNNING can be rebooted');
        expect((await cliIn(cwd)('resurrect last --detach')).stderr).toContain('--detach needs a server');
    });
});

describe('greenroom purge', () => {
    it('deletes unnamed data after a confirmation', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);

        expect((await call('purge --dry-run')).stdout).toMatch(
            /^Would delete 2 runs, 2 datasets, 2 key-value stores and 2 request queues \([\d.]+ k?B\)\.\n$/,
        );
        expect((await call('purge --older-than 1d --yes')).stdout).toBe('Nothing to delete.\n');
        expect(await call('purge')).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
        expect((await call('purge --older-than soon')).code).toBe(2);
        expect(JSON.parse((await call('purge --yes --json')).stdout)).toMatchObject({
            isDryRun: false,
            runs: [{}, {}].map(() => expect.any(String)),
            storageBytes: expect.any(Number),
        });
        expect((await call('runs ls --json')).stdout).toContain('"total":0');
        expect((await call('dataset ls --all')).stdout).toMatch(/products/);
        expect((await call('purge --dataset products --yes')).stdout).toMatch(/^Deleted 1 dataset, named products /);
        expect((await call('kv ls')).stdout).toContain('config');
    });
});

describe('greenroom export and import', () => {
    it('use the layout of Crawlee', async () => {
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
            entryCount: expect.any(Number),
            datasets: ['default', 'products'],
            keyValueStores: ['config', 'default'],
            requestQueues: ['default', 'todo'],
        });
        expect((await call('dataset items products -s other -n 1 --format jsonl')).stdout).toBe(
            '{"n":0,"name":"Product 0"}\n',
        );
        await writeFile(join(cwd, 'storage/datasets/products/000000002.json'), '{');
        expect((await call('import storage --overwrite')).stderr).toContain('000000002.json');
        expect((await call('import nowhere')).stderr).toContain("The directory 'nowhere' does not exist");
    });
});

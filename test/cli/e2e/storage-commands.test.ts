import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliIn } from '../../support/cli/cli.js';
import { keptDirectory } from '../../support/files/persistent-temp-dir.js';

describe('greenroom dataset', () => {
    it('lists datasets, those of runs only when asked', async () => {
        const { cwd, runs } = await keptDirectory();
        const call = cliIn(cwd);

        const named = await call('dataset ls');
        const all = await call('dataset ls --all');
        const json = JSON.parse((await call('dataset ls --all --limit 1 --json')).stdout) as object;

        expect(named.stdout.split('\n')[0]).toMatch(/^ID +NAME +ITEMS +SIZE +MODIFIED$/);
        expect(named.stdout).toMatch(/^\w{17} +products +45 +[\d.]+ kB /m);
        expect(named.stdout).not.toContain(runs.failed);
        expect(all.stdout).toContain(runs.failed);
        expect(json).toMatchObject({
            total: 3,
            offset: 0,
            limit: 1,
            count: 1,
            desc: true,
            items: [{ name: 'products' }],
        });
    });

    it('prints items in each format, of a dataset, a run, the latest run or an Actor', async () => {
        const { cwd, runs } = await keptDirectory();
        const call = cliIn(cwd);

        expect(JSON.parse((await call('dataset items products --limit 2 --offset 1')).stdout)).toEqual([
            { n: 1, name: 'Product 1' },
            { n: 2, name: 'Product 2' },
        ]);
        expect((await call('dataset items products --desc -n 1 --format jsonl')).stdout).toBe(
            '{"n":44,"name":"Product 44"}\n',
        );
        expect(
            (await call('datasets get-items products -n 1 --fields name --format csv --skip-header-row')).stdout,
        ).toBe('Product 0\r\n');
        expect((await call('dataset items products -n 1 --format xml')).stdout).toContain('<name>Product 0</name>');
        for (const reference of [runs.failed, runs.failed.slice(0, 8), 'last', 'shop']) {
            expect(JSON.parse((await call(`dataset items ${reference} --json`)).stdout)).toHaveLength(2);
        }
        expect((await call('dataset items last --format table')).stdout).toBe(
            'sku  price  tags\na        1  ["x"]\nb\n',
        );
        const long = await call('dataset items products --format table');
        expect(long.stdout.trimEnd().split('\n')).toHaveLength(21);
        expect(long.stderr).toContain('Items 1 to 20 of 45. See more with --offset 20');
    });

    it('writes items to a file atomically', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);

        const told = await call('dataset items products --output products.csv');
        const spreadsheet = await call('dataset items products -o products.xlsx');

        expect(told).toMatchObject({
            code: 0,
            stdout: '',
            stderr: expect.stringMatching(/^Wrote 45 items to .*products\.csv/),
        });
        expect((await readFile(join(cwd, 'products.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(46);
        expect(spreadsheet.code).toBe(0);
        expect((await readFile(join(cwd, 'products.xlsx'))).subarray(0, 2).toString()).toBe('PK');
        expect((await call('dataset items products -o nowhere/x.csv')).stderr).toContain("nowhere' does not exist");
        expect((await call('dataset items products -o products.txt')).stderr).toMatch(
            /Pass --format, one of json, jsonl/,
        );
    });

    it('creates, fills, renames and deletes datasets', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);
        await writeFile(join(cwd, 'items.jsonl'), '{"a":1}\n{"a":2}\n');

        expect((await call('dataset create mine')).stdout).toMatch(/^Created the dataset mine: \w{17}\n$/);
        expect((await call('dataset create mine')).stderr).toContain('A dataset named `mine` already exists');
        expect((await call(`dataset push mine '{"a":0}'`)).stdout).toBe('Pushed 1 item to the dataset mine.\n');
        expect((await call('dataset push mine --file items.jsonl')).stdout).toBe(
            'Pushed 2 items to the dataset mine.\n',
        );
        expect((await call('dataset push mine', '[{"a":3}]')).code).toBe(0);
        expect((await call('dataset push mine', '[{"a":4}, 5]')).stderr).toContain('Item 2 of stdin is 5');
        expect((await call('dataset items mine --format csv --fields a')).stdout).toBe('a\r\n0\r\n1\r\n2\r\n3\r\n');
        expect((await call('dataset rename mine yours')).code).toBe(0);
        expect((await call('dataset rm yours')).stderr).toMatch(
            /^error: Delete the dataset yours \(4 items, \d+ B\)\?/,
        );
        expect((await call('dataset rm yours products yours --yes')).stdout).toMatch(
            /^Deleted the dataset yours .* and the dataset products .*\.\n$/,
        );
        expect(JSON.parse((await call('dataset ls --json')).stdout)).toMatchObject({ total: 0, items: [] });
        expect(await call('dataset ls')).toMatchObject({
            code: 0,
            stdout: '',
            stderr: expect.stringContaining('create NAME'),
        });
    });
});

describe('greenroom kv', () => {
    it('stores, lists, prints and deletes records', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);
        await writeFile(join(cwd, 'logo.png'), Buffer.from([137, 80, 0, 255]));

        expect((await call('kv set config name Bob')).stdout).toContain('(text/plain; charset=utf-8, 3 B)');
        expect((await call('kv set config list', '[1, 2]')).stdout).toContain('(application/json');
        expect((await call('kv set config logo --file logo.png')).stdout).toContain('(image/png, 4 B)');
        expect((await call('kv keys config')).stdout).toMatch(
            /^KEY +SIZE\nSETTINGS +\d+ B\nlist +6 B\nlogo +4 B\nname +3 B\n$/,
        );
        expect((await call('kv keys config --prefix l --limit 1')).stderr).toContain('--after list');
        expect(JSON.parse((await call('kv keys config --prefix zz --json')).stdout)).toMatchObject({
            items: [],
            isTruncated: false,
        });
        // Just as it was stored.
        expect((await call('kv get config list')).stdout).toBe('[1, 2]');
        expect((await call('kv get last page')).stdout).toBe('<p>hi</p>');
        await call('kv get config logo --output copy.png');
        expect(await readFile(join(cwd, 'copy.png'))).toEqual(Buffer.from([137, 80, 0, 255]));
        expect((await call('kv delete config list nme --yes')).stderr).toContain('Did you mean `name`?');
        expect((await call('kv delete config list name --yes')).stdout).toContain('Deleted 2 records (list, name) of');
        expect((await call('kv keys config')).stdout).not.toContain('list');
    });

    it('rejects invalid JSON', async () => {
        const { cwd } = await keptDirectory();

        const refused = await cliIn(cwd)('kv set config broken --content-type application/json', '{"a":}');

        expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('line 1, column 6') });
        expect((await cliIn(cwd)('kv keys config')).stdout).not.toContain('broken');
    });
});

describe('greenroom queue', () => {
    it('adds and lists requests', async () => {
        const { cwd } = await keptDirectory();
        const call = cliIn(cwd);

        const added = await call('queue add todo https://a.example/1 https://a.example/3 --label DETAIL');
        await call('queue add todo --forefront', 'https://first.example\nhttps://second.example\n');
        const { items } = JSON.parse((await call('queue requests todo --json')).stdout) as { items: object[] };

        expect(added.stdout).toBe('Added 1 request to the request queue todo. Already present: 1.\n');
        expect(items).toHaveLength(5);
        expect(items[0]).toMatchObject({ state: 'pending' });
        expect(items).toContainEqual(
            expect.objectContaining({ url: 'https://a.example/3', userData: { label: 'DETAIL' } }),
        );
        expect((await call('queue requests todo --filter handled')).stderr).toContain('No handled requests.');
        expect((await call('queue requests todo --limit 2')).stderr).toContain('--offset 2');
        expect((await call('queue ls')).stdout).toMatch(/todo +5 +5 /);
        expect((await call('queue add todo', 'a.example')).stderr).toContain('Did you mean `https://a.example`?');
    });
});

describe('A missing storage', () => {
    it.each([
        ['dataset items produts', 'Did you mean `products`?'],
        ['dataset info nothing-at-all', 'Existing: `products`'],
        ['kv get confg SETTINGS', 'Did you mean `config`?'],
        ['kv get config SETTING', 'No record has the key `SETTING`. Did you mean `SETTINGS`?'],
        ['runs show shpo', 'No run has the id or Actor `shpo`.'],
        ['queue requests tdoo', 'Did you mean `todo`?'],
        // Commands that delete only accept ids and names of storages.
        ['dataset rm last --yes', 'No dataset has the id or name `last`'],
        ['dataset rm shop --yes', 'No dataset has the id or name `shop`'],
    ])('is reported with existing ones: %s', async (line, hint) => {
        const { cwd } = await keptDirectory();

        expect(await cliIn(cwd)(line)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(hint) });
    });

    it('is reported as JSON with --json', async () => {
        const { cwd } = await keptDirectory();

        const { code, stdout, stderr } = await cliIn(cwd)('dataset info produts --json');

        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(JSON.parse(stderr)).toEqual({
            error: { type: 'record-not-found', message: expect.stringContaining('Did you mean `products`?') },
        });
    });
});

describe('An invalid command line', () => {
    it.each([
        ['dataset items', "missing required argument 'dataset'"],
        ['dataset items products --format cvs', 'Did you mean `csv`?'],
        ['dataset items products --limit ten', "argument 'ten' is invalid"],
        ['dataset items products --limit 0', 'a whole number, 1 or more'],
        ['dataset items products --json --format csv', 'cannot be combined'],
        ['dataset items products --format table --output x.csv', 'Leave --output out'],
        ['dataset ls --offset -1', '--offset'],
        ['dataset ls --asc --desc', 'cannot be combined'],
        ['dataset push products {} --file x.json', 'not both'],
        ['dataset push products --file missing.json', "The file 'missing.json' does not exist"],
        ['dataset rename products', 'Pass either the new name or --unname'],
        ['kv get config', "missing required argument 'key'"],
        ['kv set config KEY a b', 'too many arguments'],
        ['queue requests todo --filter done', 'Allowed choices are pending, locked, handled, failed'],
        ['queue add todo https://a.example --user-data 5', 'must be a JSON object'],
        ['queue add todo', 'No requests found in stdin.'],
    ])('is rejected with a correction: %s', async (line, hint) => {
        const { cwd } = await keptDirectory();

        expect(await cliIn(cwd)(line)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(hint) });
    });
});

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../support/make-engine.js';
import { tempDir } from '../support/temp-dir.js';
import { unpack } from '../support/unpack.js';

/*
 * Directories that earlier versions have written: by the first version that could, and by one that had users, tasks, schedules
 * and webhooks. Each was killed while a run was under way.
 */
describe.each(['first', 'several-users'])('a directory of an earlier version (%s)', (name) => {
    it('is opened, and all of it is there', async () => {
        const storageDir = await tempDir();
        await unpack(`early-directories/${name}.json`, storageDir);

        const { client } = await makeEngine({ storageDir });

        const products = await client.dataset('local~products').listItems();
        expect(products.total).toBe(20);
        expect(products.items.at(-1)).toEqual({ n: 19, name: 'Product 19 ž' });
        const config = client.keyValueStore('local~config');
        expect((await config.listKeys()).items.map(({ key }) => key)).toEqual(['SETTINGS', 'note', 'picture']);
        expect((await config.getRecord('SETTINGS'))?.value).toEqual({ depth: 2 });
        expect((await config.getRecord('note'))?.value).toBe('ž text');
        expect(await config.getRecord('picture')).toMatchObject({
            value: Buffer.from([1, 2, 3]),
            contentType: 'image/png',
        });
        const todo = client.requestQueue('local~todo');
        expect((await todo.listHead()).items.map(({ uniqueKey }) => uniqueKey)).toEqual(['front', 'a', 'b']);
        expect(await todo.get()).toMatchObject({ totalRequestCount: 4, handledRequestCount: 1 });
        const { items: runs } = await client.runs().list();
        expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED', 'ABORTED']);
        expect((await client.run(runs[0]!.id).dataset().listItems()).items).toEqual([{ n: 1 }]);
        expect(await client.run(runs[0]!.id).log().get()).toContain('hello');
    });

    it('goes on working: its Actor runs, and its storages take more', async () => {
        const storageDir = await tempDir();
        await unpack(`early-directories/${name}.json`, storageDir);
        const { client } = await makeEngine({ storageDir });

        const run = await client.actor('early-source').call({ b: 1 });
        await client.dataset('local~products').pushItems([{ n: 20 }]);

        expect(run.status).toBe('SUCCEEDED');
        expect((await client.dataset('local~products').get())?.itemCount).toBe(21);
    });
});

describe('a directory that is not greenroom’s', () => {
    it.each([
        [
            'a project',
            ['package.json', 'src/main.js', 'README.md', 'tsconfig.json'],
            '`README.md`, `package.json`, `src` and 1 more',
        ],
        ['one with Crawlee’s storages', ['key_value_stores/default/INPUT.json'], 'engine.storages.importFrom'],
        ['one with Crawlee’s datasets', ['datasets/default/000000001.json'], 'greenroom import'],
    ])('is refused, and stays as it is: %s', async (_what, files, told) => {
        const storageDir = await tempDir();
        for (const file of files) {
            await mkdir(join(storageDir, file, '..'), { recursive: true });
            await writeFile(join(storageDir, file), '{}');
        }
        const before = await readdir(storageDir, { recursive: true });

        const opened = createEngine({ storageDir });

        await expect(opened).rejects.toMatchObject({ code: 'invalid-value', message: expect.stringContaining(told) });
        expect(await readdir(storageDir, { recursive: true })).toEqual(before);
    });

    it('may be empty but for what systems leave there, and the command line', async () => {
        const storageDir = await tempDir();
        for (const name of ['.gitignore', '.DS_Store', 'Thumbs.db', 'token', 'actors.json', 'server.json'])
            await writeFile(join(storageDir, name), '');
        await mkdir(join(storageDir, 'lost+found'));

        await makeEngine({ storageDir });

        expect(await readdir(storageDir)).toContain('format.json');
    });
});

describe('a directory that has lost its version', () => {
    it('is not taken for an empty one', async () => {
        const storageDir = await tempDir();
        const engine = await createEngine({ storageDir });
        await engine.storages.seed({ keyValueStores: { config: { a: 1 } } });
        await engine.close();
        await rm(join(storageDir, 'format.json'));

        await expect(createEngine({ storageDir })).rejects.toMatchObject({
            code: 'storage-corrupted',
            message: expect.stringContaining('{ "version": 1 }'),
        });

        await writeFile(join(storageDir, 'format.json'), '{ "version": 1 }');
        const { client } = await makeEngine({ storageDir });
        expect((await client.keyValueStore('local~config').getRecord('a'))?.value).toBe(1);
    });
});

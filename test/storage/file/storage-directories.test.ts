import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine } from 'greenroom';
import { describe, expect, it } from 'vitest';
import { makeEngine } from '../../support/make-engine.js';
import { tempDir } from '../../support/files/temp-dir.js';

describe('a directory of another version', () => {
    it.each([
        [1, 'Open it with the greenroom that wrote it'],
        [99, 'Update greenroom'],
        ['x', 'Open it with the greenroom that wrote it'],
    ])('is refused and stays unchanged: %j', async (version, remedy) => {
        const storageDir = await tempDir();
        await mkdir(join(storageDir, 'registry', 'runs'), { recursive: true });
        await writeFile(join(storageDir, 'format.json'), JSON.stringify({ version }));
        const before = await readdir(storageDir, { recursive: true });

        await expect(createEngine({ storageDir })).rejects.toMatchObject({
            code: 'storage-corrupted',
            message: expect.stringMatching(new RegExp(`format version ${version}.*${remedy}`)),
            details: { directory: storageDir, version, supported: 3 },
        });

        expect(await readdir(storageDir, { recursive: true })).toEqual(before);
    });
});

describe('a directory of other files', () => {
    it.each([
        [
            'a project',
            ['package.json', 'src/main.js', 'README.md', 'tsconfig.json'],
            '`README.md`, `package.json`, `src` and 1 more',
        ],
        ['one with Crawlee’s storages', ['key_value_stores/default/INPUT.json'], 'engine.storages.importFrom'],
        ['one with Crawlee’s datasets', ['datasets/default/000000001.json'], 'engine.storages.importFrom'],
    ])('is refused and stays unchanged: %s', async (_what, files, expectedMessage) => {
        const storageDir = await tempDir();
        for (const file of files) {
            await mkdir(join(storageDir, file, '..'), { recursive: true });
            await writeFile(join(storageDir, file), '{}');
        }
        const before = await readdir(storageDir, { recursive: true });

        const opened = createEngine({ storageDir });

        await expect(opened).rejects.toMatchObject({
            code: 'invalid-value',
            message: expect.stringContaining(expectedMessage),
        });
        expect(await readdir(storageDir, { recursive: true })).toEqual(before);
    });

    it('may be empty except for files of the system and the command line', async () => {
        const storageDir = await tempDir();
        for (const name of ['.gitignore', '.DS_Store', 'Thumbs.db', 'token', 'actors.json', 'server.json'])
            await writeFile(join(storageDir, name), '');
        await mkdir(join(storageDir, 'lost+found'));

        await makeEngine({ storageDir });

        expect(await readdir(storageDir)).toContain('format.json');
    });
});

describe.runIf(process.platform === 'linux')('a path in a file system that accepts no directories', () => {
    it.each(['/proc/greenroom', '/proc/greenroom/deep'])('is refused at once: %s', async (path) => {
        const refused = { code: 'storage-failed', message: expect.stringContaining('`/proc` accepts no directories.') };
        await expect(createEngine({ storageDir: path })).rejects.toMatchObject(refused);

        const engine = await makeEngine();
        await expect(engine.storages.exportTo(path)).rejects.toMatchObject(refused);
        await expect(engine.storages.exportTo('/proc')).rejects.toMatchObject(refused);
    });
});

describe('a directory without its version', () => {
    it('is not mistaken for an empty one', async () => {
        const storageDir = await tempDir();
        const engine = await createEngine({ storageDir });
        await engine.storages.seed({ keyValueStores: { config: { a: 1 } } });
        await engine.close();
        await rm(join(storageDir, 'format.json'));

        await expect(createEngine({ storageDir })).rejects.toMatchObject({
            code: 'storage-corrupted',
            message: expect.stringContaining('{ "version": 3 }'),
        });

        await writeFile(join(storageDir, 'format.json'), '{ "version": 3 }');
        const { client } = await makeEngine({ storageDir });
        expect((await client.keyValueStore('local~config').getRecord('a'))?.value).toBe(1);
    });
});

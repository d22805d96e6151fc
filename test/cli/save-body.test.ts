import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createStorageDir } from '../../src/cli/backend/connect.js';
import { saveBody } from '../../src/cli/ui/response-body.js';
import { memoryCli } from '../support/cli/command-line-program.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('A file of --output', () => {
    it.each([
        ['missing/items.csv', /^The directory '.*missing' does not exist\. Create it/],
        ['file/items.csv', /: a part of the path is a file\. Move that file away, or choose another path\.$/],
        ['folder', /: a folder of that name exists\. Move it away\.$/],
    ])('that cannot be written is reported without advice on storage: %s', async (path, message) => {
        const directory = await tempDir();
        await mkdir(join(directory, 'folder'));
        await writeFile(join(directory, 'file'), '');

        await expect(saveBody(memoryCli(), new Response('a'), join(directory, path), '1 item')).rejects.toThrow(
            message,
        );
        expect(await readdir(directory)).toEqual(['file', 'folder']);
    });
});

describe('A storage directory', () => {
    it('that cannot be created is reported with the option for another one', async () => {
        const file = join(await tempDir(), 'file');
        await writeFile(file, '');

        expect(() => createStorageDir(file)).toThrow(/a file of that name exists\..* --storage DIR\.$/);
    });
});

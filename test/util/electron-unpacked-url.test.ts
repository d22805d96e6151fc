import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { electronUnpackedUrl } from '../../src/util/electron-unpacked-url.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('the location of a file in an archive of Electron', () => {
    it('is beside the archive where it has been unpacked', async () => {
        const resources = await tempDir();
        const folder = join('node_modules', 'greenroom', 'dist');
        await mkdir(join(resources, 'app.asar.unpacked', folder), { recursive: true });
        await writeFile(join(resources, 'app.asar.unpacked', folder, 'worker.js'), '');
        const archived = pathToFileURL(join(resources, 'app.asar', folder)).href;

        expect(electronUnpackedUrl(`${archived}/worker.js`)).toBe(
            `${archived.replace('.asar', '.asar.unpacked')}/worker.js`,
        );
        expect(electronUnpackedUrl(`${archived}/process.js`)).toBe(`${archived}/process.js`);
    });

    it.each(['file:///home/me/app/dist/worker.js', 'file:///home/my.asar.d/worker.js', 'file:///home/me/notes.asar'])(
        'is where it is, if it is in none: %s',
        (url) => {
            expect(electronUnpackedUrl(url)).toBe(url);
        },
    );
});

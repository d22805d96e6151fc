import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { electronUnpackedUrl } from '../../src/util/electron-unpacked-url.js';
import { tempDir } from '../support/files/temp-dir.js';

describe('electronUnpackedUrl', () => {
    it('returns the unpacked copy of a file in an archive, if it exists', async () => {
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
        'returns a URL outside an archive unchanged: %s',
        (url) => {
            expect(electronUnpackedUrl(url)).toBe(url);
        },
    );
});

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JsonFile } from '../../../src/storage/json-file.js';
import { tempDir } from '../../support/temp-dir.js';

const DOCUMENT = {
    id: 'a',
    startedAt: new Date('2024-01-02T03:04:05.678Z'),
    text: '2024-01-02T03:04:05.678Z',
    lookAt: 'me',
};

describe('a JSON file', () => {
    it('is no document while it does not exist', async () => {
        expect(new JsonFile(join(await tempDir(), 'a.json')).read()).toBeUndefined();
    });

    it('gives back the document that was written last, with its dates', async () => {
        const directory = await tempDir();
        const file = new JsonFile<Record<string, unknown>>(join(directory, 'a.json'), { durability: 'fsync' });
        file.write({ old: true });

        file.write(DOCUMENT);

        expect(new JsonFile(join(directory, 'a.json')).read()).toEqual(DOCUMENT);
        expect(readdirSync(directory)).toEqual(['a.json']);
    });

    it('gives texts where texts are asked for', async () => {
        const file = new JsonFile(join(await tempDir(), 'a.json'), { times: 'texts' });
        file.write(DOCUMENT);

        expect(file.read()).toEqual({ ...DOCUMENT, startedAt: DOCUMENT.text });
    });

    it('does not keep hold of the document', async () => {
        const file = new JsonFile<{ tags: string[] }>(join(await tempDir(), 'a.json'));
        const document = { tags: ['x'] };
        file.write(document);
        document.tags.push('y');

        expect(file.read()).toEqual({ tags: ['x'] });
    });

    it('that is not JSON is refused by its name', async () => {
        const path = join(await tempDir(), 'a.json');
        writeFileSync(path, '{ "a": ');

        expect(() => new JsonFile(path).read()).toThrow(
            expect.objectContaining({ code: 'storage-corrupted', message: expect.stringContaining(path) }),
        );
    });

    it('that cannot be written is named together with the reason', async () => {
        const path = join(await tempDir(), 'missing', 'a.json');

        expect(() => new JsonFile(path).write({})).toThrow(
            expect.objectContaining({ code: 'storage-failed', details: { path, errno: 'ENOENT' } }),
        );
    });
});

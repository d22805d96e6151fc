import { describe, expect, it } from 'vitest';
import { recordFileName } from '../../../src/storage/file/record-file-name.js';

const JSON_TYPE = 'application/json; charset=utf-8';

describe('the file name of a record', () => {
    it.each([
        ['INPUT', JSON_TYPE, 'INPUT.json'],
        ['screenshot', 'image/png', 'screenshot.png'],
        ['screenshot.png', 'image/png', 'screenshot.png'],
        ['photo.JPEG', 'image/jpeg', 'photo.JPEG'],
        ['page.html', 'text/html; charset=utf-8', 'page.html'],
        ['page.html', JSON_TYPE, 'page.html.json'],
        ['notes', 'text/plain', 'notes.txt'],
        ['data', 'application/octet-stream', 'data.bin'],
        ['data', 'application/x-nobody-knows', 'data.bin'],
        ['data', '', 'data.bin'],
        ['a.b.c', JSON_TYPE, 'a.b.c.json'],
        ["it's-(1)!_", JSON_TYPE, "it's-(1)!_.json"],
    ])('for the key %j and the type %j is %j', (key, type, name) => {
        expect(recordFileName({ key: key, contentType: type }, () => false)).toBe(name);
    });

    it.each([
        '.',
        '..',
        '.hidden',
        '../../etc/passwd',
        'a/b',
        'a\\b',
        'C:x',
        'ä',
        'a\0b',
        '',
        'x'.repeat(256),
        'CON',
        'nul.txt',
    ])('for the unusual key %j stays in its folder and within all limits', (key) => {
        const name = recordFileName({ key: key, contentType: JSON_TYPE }, () => false);

        expect(name).toMatch(/^[^./\\][^/\\:\0]*~[0-9a-f]{12}[^/\\:\0]*\.json$|^~[0-9a-f]{12}\.json$/);
        expect(Buffer.byteLength(name)).toBeLessThan(160);
        expect(name.split('.')[0]).not.toMatch(/^(con|nul)$/i);
    });

    it('gets a hash if another record has the name', () => {
        const taken = new Set<string>();
        const keys = ['a', 'a.json', 'A', 'A.JSON', 'x'.repeat(256), `${'x'.repeat(255)}y`];
        const names = keys.map((key) => {
            const name = recordFileName({ key: key, contentType: JSON_TYPE }, (other) => taken.has(other));
            taken.add(name.toLowerCase());
            return name;
        });

        expect(taken.size).toBe(keys.length);
        expect(names[0]).toBe('a.json');
        expect(names[1]).toMatch(/^a~[0-9a-f]{12}\.json$/);
    });

    it('is unique even if the name with the hash is taken', () => {
        const taken = new Set([
            'a.json',
            recordFileName({ key: 'a', contentType: JSON_TYPE }, (name) => name === 'a.json'),
        ]);

        expect(recordFileName({ key: 'a', contentType: JSON_TYPE }, (name) => taken.has(name))).toMatch(
            /^a~[0-9a-f]{12}-1\.json$/,
        );
    });
});

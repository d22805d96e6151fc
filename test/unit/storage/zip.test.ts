import { describe, expect, it } from 'vitest';
import { writeZip } from '../../../src/storage/export/zip.js';
import { dataDescriptor, zipDirectory } from '../../../src/storage/export/zip-directory.js';
import { listZip, readZip } from '../../support/read-zip.js';
import { collect } from '../../support/storages.js';

const LARGEST_32 = 0xffffffff;
const ZIP64_END = Buffer.from([0x50, 0x4b, 0x06, 0x06]);

const SMALL = { offset: 0, size: 1, packedSize: 1 };

function entry(name: string, numbers: { offset?: number; size?: number; packedSize?: number } = {}) {
    return { ...SMALL, name: Buffer.from(name), checksum: 7, ...numbers };
}

describe('a ZIP archive', () => {
    it('has no ZIP64 where none is needed', async () => {
        const content = [Buffer.from('one'), Buffer.from(' two')];

        const archive = await collect(
            writeZip([
                { name: 'ž.txt', content },
                { name: 'empty', content: [] },
            ]),
        );

        expect(readZip(archive)).toEqual(
            new Map([
                ['ž.txt', 'one two'],
                ['empty', ''],
            ]),
        );
        expect(archive.includes(ZIP64_END)).toBe(false);
    });

    it.each([65_534, 65_535, 65_536, 70_000])('has room for %i files', (count) => {
        const entries = Array.from({ length: count }, (_, n) => entry(String(n), { offset: n }));

        const files = listZip(zipDirectory(entries, 5), 5);

        expect(files).toHaveLength(count);
        expect(files.at(-1)).toEqual({ name: String(count - 1), offset: count - 1, size: 1, packedSize: 1 });
    });

    it.each([
        { size: LARGEST_32 - 1 },
        { size: LARGEST_32 },
        { size: 2 ** 40, packedSize: 5 },
        { size: 2 ** 40, packedSize: 2 ** 39 + 1 },
        { offset: 2 ** 33, size: 3, packedSize: LARGEST_32 },
        { offset: 2 ** 41, size: 2 ** 40 + 7, packedSize: 2 ** 39 },
    ])('has room for a file with %o', (numbers) => {
        const large = entry('large', numbers);
        const start = 2 ** 42 + 3;

        const files = listZip(zipDirectory([entry('small'), large, entry('next')], start), start);

        expect(files[1]).toEqual({ ...SMALL, name: 'large', ...numbers });
        expect(files.map(({ name }) => name)).toEqual(['small', 'large', 'next']);
    });

    it('says after a large file how large it was', () => {
        const after = dataDescriptor(entry('large', { size: 2 ** 40 + 1, packedSize: 3 }));

        expect([after.length, after.readBigUInt64LE(8), after.readBigUInt64LE(16)]).toEqual([24, 3n, 2n ** 40n + 1n]);
        expect(dataDescriptor(entry('small'))).toHaveLength(16);
    });
});

import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { writeZip } from '../../../src/storage/export/zip.js';
import { readZip } from '../../support/files/read-zip.js';
import { readAllBytes, catchError } from '../../support/storages.js';

describe('a ZIP archive', () => {
    it('has its files under their names, also empty ones, and is reproducible', async () => {
        const pack = () =>
            readAllBytes(
                writeZip([
                    { name: 'ž.txt', content: [Buffer.from('one'), Buffer.from(' two')] },
                    { name: 'empty', content: [] },
                ]),
            );

        const archive = await pack();

        expect(readZip(archive)).toEqual(
            new Map([
                ['ž.txt', 'one two'],
                ['empty', ''],
            ]),
        );
        expect((await pack()).equals(archive)).toBe(true);
    });

    it('has many large files, compressed', async () => {
        const contents = Array.from({ length: 20 }, (_, n) => Buffer.alloc(1_000_000, `part ${n} `));
        const halves = (bytes: Buffer) => [bytes.subarray(0, 400_000), bytes.subarray(400_000)];

        const archive = await readAllBytes(
            writeZip(contents.map((bytes, n) => ({ name: `${n}`, content: halves(bytes) }))),
        );

        expect(archive.length).toBeLessThan(1_000_000);
        for (const [name, bytes] of Object.entries(unzipSync(archive))) {
            expect(contents[Number(name)]!.equals(bytes)).toBe(true);
        }
    });

    it('accepts chunks whose memory is reused', async () => {
        const reused = Buffer.alloc(10);
        const content = function* (): Generator<Buffer> {
            for (const letter of 'abc') yield reused.fill(letter);
        };

        const archive = await readAllBytes(writeZip([{ name: 'file', content: content() }]));

        expect(readZip(archive).get('file')).toBe(`${'a'.repeat(10)}${'b'.repeat(10)}${'c'.repeat(10)}`);
    });

    it.each([
        ['files', { entries: 2, bytes: 1_000 }],
        ['bytes', { entries: 10, bytes: 60 }],
        ['bytes in a file', { entries: 10, bytes: 3 }],
    ])('is refused with more %s than it can hold', async (_what, limits) => {
        const entries = ['a', 'b', 'c'].map((name) => ({ name, content: [Buffer.from('text')] }));

        const error = await catchError(() => readAllBytes(writeZip(entries, limits)));

        expect(error).toMatchObject({ code: 'invalid-value', message: expect.stringContaining('too large') });
    });

    it('passes on errors of its files', async () => {
        const content = async function* (): AsyncGenerator<Buffer> {
            yield Buffer.from('one');
            throw new Error('gone');
        };

        expect(await catchError(() => readAllBytes(writeZip([{ name: 'file', content: content() }])))).toEqual(
            new Error('gone'),
        );
    });
});

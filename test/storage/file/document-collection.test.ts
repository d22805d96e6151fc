import {
    appendFileSync,
    cpSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFileSystemContext, type FileSystemContext } from '../../../src/storage/file/file-system-context.js';
import { DocumentCollection } from '../../../src/storage/document-collection.js';
import { refuseWrites } from '../../support/files/documents.js';
import { seededRandom, createSeeds } from '../../support/arbitraries/random.js';
import { tempDir } from '../../support/files/temp-dir.js';

interface Document {
    id: string;
    n: number;
}

function open(
    directory: string,
    {
        warnings = [],
        durability = 'process',
    }: { warnings?: string[]; durability?: FileSystemContext['durability'] } = {},
): DocumentCollection<Document> {
    const disk = createFileSystemContext({ directory, durability, onWarning: (message) => warnings.push(message) });
    const collection = new DocumentCollection<Document>({
        location: { directory, name: 'runs' },
        disk,
        label: 'run',
        parse(id, value) {
            if ((value as Partial<Document> | null)?.id !== id) throw new Error('it has no such id in it');
            return value as Document;
        },
    });
    onTestFinished(() => disk.files.closeAll());
    return collection;
}

function readContent(collection: DocumentCollection<Document>): Record<string, number> {
    return Object.fromEntries(Array.from(collection.entries(), ([id, { n }]) => [id, n]));
}

describe('documents in a journal', () => {
    it.each(['process', 'fsync'] as const)(
        'keeps the latest documents, with one line for each change (%s)',
        async (durability) => {
            const directory = await tempDir();
            const first = open(directory, { durability });
            first.set('a', { id: 'a', n: 1 });
            first.setAll([
                ['b', { id: 'b', n: 2 }],
                ['c', { id: 'c', n: 3 }],
            ]);
            first.set('a', { id: 'a', n: 4 });
            first.delete('b');
            first.delete('never-there');
            first.close();

            expect(readContent(open(directory, { durability }))).toEqual({ a: 4, c: 3 });
            expect(readFileSync(join(directory, 'runs.jsonl'), 'utf8')).toBe(
                '["a",{"id":"a","n":1}]\n["b",{"id":"b","n":2}]\n["c",{"id":"c","n":3}]\n["a",{"id":"a","n":4}]\n["b"]\n',
            );
        },
    );

    it('creates no file while it has no documents', async () => {
        const directory = await tempDir();

        open(directory).close();

        expect(readdirSync(directory)).toEqual([]);
    });

    it.each(createSeeds(3))(
        'are the same after any number of compactions, and after a kill during one (seed %s)',
        async (seed) => {
            const directory = await tempDir();
            const random = seededRandom(seed);
            const pick = (below: number): number => Math.floor(random() * below);
            let collection = open(directory);
            const expected: Record<string, number> = {};
            let wasCompacting = false;
            for (let step = 0; step < 12_000; step++) {
                const id = `id-${pick(1_000)}`;
                if (pick(5) === 0) {
                    collection.delete(id);
                    delete expected[id];
                } else {
                    collection.set(id, { id, n: step, padding: 'x'.repeat(pick(600)) } as Document);
                    expected[id] = step;
                }
                wasCompacting ||= existsSync(join(directory, 'runs.next.jsonl'));
                if (step % 1_500 === 1_499) {
                    const copy = `${directory}-copy-${step}`;
                    cpSync(directory, copy, { recursive: true });
                    expect(readContent(open(copy))).toEqual(expected);
                    rmSync(copy, { recursive: true });
                    collection.close();
                    collection = open(directory);
                }
            }

            expect(wasCompacting).toBe(true);
            expect(readFileSync(join(directory, 'runs.jsonl'), 'utf8').split('\n').length).toBeLessThan(6_000);
            expect(readContent(open(directory))).toEqual(expected);
        },
    );
});

describe('a compaction that the disk refuses', () => {
    it('does not restore outdated documents', async () => {
        const directory = await tempDir();
        const next = join(directory, 'runs.next.jsonl');
        const collection = open(directory);
        const set = (id: string, n: number): void =>
            collection.set(id, { id, n, padding: 'x'.repeat(600) } as Document);
        for (let n = 0; !existsSync(next); n++) set(`id-${n % 500}`, n);
        const allow = refuseWrites(next, (text) => text.includes('"id":"id-499"'));
        for (let n = 100_000; n < 103_000; n++) set(`id-${n % 499}`, n);
        allow();
        for (let n = 0; n < 100; n++) set('id-499', n);

        expect(readContent(open(directory))).toEqual(readContent(collection));
    });
});

describe('a corrupted journal', () => {
    it('truncates and reports an unfinished line', async () => {
        const directory = await tempDir();
        open(directory).set('a', { id: 'a', n: 1 });
        appendFileSync(join(directory, 'runs.jsonl'), '["b",{"id":"b"');
        const warnings: string[] = [];

        expect(readContent(open(directory, { warnings }))).toEqual({ a: 1 });

        expect(warnings).toEqual([expect.stringContaining('ended in the middle of a line')]);
    });

    it.each([
        ['is not JSON', '["b",{"id":"b" n:2}]', 'it is not valid JSON'],
        ['is another document', '["b",{"id":"c","n":2}]', 'it has no such id in it'],
        ['has no document', '["b",null]', 'it has no such id in it'],
    ])('loses only the document whose line %s, which keeps its id', async (_what, line, problem) => {
        const directory = await tempDir();
        const path = join(directory, 'runs.jsonl');
        writeFileSync(path, `["a",{"id":"a","n":1}]\n["b",{"id":"b","n":1}]\n${line}\n["c",{"id":"c","n":3}]\n`);
        const warnings: string[] = [];

        const collection = open(directory, { warnings });

        expect(readContent(collection)).toEqual({ a: 1, c: 3 });
        expect(warnings).toEqual([
            expect.stringMatching(new RegExp(`runs.jsonl.*a run that cannot be read, b: ${problem}`)),
        ]);
        expect(collection.ids).toEqual(['b']);
        expect([collection.mayContain('b'), collection.mayContain('d')]).toEqual([true, false]);
        for (let n = 0; n < 4_000; n++) collection.set('a', { id: 'a', n });
        expect(readFileSync(path, 'utf8')).toContain(line);
    });

    it('keeps lines that are not documents, and reports that any document may be among them', async () => {
        const directory = await tempDir();
        const path = join(directory, 'runs.jsonl');
        writeFileSync(path, '["a",{"id":"a","n":1}]\ngarbage\n[42]\n["c",{"id":"c","n":3}]\n');
        const warnings: string[] = [];

        const collection = open(directory, { warnings });

        expect(readContent(collection)).toEqual({ a: 1, c: 3 });
        expect(warnings).toEqual([expect.stringContaining('has 2 lines without a valid run')]);
        expect(collection.mayContain('d')).toBe(true);
        for (let n = 0; n < 4_000; n++) collection.set('a', { id: 'a', n });
        expect(readFileSync(path, 'utf8')).toContain('garbage\n[42]\n');
    });

    it('is quarantined if it is empty, and may have contained any document', async () => {
        const directory = await tempDir();
        writeFileSync(join(directory, 'runs.jsonl'), '');
        const warnings: string[] = [];

        const collection = open(directory, { warnings });
        collection.set('a', { id: 'a', n: 1 });

        expect(warnings).toEqual([expect.stringContaining('runs.jsonl` is empty')]);
        expect(collection.mayContain('b')).toBe(true);
        expect(readContent(open(directory))).toEqual({ a: 1 });
    });

    it('is replaced if it cannot be read at all', async () => {
        const directory = await tempDir();
        mkdirSync(join(directory, 'runs.jsonl', 'inside'), { recursive: true });
        const warnings: string[] = [];

        const collection = open(directory, { warnings });
        collection.set('a', { id: 'a', n: 1 });

        expect(warnings).toEqual([expect.stringContaining('runs.jsonl.damaged')]);
        expect(collection.mayContain('b')).toBe(true);
        const again = open(directory);
        expect(readContent(again)).toEqual({ a: 1 });
        expect(again.mayContain('b')).toBe(true);
    });
});

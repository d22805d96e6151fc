import {
    appendFileSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    utimesSync,
    writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OpenFiles } from '../../../src/storage/open-files.js';
import { OutlineFile, type OutlineRow } from '../../../src/storage/outline-file.js';
import { tempDir } from '../../support/temp-dir.js';

/** Documents that are one word each; of one that says `live`, nobody is told when it changes. */
class Documents {
    readonly folder: string;
    readonly warnings: string[] = [];
    /** The ids of those that have been read since somebody asked. */
    #read: string[] = [];

    constructor(directory: string) {
        this.folder = join(directory, 'documents');
        mkdirSync(this.folder);
    }

    pathOf = (id: string): string => join(this.folder, `${id}.txt`);

    ids = (): string[] => readdirSync(this.folder).map((name) => basename(name, '.txt'));

    isUnsettled = ([, word]: OutlineRow): boolean => word === 'live';

    outlineOf = (id: string): OutlineRow | undefined => {
        this.#read.push(id);
        const path = this.pathOf(id);
        return existsSync(path) ? [id, readFileSync(path, 'utf8')] : undefined;
    };

    write(id: string, word: string, minutesAgo = 0): void {
        writeFileSync(this.pathOf(id), word);
        const time = new Date(Date.now() - minutesAgo * 60_000);
        if (minutesAgo > 0) utimesSync(this.pathOf(id), time, time);
        // As if it had been made back then, too.
        if (minutesAgo > 0) utimesSync(this.folder, time, time);
    }

    open(): { file: OutlineFile; files: OpenFiles; words: Record<string, unknown>; read: string[] } {
        const disk = {
            files: new OpenFiles(),
            durability: 'process',
            warn: (text: string) => this.warnings.push(text),
        } as const;
        onTestFinished(() => disk.files.closeAll());
        const file = new OutlineFile(join(this.folder, '..', 'outlines.jsonl'), disk, this);
        this.#read = [];
        const words = Object.fromEntries(Array.from(file.open(), ([id, row]) => [id, row[1]]));
        return { file, files: disk.files, words, read: this.#read };
    }
}

async function closedDocuments(words: Record<string, string>): Promise<Documents> {
    const documents = new Documents(await tempDir());
    for (const [id, word] of Object.entries(words)) documents.write(id, word, 60);
    documents.open().file.close(true);
    return documents;
}

describe('the outlines of documents', () => {
    it('are made of all documents where there are none yet, and then read none', async () => {
        const documents = await closedDocuments({ a: 'one', b: 'two' });

        const { words, read } = documents.open();

        expect({ words, read }).toEqual({ words: { a: 'one', b: 'two' }, read: [] });
    });

    it('are as they were noted last', async () => {
        const documents = await closedDocuments({ a: 'one', b: 'two' });
        const { file } = documents.open();
        file.note('a', ['a', 'new']);
        file.note('b');
        file.note('b', ['b', 'once more']);
        file.close(true);

        expect(documents.open()).toMatchObject({ words: { a: 'new', b: 'once more' }, read: [] });
    });

    it('follow a person who edits, adds or removes a document', async () => {
        const documents = await closedDocuments({ a: 'one', b: 'two', c: 'three' });
        documents.write('a', 'edited');
        documents.write('d', 'added');
        rmSync(documents.pathOf('b'));

        const { file, words, read } = documents.open();
        file.close(true);

        expect(words).toEqual({ a: 'edited', c: 'three', d: 'added' });
        expect(read.toSorted()).toEqual(['a', 'd']);
        expect(documents.open().words).toEqual(words);
    });

    it('are looked at again by the next one to open when something could not be read', async () => {
        const documents = await closedDocuments({ a: 'one' });
        documents.write('a', 'edited');
        const { outlineOf } = documents;
        documents.outlineOf = () => {
            throw new Error('This cannot be read.');
        };
        expect(() => documents.open()).toThrow('cannot be read');

        documents.outlineOf = outlineOf;

        expect(documents.open().words).toEqual({ a: 'edited' });
    });

    it('find after a kill what has come, gone and changed since', async () => {
        const documents = await closedDocuments({ a: 'live', b: 'two', c: 'three' });
        const { file } = documents.open();
        documents.write('a', 'done');
        documents.write('new', 'one');
        rmSync(documents.pathOf('b'));
        file.close(false);

        const { words } = documents.open();

        expect(words).toEqual({ a: 'done', c: 'three', new: 'one' });
    });

    it.each(['{', '["a"', '7', '[["a"]]', 'null'])('are made anew where they have %s in them', async (line) => {
        const documents = await closedDocuments({ a: 'one', b: 'two' });
        appendFileSync(join(documents.folder, '..', 'outlines.jsonl'), `${line}\n`);

        expect(documents.open().words).toEqual({ a: 'one', b: 'two' });
    });

    it('go, and that is told, when the disk does not take them', async () => {
        const documents = await closedDocuments({ a: 'one' });
        const { file, files } = documents.open();
        const path = join(documents.folder, '..', 'outlines.jsonl');
        files.closeAll();
        rmSync(path);
        mkdirSync(path);

        file.note('a', ['a', 'new']);
        file.note('b', ['b', 'new']);
        file.close(true);

        expect(documents.warnings).toEqual([expect.stringContaining('so the next start will take longer')]);
    });

    it('read few documents of many, and their file stays short', async () => {
        const words = Object.fromEntries(Array.from({ length: 2_500 }, (_, n) => [`d${n}`, 'word']));
        const documents = await closedDocuments(words);
        const { file } = documents.open();
        for (let round = 0; round < 4; round++)
            for (const id of Object.keys(words)) file.note(id, [id, `word ${round}`]);
        file.close(true);
        documents.open().file.close(true);

        const { read } = documents.open();

        expect(read).toEqual([]);
        const text = readFileSync(join(documents.folder, '..', 'outlines.jsonl'), 'utf8');
        expect(text.split('\n').length).toBeLessThan(2_600);
    });
});

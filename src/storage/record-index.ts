import { join } from 'node:path';
import type { ContentEncoding } from '../model/streams.js';
import { EngineError } from '../errors/engine-error.js';
import { isContentEncoding } from '../util/content-encoding.js';
import type { JournalStretch, RecordMeta } from './backend.js';
import type { Disk } from './disk.js';
import { FileJournal } from './file-journal.js';
import { type Journaled, JournalTidying } from './journal-tidying.js';
import { recordMeta } from './record-meta.js';
import { RecordTable } from './record-table.js';

/** A record and the name of its file. */
export interface StoredRecord {
    file: string;
    contentType: string;
    contentEncoding?: ContentEncoding | undefined;
    size: number;
}

/** One line of the index; without `file` the record is gone. */
type Line = { key: string } & Partial<StoredRecord>;

const LINE_BREAK = 0x0a;

/** Where a record is, and where its line is. */
interface IndexPlace {
    readonly file: string;
    readonly line: number;
}

/** Which records a key-value store has, in a journal of one line a change, which is tidied little by little. */
export class RecordIndex implements Journaled {
    readonly #directory: string;
    readonly #journal: FileJournal;
    readonly #table = new RecordTable<IndexPlace>();
    readonly #names = new Set<string>();
    #tidying: JournalTidying | undefined;

    constructor(directory: string, disk: Disk) {
        this.#directory = directory;
        this.#journal = new FileJournal({ directory, name: 'index' }, disk);
    }

    /** Reads what is there. To be called once, before anything else. */
    open(): void {
        let count = 0;
        for (const stretch of this.#journal.stretches()) {
            for (const [text, position] of linesOf(stretch)) {
                const { key, file, contentType, contentEncoding, size } = this.#parse(text, ++count);
                if (file === undefined) this.#forget(key);
                else this.#remember(key, { file, contentType: contentType!, contentEncoding, size: size! }, position);
            }
        }
        this.#tidying = new JournalTidying(this.#journal, this);
    }

    get size(): number {
        return this.#table.size;
    }

    get(key: string): StoredRecord | undefined {
        const row = this.#table.get(key);
        if (row === undefined) return undefined;
        const { contentType, contentEncoding, size } = row.meta;
        return { file: row.place.file, contentType, contentEncoding, size };
    }

    get bytes(): number {
        return this.#table.bytes;
    }

    entries(after?: string, from?: string): Iterable<RecordMeta> {
        return this.#table.entries(after, from);
    }

    /** Whether a record has a file of that name, given in lower case. */
    hasName(lowerCaseName: string): boolean {
        return this.#names.has(lowerCaseName);
    }

    /** Writes down what a record is from now on, or that it is gone. */
    set(key: string, record: StoredRecord | undefined): void {
        if (isSame(this.get(key), record)) return;
        const position = this.#journal.append([lineOf(key, record)]);
        if (record === undefined) this.#forget(key);
        else this.#remember(key, record, position);
        this.#tidying?.goOn();
    }

    /** Takes note that a file is not there or has another size, without writing it down. */
    correct(key: string, size: number | undefined): void {
        const row = this.#table.get(key);
        const record = this.get(key);
        if (row === undefined || record === undefined || record.size === size) return;
        if (size === undefined) this.#forget(key);
        else this.#remember(key, { ...record, size }, row.place.line);
    }

    renew(stretch: JournalStretch): void {
        const keys: string[] = [];
        const lines: string[] = [];
        for (const [text, position] of linesOf(stretch)) {
            const { key } = JSON.parse(text) as Line;
            if (this.#table.get(key)?.place.line !== position) continue;
            keys.push(key);
            lines.push(lineOf(key, this.get(key)));
        }
        if (lines.length === 0) return;
        let position = this.#journal.append(lines);
        for (const [index, key] of keys.entries()) {
            const { meta, place } = this.#table.get(key)!;
            this.#table.set(meta, { file: place.file, line: position });
            position += Buffer.byteLength(lines[index]!) + 1;
        }
    }

    close(): void {
        this.#journal.close();
    }

    #remember(key: string, { file, contentType, contentEncoding, size }: StoredRecord, line: number): void {
        const before = this.#table.get(key)?.place.file;
        if (before !== undefined && before !== file) this.#names.delete(before.toLowerCase());
        if (before !== file) this.#names.add(file.toLowerCase());
        this.#table.set(recordMeta({ key, contentType, contentEncoding }, size), { file, line });
    }

    #forget(key: string): void {
        const before = this.#table.get(key)?.place.file;
        if (before !== undefined) this.#names.delete(before.toLowerCase());
        this.#table.delete(key);
    }

    #parse(text: string, number: number): Line {
        try {
            const line: unknown = JSON.parse(text);
            if (isLine(line)) return line;
        } catch {
            // Told below, as any other line that makes no sense.
        }
        const path = join(this.#directory, 'index.jsonl');
        const message =
            `Line ${number} of \`${path}\` is not what the engine wrote there. Restore the file from a ` +
            'backup, or take the line out; its record will then be missing.';
        throw new EngineError('storage-corrupted', message, { details: { path, line: number } });
    }
}

/** Lines as texts, each with its position. */
function* linesOf({ bytes, position }: JournalStretch): Generator<[text: string, position: number]> {
    for (let from = 0, end; from < bytes.length; from = end + 1) {
        end = bytes.indexOf(LINE_BREAK, from);
        yield [bytes.toString('utf8', from, end), position + from];
    }
}

function isSame(before: StoredRecord | undefined, now: StoredRecord | undefined): boolean {
    if (before === undefined || now === undefined) return before === now;
    return (
        before.file === now.file &&
        before.size === now.size &&
        before.contentType === now.contentType &&
        before.contentEncoding === now.contentEncoding
    );
}

function lineOf(key: string, record: StoredRecord | undefined): string {
    const line: Line = { key, ...record };
    return JSON.stringify(line);
}

function isLine(value: unknown): value is Line {
    if (typeof value !== 'object' || value === null || !('key' in value) || typeof value.key !== 'string') return false;
    if (!('file' in value)) return true;
    const { file, contentType, contentEncoding, size } = value as Line;
    if (contentEncoding !== undefined && !isContentEncoding(contentEncoding)) return false;
    return typeof file === 'string' && isFileName(file) && typeof contentType === 'string' && typeof size === 'number';
}

/** Whether a name stays in its directory. */
export function isFileName(name: string): boolean {
    return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}

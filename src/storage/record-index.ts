import { join } from 'node:path';
import type { ContentEncoding } from '../model/streams.js';
import { isContentEncoding } from '../util/content-encoding.js';
import type { JournalStretch, RecordMeta } from './backend.js';
import type { Disk } from './disk.js';
import { FileJournal } from './file-journal.js';
import { findRecords } from './find-records.js';
import { type Journaled, JournalTidying } from './journal-tidying.js';
import { recordMeta } from './record-meta.js';
import { RecordTable } from './record-table.js';
import { copyAside } from './set-aside.js';

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

/** How much is gone through at a time when the index is made anew. */
const STRETCH_BYTES = 256 * 1024;

/** Which records a key-value store has, in a journal of one line a change, which is tidied little by little. */
export class RecordIndex implements Journaled {
    readonly #directory: string;
    readonly #disk: Disk;
    readonly #journal: FileJournal;
    readonly #table = new RecordTable<IndexPlace>();
    readonly #names = new Set<string>();
    #tidying: JournalTidying | undefined;

    constructor(directory: string, disk: Disk) {
        this.#directory = directory;
        this.#disk = disk;
        this.#journal = new FileJournal({ directory, name: 'index' }, disk);
    }

    /** Reads what is there. To be called once, before anything else. */
    open(): void {
        let strange = 0;
        for (const stretch of this.#journal.stretches()) {
            for (const [text, position] of linesOf(stretch)) {
                const line = parseLine(text);
                if (line === undefined) strange++;
                else if (line.file === undefined) this.#forget(line.key);
                else this.#remember(line.key, line as StoredRecord, position);
            }
        }
        const wasCut = this.#journal.stores().some((file) => file.wasCut);
        if (strange > 0 || wasCut || this.#journal.length === 0) this.#mend(strange);
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
            const key = parseLine(text)?.key;
            if (key === undefined || this.#table.get(key)?.place.line !== position) continue;
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

    /** Finds by their files the records whose lines are lost. */
    #mend(strange: number): void {
        const { records, nameless } = findRecords(join(this.#directory, 'records'), (name) => this.hasName(name));
        const found = records.filter(({ key }) => this.#table.get(key) === undefined);
        if (strange === 0 && found.length === 0 && nameless.length === 0) return;
        const asides = this.#journal.stores().flatMap(({ size, path }) => (size > 0 ? [copyAside(path)] : []));
        const kept = asides.length > 0 ? ` The index as it was is kept as \`${asides.join('`, `')}\`.` : '';
        this.#writeAnew();
        for (const { key, record } of found) this.#remember(key, record, this.#journal.append([lineOf(key, record)]));
        this.#disk.warn(
            `\`${join(this.#directory, 'index.jsonl')}\` was damaged, and has been made anew: ${strange} lines meant nothing, ` +
                `and ${found.length} records were found by the names of their files, from which their keys and types are ` +
                `taken.${namelessText(nameless)}${kept}`,
        );
    }

    #writeAnew(): void {
        const { end } = this.#journal;
        for (;;) {
            const stretch = this.#journal.oldest(STRETCH_BYTES);
            if (stretch === undefined || stretch.position >= end) return;
            this.renew(stretch);
            this.#journal.giveUp(stretch);
        }
    }
}

function namelessText(files: readonly string[]): string {
    if (files.length === 0) return '';
    const some = files
        .slice(0, 3)
        .map((name) => `\`${name}\``)
        .join(', ');
    return ` The keys of ${files.length} files cannot be told (${some}); they stay, but are no records any more.`;
}

function parseLine(text: string): Line | undefined {
    try {
        const line: unknown = JSON.parse(text);
        return isLine(line) ? line : undefined;
    } catch {
        return undefined;
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

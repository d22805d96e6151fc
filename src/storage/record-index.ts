import { dirname, join } from 'node:path';
import type { ContentEncoding } from '../model/streams.js';
import { isContentEncoding } from '../util/content-encoding.js';
import type { RecordMeta } from './backend.js';
import type { Disk } from './disk.js';
import { findRecords } from './find-records.js';
import { LineFile } from './line-file.js';
import { lineLength } from './line-log.js';
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

/** Lines without use that are tolerated beyond as many as there are records. */
const DEAD_LINES = 256;

/** Which records a key-value store has, in a file of one line a change. It is rewritten when most lines are out of date. */
export class RecordIndex {
    readonly #file: LineFile;
    readonly #disk: Disk;
    readonly #table = new RecordTable<string>();
    readonly #names = new Set<string>();
    #lines = 0;

    constructor(path: string, disk: Disk) {
        this.#file = new LineFile(path, disk);
        this.#disk = disk;
    }

    /** Reads what is there. To be called once, before anything else. */
    open(): void {
        this.#file.open();
        let strange = 0;
        for (const batch of this.#file.lines()) {
            for (const text of batch) {
                this.#lines++;
                const line = parseLine(text);
                if (line === undefined) strange++;
                else if (line.file === undefined) this.#forget(line.key);
                else this.#remember(line.key, line as StoredRecord);
            }
        }
        if (strange > 0 || this.#file.wasCut || this.#lines === 0) this.#mend(strange);
        this.#compactIfWorthwhile();
    }

    get(key: string): StoredRecord | undefined {
        const row = this.#table.get(key);
        if (row === undefined) return undefined;
        const { contentType, contentEncoding, size } = row.meta;
        return { file: row.place, contentType, contentEncoding, size };
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
        const line = lineOf(key, record);
        this.#file.append([line], [lineLength(line)]);
        this.#lines++;
        if (record === undefined) this.#forget(key);
        else this.#remember(key, record);
        this.#compactIfWorthwhile();
    }

    /** Takes note that a file is not there or has another size, without writing it down. */
    correct(key: string, size: number | undefined): void {
        const record = this.get(key);
        if (record === undefined || record.size === size) return;
        if (size === undefined) this.#forget(key);
        else this.#remember(key, { ...record, size });
    }

    close(): void {
        this.#file.close();
    }

    #remember(key: string, { file, contentType, contentEncoding, size }: StoredRecord): void {
        const before = this.#table.get(key)?.place;
        if (before !== undefined && before !== file) this.#names.delete(before.toLowerCase());
        if (before !== file) this.#names.add(file.toLowerCase());
        this.#table.set(recordMeta({ key, contentType, contentEncoding }, size), file);
    }

    #forget(key: string): void {
        const before = this.#table.get(key)?.place;
        if (before !== undefined) this.#names.delete(before.toLowerCase());
        this.#table.delete(key);
    }

    #compactIfWorthwhile(): void {
        if (this.#lines <= 2 * this.#table.size + DEAD_LINES) return;
        this.#file.replace(this.#currentLines());
        this.#lines = this.#table.size;
    }

    *#currentLines(): Generator<string> {
        for (const { meta, place } of this.#table.values()) {
            const { key, contentType, contentEncoding, size } = meta;
            yield lineOf(key, { file: place, contentType, contentEncoding, size });
        }
    }

    /** Finds by their files the records whose lines are lost. */
    #mend(strange: number): void {
        const { path } = this.#file;
        const { records, nameless } = findRecords(join(dirname(path), 'records'), (name) => this.hasName(name));
        const isNew = ({ key }: { key: string }): boolean => this.#table.get(key) === undefined;
        const found = records.filter(isNew);
        if (strange === 0 && found.length === 0 && nameless.length === 0) return;
        const kept = this.#lines > 0 ? ` The index as it was is kept as \`${copyAside(path)}\`.` : '';
        for (const { key, record } of found) this.#remember(key, record);
        this.#file.replace(this.#currentLines());
        this.#lines = this.#table.size;
        this.#disk.warn(
            `\`${path}\` was damaged, and has been made anew: ${strange} lines meant nothing, and ${found.length} records ` +
                `were found by the names of their files, from which their keys and types are taken.${namelessText(nameless)}${kept}`,
        );
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

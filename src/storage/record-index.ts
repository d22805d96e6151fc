import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContentEncoding } from '../model/streams.js';
import { isContentEncoding } from '../util/content-encoding.js';
import type { RecordMeta } from './backend.js';
import type { Disk } from './disk.js';
import { onDisk } from './disk-error.js';
import { DocumentCollection } from './document-collection.js';
import { findRecords } from './find-records.js';
import { recordMeta, RecordTable } from './record-table.js';
import { copyAside } from './set-aside.js';

/** A record and the name of its file. */
export interface StoredRecord {
    file: string;
    contentType: string;
    contentEncoding?: ContentEncoding | undefined;
    size: number;
}

/** Which records a key-value store has. */
export class RecordIndex {
    readonly #directory: string;
    readonly #disk: Disk;
    readonly #table = new RecordTable<StoredRecord>();
    readonly #names = new Set<string>();
    #records: DocumentCollection<StoredRecord>;

    constructor(directory: string, disk: Disk) {
        this.#directory = directory;
        this.#disk = disk;
        this.#records = this.#open();
        for (const [key, record] of this.#records.entries()) this.#remember(key, record);
        if (this.#records.hasDamage || this.#records.size === 0) this.#mend();
    }

    get(key: string): StoredRecord | undefined {
        return this.#table.get(key)?.value;
    }

    get bytes(): number {
        return this.#table.bytes;
    }

    entries(after?: string, from?: string): Iterable<RecordMeta> {
        return this.#table.entries(after, from);
    }

    /** Returns true if a record has a file of that name, given in lower case. */
    hasName(lowerCaseName: string): boolean {
        return this.#names.has(lowerCaseName);
    }

    /** Writes down what a record is from now on, or that it is gone. */
    set(key: string, record: StoredRecord | undefined): void {
        const before = this.get(key);
        if (record === undefined) {
            this.#records.delete(key);
            this.#forget(key);
        } else if (before === undefined || !isSame(before, record)) {
            this.#records.set(key, record);
            this.#remember(key, record);
        }
    }

    /** Notes that a file is not there or has another size, without writing it down. */
    correct(key: string, size: number | undefined): void {
        const record = this.get(key);
        if (record === undefined || record.size === size) return;
        if (size === undefined) this.#forget(key);
        else this.#remember(key, { ...record, size });
    }

    close(): void {
        this.#records.close();
    }

    #open(): DocumentCollection<StoredRecord> {
        const location = { directory: this.#directory, name: 'index' };
        return new DocumentCollection({
            location,
            disk: this.#disk,
            label: undefined,
            read: (_, value) => readLine(value),
        });
    }

    #remember(key: string, record: StoredRecord): void {
        const before = this.get(key)?.file;
        if (before !== undefined && before !== record.file) this.#names.delete(before.toLowerCase());
        this.#names.add(record.file.toLowerCase());
        this.#table.set(recordMeta({ key, ...record }, record.size), record);
    }

    #forget(key: string): void {
        const before = this.get(key);
        if (before !== undefined) this.#names.delete(before.file.toLowerCase());
        this.#table.delete(key);
    }

    /** Finds the records whose lines are lost by their files. */
    #mend(): void {
        const { records, nameless } = findRecords(join(this.#directory, 'records'), (name) => this.hasName(name));
        const found = records.filter(({ key }) => this.get(key) === undefined);
        const { lost } = this.#records;
        if (lost === 0 && found.length === 0 && nameless.length === 0) return;
        const { path } = this.#records;
        const aside = this.#records.isEmptyFile ? undefined : copyAside(path);
        this.#records.close();
        onDisk('remove', path, () => rmSync(path, { force: true }));
        this.#records = this.#open();
        for (const { key, record } of found) this.#remember(key, record);
        this.#records.setAll(Array.from(this.entries(), ({ key }) => [key, this.get(key)!] as const));
        this.#disk.warn(
            `\`${path}\` was damaged, and has been made again: ${lost} lines could not be read, ` +
                `and ${found.length} records were found by the names of their files, from which their keys and types are ` +
                `taken.${describeNameless(nameless)}${aside === undefined ? '' : ` The index as it was is kept as \`${aside}\`.`}`,
        );
    }
}

function describeNameless(files: readonly string[]): string {
    if (files.length === 0) return '';
    const some = files
        .slice(0, 3)
        .map((name) => `\`${name}\``)
        .join(', ');
    return ` The keys of ${files.length} files cannot be told (${some}); they stay, but are not records any more.`;
}

function isSame(before: StoredRecord, now: StoredRecord): boolean {
    return (
        before.file === now.file &&
        before.size === now.size &&
        before.contentType === now.contentType &&
        before.contentEncoding === now.contentEncoding
    );
}

function readLine(value: unknown): StoredRecord {
    const { file, contentType, contentEncoding, size } = (value ?? {}) as StoredRecord;
    if (contentEncoding !== undefined && !isContentEncoding(contentEncoding))
        throw new Error('its encoding is not known');
    if (typeof file !== 'string' || !isFileName(file) || typeof contentType !== 'string' || typeof size !== 'number') {
        throw new Error('it names no file, type and size');
    }
    return contentEncoding === undefined ? { file, contentType, size } : { file, contentType, contentEncoding, size };
}

/** Returns true if a name stays in its directory. */
function isFileName(name: string): boolean {
    return name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);
}

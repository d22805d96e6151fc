import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import type { ContentEncoding, RecordHead, RecordStream } from '../../model/streams.js';
import { isContentEncoding } from '../../util/bytes/content-encoding.js';
import { newId } from '../../util/ids.js';
import { moveFile, syncDirectory, writeNewFile } from './atomic-file.js';
import type { FileSystemContext } from './file-system-context.js';
import { fsError, ifExists, wrapFsError } from './fs-error.js';
import { DocumentCollection } from '../document-collection.js';
import { readChunks, writeChunks } from './file-chunks.js';
import { KeyedMutex } from './keyed-mutex.js';
import { recoverRecords, recordFileName, type RecordFile } from './record-file-name.js';
import { RecordMap, recordMeta } from '../key-value-store/record-map.js';
import { quarantineCopy } from './quarantine.js';

/** Larger values are written in the thread pool. */
const LARGE_RECORD_BYTES = 512 * 1024;
/** Values up to this size are not worth pieces. */
const MAX_BUFFERED_BYTES = 256 * 1024;
const FILES = 'records';

/**
 * Records as files of a directory, listed in an index beside it.
 *
 * A record counts by its line in the index. The bytes of a new record, and of one that changes its type, are written to a file
 * that no line names yet; those of another value are moved over the file. So a crash leaves the old value or the new one, and
 * at most a file that nothing names.
 */
export class FileRecordMap extends RecordMap<RecordFile> {
    readonly #directory: string;
    readonly #disk: FileSystemContext;
    readonly #onClose: () => void;
    readonly #files: string;
    readonly #mutex = new KeyedMutex();
    /** Of the files of all records, in lower case. */
    readonly #names: Set<string>;
    /** How many records are just coming in pieces. */
    #streamCount = 0;
    #isClosed = false;

    constructor(directory: string, disk: FileSystemContext, onClose: () => void) {
        const index = readIndex(directory, disk);
        super(index);
        this.#directory = directory;
        this.#disk = disk;
        this.#onClose = onClose;
        this.#files = join(directory, FILES);
        this.#names = collectFileNames(index);
    }

    async open(key: string): Promise<RecordStream | undefined> {
        const record = this.index.get(key);
        if (record === undefined) return undefined;
        const path = join(this.#files, record.file);
        // Opened at once, so that the record may be replaced or deleted while it is being read.
        const descriptor = ifExists('read', path, () => openSync(path, 'r'));
        // A person may have edited or removed the file, and what is there counts.
        if (descriptor === undefined) {
            this.#forget(key);
            return undefined;
        }
        const { size } = fstatSync(descriptor);
        this.resizeEntry(record, size);
        const content = size <= MAX_BUFFERED_BYTES ? readWhole(descriptor, path) : readChunks(descriptor, path);
        return { ...recordMeta({ key, ...record }, size), content };
    }

    write(key: string, contentType: string, bytes: Uint8Array, encoding?: ContentEncoding): void | Promise<void> {
        const head = { key, contentType, contentEncoding: encoding };
        const isLarge = bytes.length > LARGE_RECORD_BYTES;
        if (!isLarge && !this.#mutex.has(key)) return this.#writeNow(head, bytes);
        this.#assertOpen();
        const copy = Buffer.from(bytes);
        return this.#mutex.run(key, () =>
            isLarge ? this.#writeChunks(head, [copy], (moveIn) => moveIn()) : this.#writeNow(head, copy),
        );
    }

    async writeStream(head: RecordHead, pieces: AsyncIterable<Uint8Array>): Promise<void> {
        this.#assertOpen();
        this.#streamCount += 1;
        try {
            await this.#writeChunks(head, pieces, (moveIn) => this.#mutex.run(head.key, moveIn));
        } finally {
            this.#streamCount -= 1;
        }
    }

    delete(key: string): void | Promise<void> {
        if (this.#mutex.has(key)) return this.#mutex.run(key, () => this.#deleteNow(key));
        this.#deleteNow(key);
    }

    /** Closes unless a write is under way; the backend closes it then, when that has settled. */
    override close(): void {
        if (this.#isClosed || this.#mutex.size > 0) return;
        this.index.close();
        this.#isClosed = true;
        this.#onClose();
    }

    override get isBusy(): boolean {
        return this.#mutex.size > 0 || this.#streamCount > 0;
    }

    /** Settles when no write is under way. */
    idle(): Promise<void> {
        return this.#mutex.idle();
    }

    protected override get index(): DocumentCollection<RecordFile> {
        this.#assertOpen();
        return super.index;
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        const message = `\`${this.#directory}\` has been closed or removed, and takes no more reads and writes.`;
        throw new EngineError('engine-closed', message, { details: { path: this.#directory } });
    }

    #writeNow(head: RecordHead, bytes: Uint8Array): void {
        const { durability } = this.#disk;
        if (!this.#matchesType(head))
            return this.#commit(head, bytes.length, (path) => writeNewFile(path, bytes, durability));
        const temporary = this.#disk.temporaryPath();
        wrapFsError('write', temporary, () => writeNewFile(temporary, bytes, durability));
        this.#moveIn(head, temporary, bytes.length);
    }

    /**
     * Writes a record without holding up the process.
     *
     * @param inTurn - Runs the last step, at which the record is replaced.
     */
    async #writeChunks(
        head: RecordHead,
        pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
        inTurn: (moveIn: () => void) => void | Promise<void>,
    ): Promise<void> {
        // It may still be there when this directory has another owner, whose names must be others.
        const path = join(this.#disk.temporary, newId());
        try {
            const size = await writeChunks(path, pieces, this.#disk.durability);
            // An empty value is not compressed, even if it has an encoding.
            const stored = size === 0 ? { ...head, contentEncoding: undefined } : head;
            await inTurn(() => this.#moveIn(stored, path, size));
        } finally {
            rmSync(path, { force: true });
        }
    }

    #moveIn(head: RecordHead, from: string, size: number): void {
        try {
            this.#commit(head, size, (path) => {
                mkdirSync(dirname(path), { recursive: true });
                moveFile(from, path);
            });
        } finally {
            rmSync(from, { force: true });
        }
    }

    /** Returns true if a record has that type. Another type means another file, so that no bytes are ever taken for what they are not. */
    #matchesType({ key, contentType, contentEncoding }: RecordHead): boolean {
        const record = this.index.get(key);
        return record?.contentType === contentType && record.contentEncoding === contentEncoding;
    }

    /** Puts the bytes into their file and lets them count, all of it or nothing. */
    #commit(head: RecordHead, size: number, place: (path: string) => void): void {
        const { key, contentType, contentEncoding } = head;
        const before = this.index.get(key);
        const isNew = !this.#matchesType(head);
        const file = isNew ? recordFileName(head, (name) => this.#names.has(name)) : before!.file;
        const path = join(this.#files, file);
        const placed = (): void => {
            place(path);
            if (this.#disk.durability === 'fsync') syncDirectory(this.#files);
        };
        try {
            // The step that the disk is more likely to refuse comes first, as long as the other one can be taken back.
            if (isNew) placed();
            if (isNew || size !== before!.size) this.setEntry(key, { file, contentType, contentEncoding, size });
            if (!isNew) placed();
        } catch (cause) {
            this.#rollback(key, before, isNew ? path : undefined);
            throw fsError('change a record in', this.#files, cause);
        }
        this.#names.add(file.toLowerCase());
        if (before !== undefined && isNew) this.#removeFile(before.file);
    }

    /** After a failure, when the disk may refuse more: the caller gets the first failure. */
    #rollback(key: string, before: RecordFile | undefined, path: string | undefined): void {
        try {
            if (path !== undefined) rmSync(path, { force: true });
            if (before === undefined) this.deleteEntry(key);
            else this.setEntry(key, before);
        } catch {
            // The record keeps the line of what was not written until its next change.
            if (before !== undefined) this.resizeEntry(this.index.get(key)!, before.size);
        }
    }

    /** A record whose file is gone is gone, as far as the disk allows it to be written down. */
    #forget(key: string): void {
        try {
            this.#names.delete(this.deleteEntry(key)!.file.toLowerCase());
        } catch {
            // The file is missed again by who reads the record next.
        }
    }

    #deleteNow(key: string): void {
        const before = this.deleteEntry(key);
        if (before !== undefined) this.#removeFile(before.file);
    }

    /** A file that stays because the disk refuses is not a record any more, and is overwritten by the next one of its name. */
    #removeFile(file: string): void {
        this.#names.delete(file.toLowerCase());
        try {
            rmSync(join(this.#files, file), { force: true });
            if (this.#disk.durability === 'fsync') syncDirectory(this.#files);
        } catch {
            // The record itself is gone.
        }
    }
}

function readIndex(directory: string, disk: FileSystemContext): DocumentCollection<RecordFile> {
    const index = openIndex(directory, disk);
    return index.isCorrupted || index.size === 0 ? rebuildIndex(index, directory, disk) : index;
}

function openIndex(directory: string, disk: FileSystemContext): DocumentCollection<RecordFile> {
    const location = { directory, name: 'index' };
    return new DocumentCollection({ location, disk, label: undefined, parse: (_, value) => parseRecordFile(value) });
}

/** Finds the records whose lines are lost by their files. */
function rebuildIndex(
    damaged: DocumentCollection<RecordFile>,
    directory: string,
    disk: FileSystemContext,
): DocumentCollection<RecordFile> {
    const names = collectFileNames(damaged);
    const { records, unidentified: nameless } = recoverRecords(join(directory, FILES), (name) => names.has(name));
    const found = records.filter(([key]) => !damaged.has(key));
    const { corruptedCount: lost, path } = damaged;
    if (lost === 0 && found.length === 0 && nameless.length === 0) return damaged;
    const aside = damaged.isEmptyFile ? undefined : quarantineCopy(path);
    damaged.close();
    wrapFsError('remove', path, () => rmSync(path, { force: true }));
    const mended = openIndex(directory, disk);
    mended.setAll([...damaged.entries(), ...found]);
    disk.warn(
        `\`${path}\` was damaged, and has been made again: ${lost} lines could not be read, ` +
            `and ${found.length} records were found by the names of their files, from which their keys and types are ` +
            `taken.${describeUnidentified(nameless)}${aside === undefined ? '' : ` The index as it was is kept as \`${aside}\`.`}`,
    );
    return mended;
}

/** Returns the names of the files of records, in lower case. */
function collectFileNames(index: DocumentCollection<RecordFile>): Set<string> {
    return new Set(Array.from(index.values(), ({ file }) => file.toLowerCase()));
}

function describeUnidentified(files: readonly string[]): string {
    if (files.length === 0) return '';
    const some = files
        .slice(0, 3)
        .map((name) => `\`${name}\``)
        .join(', ');
    return ` The keys of ${files.length} files cannot be told (${some}); they stay, but are not records any more.`;
}

function parseRecordFile(value: unknown): RecordFile {
    const { file, contentType, contentEncoding, size } = (value ?? {}) as RecordFile;
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

function readWhole(descriptor: number, path: string): Buffer {
    try {
        return wrapFsError('read', path, () => readFileSync(descriptor));
    } finally {
        closeSync(descriptor);
    }
}

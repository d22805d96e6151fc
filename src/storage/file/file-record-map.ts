import { closeSync, fstatSync, openSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import type { ContentEncoding, RecordHead, RecordStream } from '../../model/streams.js';
import { isContentEncoding } from '../../util/bytes/content-encoding.js';
import { newId } from '../../util/ids.js';
import { isJsonType, parseJson } from '../../util/json/json.js';
import { moveFile, syncDirectory, writeNewFile } from './atomic-file.js';
import { assertInside } from './directory/assert-inside.js';
import type { FileSystemContext } from './file-system-context.js';
import { errnoOf, fsError, ifExists, wrapFsError } from './fs-error.js';
import { DocumentCollection } from '../document-collection.js';
import { readChunks, writeChunks } from './file-chunks.js';
import { KeyedMutex } from './keyed-mutex.js';
import { recoverRecords, recordFileName, type RecordFile } from './record-file-name.js';
import { RecordMap, recordMeta } from '../key-value-store/record-map.js';
import { quarantineCopy } from './quarantine.js';

/** Larger values are written in the thread pool. */
const LARGE_RECORD_BYTES = 512 * 1024;
/** Maximum size of a value that is returned as one buffer rather than in chunks. */
const MAX_BUFFERED_BYTES = 256 * 1024;
const RECORDS_FOLDER = 'records';

/**
 * Records as files of a directory, listed in an index beside it.
 *
 * A record exists if the index has a line for it. The bytes of a new record, or of one whose type changes, are written to a file that
 * no line refers to yet; those of a changed value replace the file. So a crash leaves the old value or the new one, and at most one
 * file without a line.
 */
export class FileRecordMap extends RecordMap<RecordFile> {
    readonly #directory: string;
    readonly #disk: FileSystemContext;
    readonly #onClose: () => void;
    readonly #files: string;
    readonly #mutex = new KeyedMutex();
    /** Names of all files of records, in lower case. */
    readonly #names: Set<string>;
    /** Number of records that are being written from streams. */
    #streamCount = 0;
    #isClosed = false;

    constructor(directory: string, disk: FileSystemContext, onClose: () => void) {
        const index = readIndex(directory, disk);
        super(index);
        this.#directory = directory;
        this.#disk = disk;
        this.#onClose = onClose;
        this.#files = join(directory, RECORDS_FOLDER);
        this.#names = collectFileNames(index);
    }

    async open(key: string): Promise<RecordStream | undefined> {
        const record = this.index.get(key);
        if (record === undefined) return undefined;
        const path = join(this.#files, record.file);
        // Opened immediately, so that the record can be replaced or deleted while it is being read.
        const descriptor = ifExists('read', path, () => openSync(path, 'r'));
        // A user may have edited or removed the file; its current state is used.
        if (descriptor === undefined) {
            this.#deleteMissing(key);
            return undefined;
        }
        const { size } = fstatSync(descriptor);
        if (size !== record.size) await this.#verifySize(key, record, { size, path, descriptor });
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
            isLarge ? this.#writeChunks(head, [copy], (publish) => publish()) : this.#writeNow(head, copy),
        );
    }

    async writeStream(head: RecordHead, chunks: AsyncIterable<Uint8Array>): Promise<void> {
        this.#assertOpen();
        this.#streamCount += 1;
        try {
            await this.#writeChunks(head, chunks, (publish) => this.#mutex.run(head.key, publish));
        } finally {
            this.#streamCount -= 1;
        }
    }

    delete(key: string): void | Promise<void> {
        if (this.#mutex.has(key)) return this.#mutex.run(key, () => this.#deleteNow(key));
        this.#deleteNow(key);
    }

    /** Closes the index unless a write is in progress. The backend then waits for {@link idle} and closes it. */
    override close(): void {
        if (this.#isClosed || this.#mutex.size > 0) return;
        this.index.close();
        this.#isClosed = true;
        this.#onClose();
    }

    override get isBusy(): boolean {
        return this.#mutex.size > 0 || this.#streamCount > 0;
    }

    /** Resolves when no write is in progress. */
    idle(): Promise<void> {
        return this.#mutex.idle();
    }

    protected override get index(): DocumentCollection<RecordFile> {
        this.#assertOpen();
        return super.index;
    }

    /**
     * Throws unless a file may have another size than its record: after a crash between the two writes, or if a user has edited JSON.
     * Any other difference is damage. Then corrects the size.
     */
    async #verifySize(key: string, record: RecordFile, { size, path, descriptor }: OpenedFile): Promise<void> {
        try {
            if (size !== record.previousSize && !(await isEdited(record, path)))
                throw damagedError(key, path, size, record.size);
        } catch (error) {
            closeSync(descriptor);
            throw fsError('read', path, error);
        }
        // In the meantime, the record may have been replaced or deleted.
        if (this.#isClosed || this.index.get(key) !== record) return;
        try {
            this.setEntry(key, { ...record, size, previousSize: record.size });
        } catch {
            this.resizeEntry(record, size);
        }
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        const message = `\`${this.#directory}\` was closed or removed, and cannot be read or written any more.`;
        throw new EngineError('engine-closed', message, { details: { path: this.#directory } });
    }

    #writeNow(head: RecordHead, bytes: Uint8Array): void {
        const write = (path: string): void => writeNewFile(path, bytes, this.#disk.durability, this.#disk);
        if (!this.#matchesType(head)) return this.#commit(head, bytes.length, write);
        const temporary = this.#disk.temporaryPath();
        wrapFsError('write', temporary, () => write(temporary));
        this.#publish(head, temporary, bytes.length);
    }

    /**
     * Writes a record without blocking the event loop.
     *
     * @param runInTurn - Runs the last step, which replaces the record, after other writes of the record.
     */
    async #writeChunks(
        head: RecordHead,
        chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
        runInTurn: (publish: () => void) => void | Promise<void>,
    ): Promise<void> {
        // A unique name, since the file may remain until another process opens the directory.
        const path = join(this.#disk.temporary, newId());
        try {
            const size = await writeChunks(path, chunks, this.#disk.durability);
            // An empty value is not compressed, even if it has an encoding.
            const stored = size === 0 ? { ...head, contentEncoding: undefined } : head;
            await runInTurn(() => this.#publish(stored, path, size));
        } finally {
            rmSync(path, { force: true });
        }
    }

    /** Makes a temporary file the file of a record. */
    #publish(head: RecordHead, temporary: string, size: number): void {
        try {
            this.#commit(head, size, (path) => {
                try {
                    moveFile(temporary, path);
                } catch (error) {
                    if (errnoOf(error) !== 'ENOENT') throw error;
                    this.#disk.createFolder(dirname(path));
                    moveFile(temporary, path);
                }
            });
        } finally {
            rmSync(temporary, { force: true });
        }
    }

    /** Returns true if a record has a type. A type change uses another file, so that bytes are never read with the wrong type. */
    #matchesType({ key, contentType, contentEncoding }: RecordHead): boolean {
        const record = this.index.get(key);
        return record?.contentType === contentType && record.contentEncoding === contentEncoding;
    }

    /** Writes the file and the index line of a record, both or neither. */
    #commit(head: RecordHead, size: number, createFile: (path: string) => void): void {
        const { key, contentType, contentEncoding } = head;
        const previous = this.index.get(key);
        const isNew = !this.#matchesType(head);
        const file = isNew ? recordFileName(head, (name) => this.#names.has(name)) : previous!.file;
        const path = join(this.#files, file);
        const createSyncedFile = (): void => {
            createFile(path);
            if (this.#disk.durability === 'fsync') syncDirectory(this.#files);
        };
        try {
            // A new file is created first, since this step is more likely to fail and can be undone. A replaced file cannot.
            if (isNew) createSyncedFile();
            if (isNew || size !== previous!.size) {
                const previousSize = isNew ? undefined : previous!.size;
                this.setEntry(key, { file, contentType, contentEncoding, size, previousSize });
            }
            if (!isNew) createSyncedFile();
        } catch (cause) {
            this.#rollback(key, previous, isNew ? path : undefined);
            throw fsError('change a record in', this.#files, cause);
        }
        this.#names.add(file.toLowerCase());
        if (previous !== undefined && isNew) this.#removeFile(previous.file);
    }

    /** Undoes a failed write as far as the disk allows. The caller gets the first failure. */
    #rollback(key: string, previous: RecordFile | undefined, path: string | undefined): void {
        try {
            if (path !== undefined) rmSync(path, { force: true });
            if (previous === undefined) this.deleteEntry(key);
            else this.setEntry(key, previous);
        } catch {
            // The line of the failed write stays in the index until the next change of the record.
            if (previous !== undefined) this.resizeEntry(this.index.get(key)!, previous.size);
        }
    }

    /** Deletes a record whose file is missing, if the file system permits it. */
    #deleteMissing(key: string): void {
        try {
            this.#names.delete(this.deleteEntry(key)!.file.toLowerCase());
        } catch {
            // The next read of the record finds out again that the file is missing.
        }
    }

    #deleteNow(key: string): void {
        const previous = this.deleteEntry(key);
        if (previous !== undefined) this.#removeFile(previous.file);
    }

    /** Removes the file of a deleted record. If the disk refuses, the file stays unused until a new file of that name replaces it. */
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

/** The open file of a record. */
interface OpenedFile {
    size: number;
    path: string;
    descriptor: number;
}

function readIndex(directory: string, disk: FileSystemContext): DocumentCollection<RecordFile> {
    const index = openIndex(directory, disk);
    // Not if all records are deleted: a file that could not be removed is no record.
    return index.isCorrupted || index.isEmptyFile ? rebuildIndex(index, directory, disk) : index;
}

function openIndex(directory: string, disk: FileSystemContext): DocumentCollection<RecordFile> {
    assertInside(disk.directory, join(directory, RECORDS_FOLDER));
    const location = { directory, name: 'index' };
    return new DocumentCollection({ location, disk, label: undefined, parse: (_, value) => parseRecordFile(value) });
}

/** Rebuilds an index from its readable lines and from the files of the records without one. */
function rebuildIndex(
    corrupted: DocumentCollection<RecordFile>,
    directory: string,
    disk: FileSystemContext,
): DocumentCollection<RecordFile> {
    const names = collectFileNames(corrupted);
    const { records, unidentified } = recoverRecords(join(directory, RECORDS_FOLDER), (name) => names.has(name));
    const recovered = records.filter(([key]) => !corrupted.has(key));
    const { corruptedCount, path } = corrupted;
    if (corruptedCount === 0 && recovered.length === 0 && unidentified.length === 0) return corrupted;
    const quarantined = corrupted.isEmptyFile ? undefined : quarantineCopy(path);
    corrupted.close();
    wrapFsError('remove', path, () => rmSync(path, { force: true }));
    const rebuilt = openIndex(directory, disk);
    rebuilt.setAll([...corrupted.entries(), ...recovered]);
    disk.warn(
        `\`${path}\` was corrupted and has been rebuilt. Lines that could not be read: ${corruptedCount}. ` +
            `Records recovered with the keys and types in their file names: ${recovered.length}.${describeUnidentified(unidentified)}` +
            (quarantined === undefined ? '' : ` The original index is kept as \`${quarantined}\`.`),
    );
    return rebuilt;
}

/** Returns the names of all files of records, in lower case. */
function collectFileNames(index: DocumentCollection<RecordFile>): Set<string> {
    return new Set(Array.from(index.values(), ({ file }) => file.toLowerCase()));
}

function describeUnidentified(files: readonly string[]): string {
    if (files.length === 0) return '';
    const some = files
        .slice(0, 3)
        .map((name) => `\`${name}\``)
        .join(', ');
    return ` The keys of ${files.length} files are unknown (${some}); the files stay, but are not records any more.`;
}

function parseRecordFile(value: unknown): RecordFile {
    const { file, contentType, contentEncoding, size, previousSize } = (value ?? {}) as RecordFile;
    if (contentEncoding !== undefined && !isContentEncoding(contentEncoding))
        throw new Error('its encoding is unknown');
    if (typeof file !== 'string' || !isFileName(file) || typeof contentType !== 'string' || typeof size !== 'number') {
        throw new Error('its file, type or size is missing');
    }
    // Absent fields are left out, which saves memory, since a store can have many records.
    return {
        file,
        contentType,
        ...(contentEncoding !== undefined && { contentEncoding }),
        size,
        ...(typeof previousSize === 'number' && { previousSize }),
    };
}

/** Returns true if a file looks like the work of a user: whole JSON. A part of a number would be a number, too. */
async function isEdited({ contentType, contentEncoding }: RecordFile, path: string): Promise<boolean> {
    if (contentEncoding !== undefined || !isJsonType(contentType)) return false;
    const value = parseJson(await readFile(path, 'utf8'));
    return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

function damagedError(key: string, path: string, size: number, expected: number): EngineError {
    const message =
        `Record \`${key}\` is damaged: \`${path}\` has ${size} bytes, but ${expected} were written. Another program has changed it, or ` +
        'the machine lost power. Restore the file from a backup, set the record again, or delete it.';
    return new EngineError('storage-corrupted', message, { details: { key, path, size, expected } });
}

/** Returns true if a name refers to a file in the directory itself. */
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

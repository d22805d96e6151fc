import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFile, readSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EngineError } from '../errors/engine-error.js';
import type { ContentEncoding, RecordHead, RecordStream } from '../model/streams.js';
import { newId } from '../util/ids.js';
import { moveFile, syncDirectory, writeNewFile, writeNewFileInBackground } from './atomic-file.js';
import type { RecordMap, RecordMeta } from './backend.js';
import type { Disk } from './disk.js';
import { diskError, errnoOf, ifExists, onDisk, withDescriptors } from './disk-error.js';
import { readPieces, writePieces } from './file-pieces.js';
import { KeyedQueue } from './keyed-queue.js';
import { joinPieces } from './pieces.js';
import { recordFileName } from './record-file-name.js';
import { RecordIndex, type StoredRecord } from './record-index.js';
import { recordMeta } from './record-table.js';

/** Larger values are written in the thread pool. */
const LARGE_RECORD = 512 * 1024;
/** Values up to this size are read before anyone else gets a turn. */
const SMALL_RECORD = 64 * 1024;
/** Values up to this size are not worth pieces. */
const HELD_RECORD = 256 * 1024;

/** Where the bytes of a record go. */
interface RecordTarget {
    file: string;
    /** True if no line names the file yet. */
    isNew: boolean;
}

const readWholeFile = promisify(readFile);

/**
 * Records as files of a directory, listed in an index beside it. Nothing is read before it is asked for.
 *
 * A record counts by its line in the index. The bytes of a new record, and of one that changes its type, are written to a file
 * that no line names yet; those of another value are moved over the file. So a crash leaves the old value or the new one, and
 * at most a file that nothing names.
 */
export class FileRecordMap implements RecordMap {
    readonly #directory: string;
    readonly #disk: Disk;
    readonly #onClose: () => void;
    readonly #files: string;
    readonly #queue = new KeyedQueue();
    #index: RecordIndex | undefined;
    /** How many records are just coming in pieces. */
    #receiving = 0;
    #phase: 'open' | 'closing' | 'closed' = 'open';

    constructor(directory: string, disk: Disk, onClose: () => void) {
        this.#directory = directory;
        this.#disk = disk;
        this.#onClose = onClose;
        this.#files = join(directory, 'records');
    }

    get bytes(): number {
        return this.#open().bytes;
    }

    entries(after?: string, from?: string): Iterable<RecordMeta> {
        return this.#open().entries(after, from);
    }

    meta(key: string): RecordMeta | undefined {
        const record = this.#open().get(key);
        return record && recordMeta({ key, ...record }, record.size);
    }

    async read(key: string): Promise<Buffer | undefined> {
        const record = this.#open().get(key);
        if (record === undefined) return undefined;
        const path = join(this.#files, record.file);
        const bytes = await readRecord(path);
        this.#noteSize(key, record, bytes?.length);
        return bytes;
    }

    async open(key: string): Promise<RecordStream | undefined> {
        const record = this.#open().get(key);
        if (record === undefined) return undefined;
        const path = join(this.#files, record.file);
        const descriptor = ifExists('read', path, () => openSync(path, 'r'));
        const size = descriptor === undefined ? undefined : fstatSync(descriptor).size;
        this.#noteSize(key, record, size);
        if (descriptor === undefined || size === undefined) return undefined;
        const content = readPieces(descriptor, path);
        const held = size <= HELD_RECORD ? await joinPieces(content) : content;
        return { ...recordMeta({ key, ...record }, size), content: held };
    }

    write(key: string, contentType: string, bytes: Uint8Array, encoding?: ContentEncoding): void | Promise<void> {
        const head = { key, contentType, contentEncoding: encoding };
        if (bytes.length <= LARGE_RECORD && !this.#queue.has(key)) return this.#writeNow(head, bytes);
        this.#open();
        const copy = Buffer.from(bytes);
        return this.#queue.run(key, () =>
            copy.length <= LARGE_RECORD ? this.#writeNow(head, copy) : this.#writeInBackground(head, copy),
        );
    }

    async receive(head: RecordHead, pieces: AsyncIterable<Uint8Array>): Promise<void> {
        this.#open();
        const { durability, temporary } = this.#disk;
        // It may still be there when this directory has another owner, whose names must be others.
        const path = join(temporary, newId());
        this.#receiving += 1;
        try {
            const size = await writePieces(path, pieces, durability);
            await this.#queue.run(head.key, () => this.#moveIn(head, path, size));
        } finally {
            this.#receiving -= 1;
            rmSync(path, { force: true });
        }
    }

    delete(key: string): void | Promise<void> {
        if (this.#queue.has(key)) return this.#queue.run(key, () => this.#deleteNow(key));
        this.#deleteNow(key);
    }

    /** Closes as soon as no write is under way. */
    close(): void {
        if (this.#phase === 'closed') return;
        this.#phase = 'closing';
        void this.#closeWhenSettled();
    }

    /** Takes back a closing that has not come about. */
    keepOpen(): this {
        if (this.#phase === 'closing') this.#phase = 'open';
        return this;
    }

    get isBusy(): boolean {
        return this.#queue.size > 0 || this.#receiving > 0;
    }

    /** Settles when no write is under way. */
    settled(): Promise<void> {
        return this.#queue.settled();
    }

    async #closeWhenSettled(): Promise<void> {
        if (this.#queue.size > 0) await this.#queue.settled();
        if (this.#phase !== 'closing') return;
        this.#phase = 'closed';
        this.#index?.close();
        this.#onClose();
    }

    #open(): RecordIndex {
        if (this.#phase === 'closed') {
            const message = `\`${this.#directory}\` has been closed or removed, and takes no more reads and writes.`;
            throw new EngineError('engine-closed', message, { details: { path: this.#directory } });
        }
        return (this.#index ??= new RecordIndex(this.#directory, this.#disk));
    }

    /** A person may have edited or removed a file, and what is there counts; but not if it was written meanwhile. */
    #noteSize(key: string, before: StoredRecord, size: number | undefined): void {
        if (this.#index?.get(key) === before) this.#index.correct(key, size);
    }

    #writeNow(head: RecordHead, bytes: Uint8Array): void {
        const target = this.#targetOf(head);
        if (target.isNew) {
            this.#commit(head, target, bytes.length, (path) => this.#writeFile(path, bytes));
            return;
        }
        const temporary = this.#disk.temporaryPath();
        onDisk('write', temporary, () => this.#writeFile(temporary, bytes));
        this.#moveIn(head, temporary, bytes.length);
    }

    async #writeInBackground(head: RecordHead, bytes: Uint8Array): Promise<void> {
        const path = this.#disk.temporaryPath();
        try {
            await writeNewFileInBackground(path, bytes, this.#disk.durability);
            this.#moveIn(head, path, bytes.length);
        } catch (cause) {
            throw diskError('write', path, cause);
        } finally {
            rmSync(path, { force: true });
        }
    }

    #moveIn(head: RecordHead, from: string, size: number): void {
        try {
            this.#commit(head, this.#targetOf(head), size, (path) => {
                makeDirectory(path);
                moveFile(from, path);
            });
        } catch (error) {
            rmSync(from, { force: true });
            throw error;
        }
    }

    /** The file for a record. Another type means another file, so that no bytes are ever taken for what they are not. */
    #targetOf(head: RecordHead): RecordTarget {
        const index = this.#open();
        const { contentType, contentEncoding } = head;
        const before = index.get(head.key);
        const isSameType = before?.contentType === contentType && before.contentEncoding === contentEncoding;
        if (isSameType) return { file: before.file, isNew: false };
        return { file: recordFileName(head, (name) => index.hasName(name)), isNew: true };
    }

    /** Puts the bytes into their file and lets them count, all of it or nothing. */
    #commit(head: RecordHead, { file, isNew }: RecordTarget, size: number, place: (path: string) => void): void {
        const { key, contentType, contentEncoding } = head;
        const index = this.#open();
        const before = index.get(key);
        const record = { file, contentType, contentEncoding, size };
        const path = join(this.#files, file);
        const placed = (): void => {
            place(path);
            if (this.#disk.durability === 'fsync') syncDirectory(this.#files);
        };
        try {
            // The step that the disk is more likely to refuse comes first, as long as the other one can be taken back.
            if (isNew) placed();
            index.set(key, record);
            if (!isNew) placed();
        } catch (cause) {
            this.#takeBack(key, before, isNew ? path : undefined);
            throw diskError('change a record in', this.#files, cause);
        }
        if (before !== undefined && before.file !== file) this.#removeFile(before.file);
    }

    /** After a failure, when the disk may refuse more: the caller gets the first failure. */
    #takeBack(key: string, before: StoredRecord | undefined, path: string | undefined): void {
        try {
            if (path !== undefined) rmSync(path, { force: true });
            this.#index?.set(key, before);
        } catch {
            this.#index?.correct(key, before?.size);
        }
    }

    #deleteNow(key: string): void {
        const index = this.#open();
        const before = index.get(key);
        if (before === undefined) return;
        index.set(key, undefined);
        this.#removeFile(before.file);
    }

    /** A file that stays because the disk refuses is not a record any more, and is overwritten by the next one of its name. */
    #removeFile(file: string): void {
        try {
            rmSync(join(this.#files, file), { force: true });
            if (this.#disk.durability === 'fsync') syncDirectory(this.#files);
        } catch {
            // The record itself is gone.
        }
    }

    #writeFile(path: string, bytes: Uint8Array): void {
        try {
            writeNewFile(path, [bytes], this.#disk.durability);
        } catch (error) {
            if (errnoOf(error) !== 'ENOENT' || existsSync(dirname(path))) {
                rmSync(path, { force: true });
                throw error;
            }
            makeDirectory(path);
            writeNewFile(path, [bytes], this.#disk.durability);
        }
    }
}

function makeDirectory(path: string): void {
    onDisk('make', dirname(path), () => mkdirSync(dirname(path), { recursive: true }));
}

/** The bytes of a file as it is now, or undefined if there is none. */
async function readRecord(path: string): Promise<Buffer | undefined> {
    let descriptor: number | undefined;
    try {
        // Opened at once, so that the record may be replaced or deleted while it is being read.
        descriptor = withDescriptors(() => openSync(path, 'r'));
        const { size } = fstatSync(descriptor);
        return size <= SMALL_RECORD ? readStart(descriptor, size) : await readWholeFile(descriptor);
    } catch (cause) {
        if (errnoOf(cause) === 'ENOENT') return undefined;
        throw diskError('read', path, cause);
    } finally {
        if (descriptor !== undefined) closeSync(descriptor);
    }
}

function readStart(descriptor: number, size: number): Buffer {
    const bytes = Buffer.allocUnsafe(size);
    let done = 0;
    for (let read = -1; read !== 0 && done < size; done += read) {
        read = readSync(descriptor, bytes, done, size - done, done);
    }
    return bytes.subarray(0, done);
}

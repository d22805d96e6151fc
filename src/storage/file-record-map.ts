import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import type { ContentEncoding, RecordHead, RecordStream } from '../model/streams.js';
import { newId } from '../util/ids.js';
import { writeNewFile, writeNewFileInBackground } from './atomic-file.js';
import type { RecordData, RecordMap, RecordMeta } from './backend.js';
import type { Disk } from './disk.js';
import { diskError } from './disk-error.js';
import { dumpRecords } from './dump-files.js';
import type { Intent, IntentFile } from './intent-file.js';
import { KeyedQueue } from './keyed-queue.js';
import { writePieces } from './file-pieces.js';
import { recordFileName } from './record-file-name.js';
import { RecordFiles, SMALL_RECORD } from './record-files.js';
import { RecordIndex, type StoredRecord } from './record-index.js';
import { recordMeta } from './record-meta.js';

/** Larger values are written in the thread pool. */
const LARGE_RECORD = 512 * 1024;

/** What a record map is given by its backend. */
export interface RecordMapContext {
    /** Id of the store. */
    id: string;
    directory: string;
    disk: Disk;
    intents: IntentFile;
    onClose(): void;
}

/** Records as files of a directory, listed in an index beside it. Nothing is read before it is asked for. */
export class FileRecordMap implements RecordMap {
    readonly #context: RecordMapContext;
    readonly #files: RecordFiles;
    readonly #index: RecordIndex;
    readonly #queue = new KeyedQueue();
    /** How many records are just coming in pieces. */
    #receiving = 0;
    #phase: 'unread' | 'open' | 'closing' | 'closed' = 'unread';

    constructor(context: RecordMapContext) {
        this.#context = context;
        this.#files = new RecordFiles(join(context.directory, 'records'), context.disk);
        this.#index = new RecordIndex(context.directory, context.disk);
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
        const index = this.#open();
        const record = index.get(key);
        if (record === undefined) return undefined;
        const bytes = await this.#files.read(record.file);
        this.#noteSize(key, record, bytes?.length);
        return bytes;
    }

    async open(key: string): Promise<RecordStream | undefined> {
        const record = this.#open().get(key);
        if (record === undefined) return undefined;
        const opened = await this.#files.open(record.file);
        this.#noteSize(key, record, opened?.size);
        return opened && { ...recordMeta({ key, ...record }, record.size), ...opened };
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
        const { disk } = this.#context;
        // It may still be there when this directory has another owner, whose names must be others.
        const name = `${disk.temporaryName()}-${newId()}`;
        const path = join(disk.temporary, name);
        this.#receiving += 1;
        try {
            const size = await writePieces(path, pieces, disk.durability);
            await this.#queue.run(head.key, () => {
                this.#open();
                this.#commit(this.#intentFor(head, size, name));
            });
        } catch (cause) {
            rmSync(path, { force: true });
            throw cause;
        } finally {
            this.#receiving -= 1;
        }
    }

    delete(key: string): void | Promise<void> {
        if (this.#queue.has(key)) return this.#queue.run(key, () => this.#deleteNow(key));
        this.#deleteNow(key);
    }

    /** All records, read at once. Of one that is just being written in the background, what it was before. */
    dump(): RecordData[] {
        return dumpRecords(this.#context.directory, this.#open());
    }

    /** Does again what a crash may have cut short. */
    redo(intent: Intent, bytes: Uint8Array): void {
        const { from } = intent;
        const isMoved = from !== undefined && from !== 'intent' && !this.#files.isWaiting(from);
        this.#open().set(intent.key, intent.record);
        try {
            this.#place(isMoved ? { ...intent, from: undefined } : intent, bytes);
        } catch (cause) {
            throw diskError('finish a write in', this.#files.directory, cause);
        }
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
        this.#index.close();
        this.#context.onClose();
    }

    #open(): RecordIndex {
        if (this.#phase === 'closed') {
            const message = `\`${this.#context.directory}\` has been closed or removed, and takes no more reads and writes.`;
            throw new EngineError('engine-closed', message, { details: { path: this.#context.directory } });
        }
        if (this.#phase !== 'unread') return this.#index;
        this.#index.open();
        this.#phase = 'open';
        return this.#index;
    }

    /** A person may have edited or removed a file, and what is there counts; but not if it was written meanwhile. */
    #noteSize(key: string, before: StoredRecord, size: number | undefined): void {
        const now = this.#index.get(key);
        if (now?.file === before.file && now.size === before.size) this.#index.correct(key, size);
    }

    #writeNow(head: RecordHead, bytes: Uint8Array): void {
        const before = this.#open().get(head.key);
        const isSmall = bytes.length <= SMALL_RECORD && (before === undefined || before.size <= SMALL_RECORD);
        if (isSmall) return this.#commit(this.#intentFor(head, bytes.length, 'intent'), bytes);
        const { disk } = this.#context;
        const name = disk.temporaryName();
        try {
            writeNewFile(join(disk.temporary, name), [bytes], disk.durability);
            this.#commit(this.#intentFor(head, bytes.length, name));
        } catch (cause) {
            throw this.#dropTemporary(name, cause);
        }
    }

    async #writeInBackground(head: RecordHead, bytes: Uint8Array): Promise<void> {
        const { disk } = this.#context;
        const name = disk.temporaryName();
        try {
            await writeNewFileInBackground(join(disk.temporary, name), bytes, disk.durability);
            this.#open();
            this.#commit(this.#intentFor(head, bytes.length, name));
        } catch (cause) {
            throw this.#dropTemporary(name, cause);
        }
    }

    #deleteNow(key: string): void {
        const before = this.#open().get(key);
        if (before !== undefined) this.#commit({ store: this.#context.id, key, obsolete: before.file });
    }

    #intentFor(head: RecordHead, size: number, from: string): Intent {
        const { key, contentType, contentEncoding } = head;
        const before = this.#index.get(key);
        const own = before?.file.toLowerCase();
        const isTaken = (name: string): boolean => name !== own && this.#index.hasName(name);
        const isOfItsKind = before?.contentType === contentType && before.contentEncoding === contentEncoding;
        const file = isOfItsKind ? before.file : recordFileName(head, isTaken);
        const obsolete = before?.file === file ? undefined : before?.file;
        return { store: this.#context.id, key, record: { file, contentType, contentEncoding, size }, from, obsolete };
    }

    /** Carries an intent out, all of it or nothing. */
    #commit(intent: Intent, bytes?: Uint8Array): void {
        const before = this.#index.get(intent.key);
        this.#context.intents.write(intent, bytes);
        try {
            this.#index.set(intent.key, intent.record);
            this.#place(intent, bytes);
        } catch (cause) {
            this.#undo(intent, before);
            throw diskError('change a record in', this.#files.directory, cause);
        }
    }

    #place({ record, from, obsolete }: Intent, bytes: Uint8Array = new Uint8Array()): void {
        if (record !== undefined && from === 'intent') this.#files.overwrite(record.file, bytes);
        else if (record !== undefined && from !== undefined) this.#files.moveIn(from, record.file);
        if (obsolete !== undefined) this.#files.remove(obsolete);
        this.#files.sync();
    }

    /** After a failure, when the disk may refuse more: as much as it allows goes back to where it was. */
    #undo({ key, record }: Intent, before: StoredRecord | undefined): void {
        const steps = [
            () => this.#index.set(key, before),
            () => record !== undefined && record.file !== before?.file && this.#files.remove(record.file),
            () => this.#context.intents.clear(),
        ];
        for (const step of steps) {
            try {
                step();
            } catch {
                // The failure that the caller hears of came first, and says more.
            }
        }
    }

    #dropTemporary(name: string, cause: unknown): EngineError {
        const path = join(this.#context.disk.temporary, name);
        rmSync(path, { force: true });
        return diskError('write', path, cause);
    }
}

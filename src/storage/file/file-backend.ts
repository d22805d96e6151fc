import { accessSync, constants, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageKind } from '../../model/api/storage.js';
import { syncDirectory } from './atomic-file.js';
import { assertInside } from './directory/assert-inside.js';
import { StorageBackend, type QueueJournal } from '../backend.js';
import type { FileSystemContext } from './file-system-context.js';
import { fsError, ifExists, wrapFsError, wrapFsErrorAsync } from './fs-error.js';
import { DocumentCollection } from '../document-collection.js';
import { FileItemLog } from './file-item-log.js';
import { FileRecordMap } from './file-record-map.js';
import { Journal, type JournalContent } from './journal.js';
import { KIND_LABELS, KIND_PATHS } from '../storage-metadata.js';

/** Matches the name of a removed storage's folder in the temporary directory. */
const REMOVED = /^removed-(dataset|keyValueStore|requestQueue)-([\w-]+)$/;

/** Maximum number of folders of a kind that are checked when a directory is opened, so that a large one opens as fast as a small one. */
const MAX_CHECKED = 1000;

/** Opens a backend that stores all storages in files of a directory that the caller owns. */
export async function openFileBackend(disk: FileSystemContext): Promise<StorageBackend> {
    const { temporary } = disk;
    disk.createFolder(temporary);
    const names = wrapFsError('list', temporary, () => readdirSync(temporary));
    for (const name of names.filter((one) => !REMOVED.test(one))) {
        await wrapFsErrorAsync('empty', temporary, () => rm(join(temporary, name), { recursive: true, force: true }));
    }
    return new FileBackend(disk, names);
}

class FileBackend extends StorageBackend<FileItemLog, FileRecordMap> {
    readonly isPersistent = true;
    readonly #disk: FileSystemContext;
    /** Names in the temporary directory, of storages whose removal a crash may have interrupted. */
    readonly #interruptedRemovals: readonly string[];
    readonly #journals = new Map<string, Journal>();

    constructor(disk: FileSystemContext, temporaryNames: readonly string[]) {
        super();
        this.#disk = disk;
        this.#interruptedRemovals = temporaryNames;
    }

    openMetadata<Metadata extends object>(
        kind: StorageKind,
        parse: (id: string, document: unknown) => Metadata,
    ): DocumentCollection<Metadata> {
        this.assertOpen();
        const location = { directory: join(this.#disk.directory, 'registry'), name: KIND_PATHS[kind] };
        const collection = new DocumentCollection({ location, disk: this.#disk, label: KIND_LABELS[kind], parse });
        this.#warnAboutUnreadable(kind, (id) => collection.has(id));
        for (const name of this.#interruptedRemovals) {
            const [, removedKind, id = ''] = REMOVED.exec(name) ?? [];
            if (removedKind !== kind) continue;
            collection.delete(id);
            const path = join(this.#disk.temporary, name);
            wrapFsError('remove', path, () => rmSync(path, { recursive: true, force: true }));
        }
        return collection;
    }

    async remove(kind: StorageKind, id: string, commit: () => void): Promise<void> {
        this.assertOpen(id);
        await this.#closeData(kind, id);
        const directory = this.#pathOf(kind, id);
        const removed = join(this.#disk.temporary, `removed-${kind}-${id}`);
        // The folder moves in one step. After a crash, its name says that the metadata must be removed too.
        const hadData = ifExists('remove', directory, () => {
            renameSync(directory, removed);
            return true;
        });
        try {
            if (hadData) this.#syncFolder(kind);
            commit();
        } catch (error) {
            if (hadData) renameSync(removed, directory);
            throw error;
        }
        if (hadData) await rm(removed, { recursive: true, force: true });
    }

    openJournal(id: string, content: JournalContent): QueueJournal {
        this.assertOpen(id);
        this.#journals.get(id)?.close();
        const journal = new Journal(
            { directory: this.#pathOf('requestQueue', id), name: 'journal' },
            this.#disk,
            content,
        );
        this.#journals.set(id, journal);
        return journal;
    }

    async close(): Promise<void> {
        if (this.isClosed) return;
        this.isClosed = true;
        try {
            await Promise.all(Array.from(this.records.values(), (records) => records.idle()));
            for (const map of [this.items, this.records, this.#journals]) {
                for (const data of [...map.values()]) data.close();
            }
        } finally {
            this.#disk.files.closeAll();
        }
    }

    /** Reports folders that cannot be read. Using one of these storages throws; all others are usable. */
    #warnAboutUnreadable(kind: StorageKind, isStorage: (id: string) => boolean): void {
        const folder = join(this.#disk.directory, KIND_PATHS[kind]);
        try {
            const names = ifExists('list', folder, () => readdirSync(folder)) ?? [];
            for (const id of names.filter(isStorage).slice(0, MAX_CHECKED)) {
                this.#warnIfUnreadable(join(folder, id), `The ${KIND_LABELS[kind]} ${id}`);
            }
        } catch (error) {
            this.#disk.warn((error as Error).message);
        }
    }

    #warnIfUnreadable(path: string, subject: string): void {
        try {
            accessSync(path, constants.R_OK | constants.X_OK);
        } catch (cause) {
            this.#disk.warn(`${subject} cannot be used: ${fsError('read', path, cause).message}`);
        }
    }

    /** Closes the data of a storage after its last write. */
    async #closeData(kind: StorageKind, id: string): Promise<void> {
        if (kind === 'dataset') {
            this.items.get(id)?.discard();
        } else if (kind === 'requestQueue') {
            this.#journals.get(id)?.close();
            this.#journals.delete(id);
        } else {
            const records = this.records.get(id);
            await records?.idle();
            records?.close();
        }
        this.#disk.files.closeUnder(this.#pathOf(kind, id));
    }

    #pathOf(kind: StorageKind, id: string): string {
        const path = join(this.#disk.directory, KIND_PATHS[kind], id);
        assertInside(this.#disk.directory, path);
        return path;
    }

    #syncFolder(kind: StorageKind): void {
        if (this.#disk.durability !== 'fsync') return;
        const folder = join(this.#disk.directory, KIND_PATHS[kind]);
        wrapFsError('sync', folder, () => syncDirectory(folder));
    }

    protected createItems(id: string): FileItemLog {
        return new FileItemLog(this.#pathOf('dataset', id), this.#disk, () => this.items.delete(id));
    }

    protected createRecords(id: string): FileRecordMap {
        return new FileRecordMap(this.#pathOf('keyValueStore', id), this.#disk, () => this.records.delete(id));
    }
}

import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageKind } from '../../model/api/storage.js';
import { syncDirectory } from './atomic-file.js';
import { StorageBackend, type QueueJournal } from '../backend.js';
import type { FileSystemContext } from './file-system-context.js';
import { ifExists, wrapFsError, wrapFsErrorAsync } from './fs-error.js';
import { DocumentCollection } from '../document-collection.js';
import { FileItemLog } from './file-item-log.js';
import { FileRecordMap } from './file-record-map.js';
import { Journal, type JournalContent } from './journal.js';
import { KIND_LABELS, KIND_PATHS } from '../storage-metadata.js';

/** The name that the folder of a removed storage has in the temporary directory. */
const REMOVED = /^removed-(dataset|keyValueStore|requestQueue)-([\w-]+)$/;

/** Keeps all storages in files of a directory that the caller owns. */
export async function openFileBackend(disk: FileSystemContext): Promise<StorageBackend> {
    const { temporary } = disk;
    wrapFsError('make', temporary, () => mkdirSync(temporary, { recursive: true }));
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

    constructor(disk: FileSystemContext, leftovers: readonly string[]) {
        super();
        this.#disk = disk;
        this.#interruptedRemovals = leftovers;
    }

    openMetadata<Metadata extends object>(
        kind: StorageKind,
        read: (id: string, document: unknown) => Metadata,
    ): DocumentCollection<Metadata> {
        this.assertOpen();
        const location = { directory: join(this.#disk.directory, 'registry'), name: KIND_PATHS[kind] };
        const collection = new DocumentCollection({
            location,
            disk: this.#disk,
            label: KIND_LABELS[kind],
            parse: read,
        });
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
        // Its folder goes in one step. After a crash, its name says that the metadata has to go as well.
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
                for (const open of [...map.values()]) open.close();
            }
        } finally {
            this.#disk.files.closeAll();
        }
    }

    /** Makes sure that nothing more is written to a storage. */
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
        return join(this.#disk.directory, KIND_PATHS[kind], id);
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

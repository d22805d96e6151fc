import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../errors/engine-error.js';
import type { StorageKind } from '../model/storage.js';
import { syncDirectory, type Durability } from './atomic-file.js';
import type {
    DamagedStorage,
    ItemLog,
    Journal,
    LoadedStorage,
    RecordMap,
    StorageBackend,
    StorageData,
    StoredStorage,
} from './backend.js';
import { claimDirectory, type DirectoryClaim } from './directory-owner.js';
import type { Disk } from './disk.js';
import { ifExists, isDamage, onDisk, onDiskLater } from './disk-error.js';
import { FileOutlines, metadataPath } from './file-outlines.js';
import type { StorageOutline } from './storage-outline.js';
import { dumpLines, fillFiles } from './dump-files.js';
import { FileItemLog } from './file-item-log.js';
import { FileJournal } from './file-journal.js';
import { FileRecordMap } from './file-record-map.js';
import { IntentFile, type Intent } from './intent-file.js';
import { JsonFile } from './json-file.js';
import { OpenFiles } from './open-files.js';
import { isFileName } from './record-index.js';
import { checkStorageId, isStorageId } from './storage-id.js';

/** How to keep storages in files. */
export interface FileBackendOptions {
    /** Made if it is missing. */
    directory: string;
    /** What an answered write has survived: a kill of the process, or also a loss of power. */
    durability: Durability;
    /** Told of what a crash had left behind and has been put right. Default: nobody is. */
    onWarning?: (message: string) => void;
    /**
     * A claim on `directory`, of the latest layout, that the caller made and will release. Default: the backend makes one and releases it when
     * it is closed.
     */
    claim?: DirectoryClaim;
}

const FOLDERS = {
    dataset: 'datasets',
    keyValueStore: 'key-value-stores',
    requestQueue: 'request-queues',
} as const satisfies Record<StorageKind, string>;

/**
 * Keeps all storages in files of a directory that no other engine may use at the same time.
 *
 * @throws {@link EngineError} `storage-in-use`, `storage-corrupted` or `storage-failed`, as {@link claimDirectory}.
 */
export async function openFileBackend(options: FileBackendOptions): Promise<StorageBackend> {
    const claim = options.claim ?? (await claimDirectory(options.directory));
    try {
        const backend = new FileBackend(claim, options);
        await backend.recover();
        return backend;
    } catch (error) {
        if (options.claim === undefined) claim.release();
        throw error;
    }
}

class FileBackend implements StorageBackend {
    readonly #claim: DirectoryClaim;
    readonly #ownsClaim: boolean;
    readonly #disk: Disk;
    readonly #intents: IntentFile;
    readonly #outlines: Record<StorageKind, FileOutlines>;
    readonly #items = new Map<string, FileItemLog>();
    readonly #records = new Map<string, FileRecordMap>();
    readonly #journals = new Map<string, FileJournal>();
    #isClosed = false;

    constructor(claim: DirectoryClaim, { durability, onWarning, claim: given }: FileBackendOptions) {
        this.#claim = claim;
        this.#ownsClaim = given === undefined;
        const temporary = join(claim.directory, 'tmp');
        let names = 0;
        const temporaryName = (): string => String(++names);
        this.#disk = {
            files: new OpenFiles(),
            durability,
            temporary,
            temporaryName,
            temporaryPath: () => join(temporary, temporaryName()),
            warn: (message) => onWarning?.(message),
        };
        this.#intents = new IntentFile(join(temporary, 'intent'), this.#disk);
        const outlinesOf = (kind: StorageKind): FileOutlines => {
            const path = join(claim.directory, 'registry', `${FOLDERS[kind]}.jsonl`);
            const folder = join(claim.directory, FOLDERS[kind]);
            return new FileOutlines({ kind, path, folder, disk: this.#disk, load: (id) => this.#load(kind, id) });
        };
        this.#outlines = {
            dataset: outlinesOf('dataset'),
            keyValueStore: outlinesOf('keyValueStore'),
            requestQueue: outlinesOf('requestQueue'),
        };
    }

    /** Finishes or forgets what was under way when the last owner stopped. */
    async recover(): Promise<void> {
        const { temporary } = this.#disk;
        const last = this.#intents.read();
        if (last !== undefined && isStorageId(last.intent.store) && isFileName(last.intent.record?.file ?? 'none')) {
            // A store that has been removed since has nothing to finish.
            const isThere = existsSync(this.#pathOf('keyValueStore', last.intent.store));
            if (isThere) this.#redo(last.intent, last.bytes);
        }
        await onDiskLater('empty', temporary, () => rm(temporary, { recursive: true, force: true }));
        onDisk('make', temporary, () => mkdirSync(temporary));
    }

    #redo(intent: Intent, bytes: Uint8Array): void {
        try {
            this.#recordsOf(intent.store).redo(intent, bytes);
        } catch (error) {
            if (!isDamage(error)) throw error;
            const { message } = error as EngineError;
            this.#disk.warn(`The last write of record \`${intent.key}\` could not be finished: ${message}`);
        }
    }

    async loadAll(kind: StorageKind): Promise<LoadedStorage[]> {
        this.#check();
        const folder = join(this.#claim.directory, FOLDERS[kind]);
        const names = ifExists('list', folder, () => readdirSync(folder)) ?? [];
        // In an order that is always the same, for those that are of the same age.
        const ids = names.filter(isStorageId).toSorted();
        return ids.map((id) => this.#load(kind, id)).filter((loaded) => loaded !== undefined);
    }

    async outlineAll(kind: StorageKind): Promise<(StorageOutline | DamagedStorage)[]> {
        this.#check();
        return this.#outlines[kind].open();
    }

    load(kind: StorageKind, id: string): unknown {
        this.#check(id);
        const loaded = this.#load(kind, id);
        if (loaded === undefined) return undefined;
        if ('damage' in loaded) throw loaded.damage;
        return loaded.metadata;
    }

    saveMetadata(kind: StorageKind, id: string, metadata: unknown): void {
        this.#check(id);
        this.#outlines[kind].save(id, metadata, () => this.#write(kind, id, metadata));
    }

    #write(kind: StorageKind, id: string, metadata: unknown): void {
        const directory = this.#pathOf(kind, id);
        const isNew = onDisk('make', directory, () => mkdirSync(directory, { recursive: true })) !== undefined;
        this.#metadataOf(kind, id, this.#disk.temporaryPath()).write(metadata as object);
        if (isNew) this.#syncFolder(kind);
    }

    async remove(kind: StorageKind, id: string): Promise<void> {
        this.#check(id);
        await this.#abandon(kind, id);
        const directory = this.#pathOf(kind, id);
        const removed = join(this.#disk.temporary, this.#disk.temporaryName());
        // Out of sight in one step, so that a crash leaves all of it or nothing.
        const wasThere = ifExists('remove', directory, () => {
            renameSync(directory, removed);
            return true;
        });
        this.#outlines[kind].forget(id);
        if (wasThere === undefined) return;
        this.#syncFolder(kind);
        await rm(removed, { recursive: true, force: true });
    }

    openItems(id: string): ItemLog {
        this.#check(id);
        const open = this.#items.get(id);
        if (open !== undefined) return open;
        const log = new FileItemLog(this.#pathOf('dataset', id), this.#disk, () => this.#items.delete(id));
        this.#items.set(id, log);
        return log;
    }

    openRecords(id: string): RecordMap {
        this.#check(id);
        return this.#recordsOf(id);
    }

    openJournal(id: string): Journal {
        this.#check(id);
        const open = this.#journals.get(id);
        if (open !== undefined) return open;
        const journal = new FileJournal(
            { directory: this.#pathOf('requestQueue', id), name: 'journal' },
            this.#disk,
            () => this.#journals.delete(id),
        );
        this.#journals.set(id, journal);
        return journal;
    }

    dump(kind: StorageKind, id: string): StorageData {
        this.#check(id);
        if (kind !== 'keyValueStore') return { lines: dumpLines(this.#pathOf(kind, id), kind), records: [] };
        const wasOpen = this.#records.has(id);
        const map = this.#recordsOf(id);
        const records = map.dump();
        if (!wasOpen) map.close();
        return { lines: [], records };
    }

    fill(kind: StorageKind, { id, metadata, ...data }: StoredStorage): void {
        this.saveMetadata(kind, id, metadata);
        fillFiles(this.#pathOf(kind, id), kind, data, this.#disk);
    }

    async close(): Promise<void> {
        if (this.#isClosed) return;
        this.#isClosed = true;
        try {
            await Promise.all(Array.from(this.#records.values(), (records) => records.settled()));
            for (const map of [this.#items, this.#records, this.#journals]) {
                for (const open of [...map.values()]) open.close();
            }
            this.#intents.close();
            for (const outlines of Object.values(this.#outlines)) outlines.close();
        } finally {
            this.#disk.files.closeAll();
            if (this.#ownsClaim) this.#claim.release();
        }
    }

    #load(kind: StorageKind, id: string): LoadedStorage | undefined {
        try {
            const metadata = this.#metadataOf(kind, id).read();
            if (metadata !== undefined) return { id, metadata };
            return this.#isHalfMade(kind, id) ? undefined : { id, damage: withoutMetadata(this.#pathOf(kind, id)) };
        } catch (error) {
            if (!isDamage(error)) throw error;
            return { id, damage: error as EngineError };
        }
    }

    /** What was never more than a folder goes: its metadata come before all else. */
    #isHalfMade(kind: StorageKind, id: string): boolean {
        const directory = this.#pathOf(kind, id);
        return (
            ifExists('look at', directory, () => {
                if (readdirSync(directory).length > 0) return false;
                rmdirSync(directory);
                return true;
            }) ?? true
        );
    }

    #recordsOf(id: string): FileRecordMap {
        const open = this.#records.get(id);
        if (open !== undefined) return open.keepOpen();
        const records = new FileRecordMap({
            id,
            directory: this.#pathOf('keyValueStore', id),
            disk: this.#disk,
            intents: this.#intents,
            onClose: () => this.#records.delete(id),
        });
        this.#records.set(id, records);
        return records;
    }

    /** Makes sure that nothing more is written to a storage. */
    async #abandon(kind: StorageKind, id: string): Promise<void> {
        if (kind === 'dataset') this.#items.get(id)?.abandon();
        else if (kind === 'requestQueue') this.#journals.get(id)?.close();
        else {
            const records = this.#records.get(id);
            await records?.settled();
            records?.close();
            this.#intents.clear(id);
        }
        this.#disk.files.closeUnder(this.#pathOf(kind, id));
    }

    #metadataOf(kind: StorageKind, id: string, temporary?: string): JsonFile<object> {
        const path = metadataPath(join(this.#claim.directory, FOLDERS[kind]), id);
        return new JsonFile(path, { durability: this.#disk.durability, times: 'texts', temporary });
    }

    #pathOf(kind: StorageKind, id: string): string {
        return join(this.#claim.directory, FOLDERS[kind], id);
    }

    #syncFolder(kind: StorageKind): void {
        if (this.#disk.durability !== 'fsync') return;
        const folder = join(this.#claim.directory, FOLDERS[kind]);
        onDisk('sync', folder, () => syncDirectory(folder));
    }

    #check(id?: string): void {
        if (this.#isClosed) throw new EngineError('engine-closed', 'The storages of this engine have been closed.');
        if (id !== undefined) checkStorageId(id);
    }
}

function withoutMetadata(directory: string): EngineError {
    const path = join(directory, 'metadata.json');
    const message = `\`${path}\` is missing, though there is data beside it. Restore it from a backup, or remove the folder.`;
    return new EngineError('storage-corrupted', message, { details: { path } });
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { checkTargets, applySeed, validateSeed, type SeedTargets } from '../seed.js';
import { checkFolderName } from '../names.js';
import { KIND_LABELS } from '../storage-metadata.js';
import {
    FOLDERS,
    listNames,
    groupNames,
    createProgressReporter,
    type ReportProgress,
    type TransferredStorage,
} from './layout.js';
import { readDataset, readQueue, readStore, type SkipFile } from './read-storages.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { ImportedStorages, ImportOptions, SkippedFile } from '../../model/transfer.js';
import type { Storages } from '../storages.js';

/** A folder that contains a storage. */
interface StorageFolder {
    kind: StorageKind;
    name: string;
    folder: string;
}

/** Matches folders that Crawlee is about to remove. */
const LEFTOVER = /^__(?:CRAWLEE_|OLD_)/;

/**
 * Imports all storages of a directory in Crawlee's layout. Each is read into an unnamed storage. When all are complete, they get their
 * names, so that other users find either all of them or none.
 */
export async function importStorages(
    storages: Storages,
    directory: string,
    options: ImportOptions,
    now: number,
): Promise<ImportedStorages> {
    const found = await findFolders(directory, options);
    for (const folder of found) assertNameFree(storages, folder, options);
    const imported: TransferredStorage[] = [];
    const skipped: SkippedFile[] = [];
    try {
        for (const folder of found) {
            options.signal?.throwIfAborted();
            const { id } = storages.of(folder.kind).create();
            imported.push({ kind: folder.kind, name: folder.name, id });
            await importInto(storages, id, folder, {
                reportProgress: createProgressReporter(folder, options),
                skip: (path, reason) => skipped.push({ path, reason }),
                now,
            });
        }
        // A storage of that name may have been created in the meantime.
        for (const folder of found) assertNameFree(storages, folder, options);
        for (const storage of imported) await assignName(storages, storage);
    } catch (error) {
        for (const { kind, id } of imported) {
            if (!storages.of(kind).find(id)?.info().name) await storages.of(kind).remove(id);
        }
        throw error;
    }
    return { ...groupNames(imported), ...(skipped.length > 0 && { skipped }) };
}

async function findFolders(directory: string, { filter = () => true }: ImportOptions): Promise<StorageFolder[]> {
    const folders: StorageFolder[] = [];
    for (const kind of Object.keys(FOLDERS) as StorageKind[]) {
        const parent = join(directory, FOLDERS[kind]);
        const names = (await listNames(parent, 'folder')).filter(
            (name) => !LEFTOVER.test(name) && !name.startsWith('.'),
        );
        folders.push(...names.map((name) => ({ kind, name, folder: join(parent, name) })));
    }
    if (!Object.values(FOLDERS).some((name) => existsSync(join(directory, name)))) {
        const message =
            `\`${directory}\` has none of the folders ${Object.values(FOLDERS).join(', ')} of a Crawlee storage ` +
            'directory. Pass the path of such a directory, usually `./storage`.';
        throw new EngineError('invalid-value', message, { details: { path: directory } });
    }
    const selected = folders.filter(filter);
    for (const { name, folder } of selected) checkFolderName(`name of ${folder}`, name);
    return selected;
}

function assertNameFree(storages: Storages, { kind, name }: StorageFolder, { overwrite }: ImportOptions): void {
    if (overwrite === true || storages.of(kind).find(name) === undefined) return;
    const message = `A ${KIND_LABELS[kind]} named \`${name}\` already exists.`;
    throw new EngineError('name-not-unique', message, { details: { kind, name }, remedy: 'overwrite-storage' });
}

async function importInto(
    { datasets, keyValueStores, requestQueues }: Storages,
    id: string,
    { kind, folder }: StorageFolder,
    { reportProgress, skip, now }: { reportProgress: ReportProgress; skip: SkipFile; now: number },
): Promise<void> {
    if (kind === 'keyValueStore') {
        const store = keyValueStores.find(id)!;
        for (const { key, bytes, contentType } of await readStore(folder, reportProgress, skip))
            await store.set(key, bytes, contentType);
        return;
    }
    const isDataset = kind === 'dataset';
    const targets: SeedTargets = isDataset
        ? { dataset: datasets.find(id)! }
        : { requestQueue: requestQueues.find(id)! };
    const seed = await validateSeed(
        folder,
        isDataset
            ? { items: await readDataset(folder, reportProgress, skip) }
            : { requests: await readQueue(folder, reportProgress, { skip, now }) },
    );
    checkTargets(seed, targets);
    await applySeed(seed, targets);
}

/** Names a storage and removes the one that had the name before. */
async function assignName(storages: Storages, { kind, name, id }: TransferredStorage): Promise<void> {
    const collection = storages.of(kind);
    const previous = collection.find(name);
    if (previous) await collection.remove(previous.id);
    collection.find(id)!.update({ name }, checkFolderName);
}

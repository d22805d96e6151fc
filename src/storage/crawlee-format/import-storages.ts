import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { checkTargets, applySeed, validateSeed, type SeedTargets } from '../seed.js';
import { checkStorageName } from '../names.js';
import { KIND_LABELS } from '../storage-metadata.js';
import {
    FOLDERS,
    listNames,
    groupNames,
    createProgressReporter,
    type ReportProgress,
    type TransferredStorage,
} from './layout.js';
import { readDataset, readQueue, readStore } from './read-storages.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { ImportOptions, TransferredStorages } from '../../model/transfer.js';
import type { Storages } from '../storages.js';

/** A folder with a storage in it. */
interface StorageFolder {
    kind: StorageKind;
    name: string;
    folder: string;
}

/** Folders that Crawlee is about to remove. */
const LEFTOVER = /^__(?:CRAWLEE_|OLD_)/;

/**
 * Imports all storages of a directory in Crawlee's layout. Each is read into a storage without a name; when all have been, they
 * get their names, so that whoever looks finds all of them or none.
 */
export async function importStorages(
    storages: Storages,
    directory: string,
    options: ImportOptions,
    now: number,
): Promise<TransferredStorages> {
    const found = await findFolders(directory, options);
    for (const one of found) assertFree(storages, one, options);
    const imported: TransferredStorage[] = [];
    try {
        for (const one of found) {
            options.signal?.throwIfAborted();
            const { id } = storages.of(one.kind).create();
            imported.push({ kind: one.kind, name: one.name, id });
            await importInto(storages, id, one, { step: createProgressReporter(one, options), now });
        }
        // Somebody may have made one in the meantime.
        for (const one of found) assertFree(storages, one, options);
        for (const one of imported) await assignName(storages, one);
    } catch (error) {
        for (const { kind, id } of imported) {
            if (storages.of(kind).find(id)?.info().name === undefined) await storages.of(kind).remove(id);
        }
        throw error;
    }
    return groupNames(imported);
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
            `\`${directory}\` has none of the folders ${Object.values(FOLDERS).join(', ')}, as Crawlee's storage ` +
            'directories have. Give the path of such a directory, usually `./storage`.';
        throw new EngineError('invalid-value', message, { details: { path: directory } });
    }
    const wanted = folders.filter(filter);
    for (const { name, folder } of wanted) checkStorageName(`the name of the folder ${folder}`, name);
    return wanted;
}

function assertFree(storages: Storages, { kind, name }: StorageFolder, { overwrite }: ImportOptions): void {
    if (overwrite === true || storages.of(kind).find(name) === undefined) return;
    const message = `A ${KIND_LABELS[kind]} named \`${name}\` already exists.`;
    throw new EngineError('name-not-unique', message, { details: { kind, name }, remedy: 'overwrite-storage' });
}

async function importInto(
    { datasets, keyValueStores, requestQueues }: Storages,
    id: string,
    { kind, folder }: StorageFolder,
    { step, now }: { step: ReportProgress; now: number },
): Promise<void> {
    if (kind === 'keyValueStore') {
        const store = keyValueStores.find(id)!;
        for (const { key, bytes, contentType } of await readStore(folder, step))
            await store.set(key, bytes, contentType);
        return;
    }
    const isDataset = kind === 'dataset';
    const beds: SeedTargets = isDataset ? { dataset: datasets.find(id)! } : { requestQueue: requestQueues.find(id)! };
    const seed = await validateSeed(
        folder,
        isDataset ? { items: await readDataset(folder, step) } : { requests: await readQueue(folder, step, now) },
    );
    checkTargets(seed, beds);
    await applySeed(seed, beds);
}

/** What had the name before goes first. */
async function assignName(storages: Storages, { kind, name, id }: TransferredStorage): Promise<void> {
    const collection = storages.of(kind);
    const before = collection.find(name);
    if (before) await collection.remove(before.id);
    collection.find(id)!.update({ name });
}

import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { checkBeds, plant, readSeed } from '../../client/seed.js';
import { checkStorageName } from '../../storage/names.js';
import { KIND_LABELS } from '../../storage/storage-document.js';
import { FOLDERS, foldersIn, LIST_NAMES, stepOf, STORAGE_KINDS } from './layout.js';
import { openDataset, openQueue, openStore } from './read-storages.js';
import type { StorageKind } from '../../model/storage.js';
import type { ImportOptions, TransferredStorages } from '../../model/transfer.js';
import type { Storages } from '../../storage/storages.js';

/** A storage that has been read and has no name yet. */
interface Imported {
    kind: StorageKind;
    name: string;
    id: string;
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
    for (const { kind, name } of found) assertFree(storages, kind, name, options);
    const imported: Imported[] = [];
    try {
        for (const { kind, name, folder } of found) {
            options.signal?.throwIfAborted();
            const id = collectionOf(storages, kind).create().id;
            imported.push({ kind, name, id });
            await importInto(storages, { kind, name, id, folder, now }, options);
        }
        // Somebody may have made one in the meantime.
        for (const { kind, name } of found) assertFree(storages, kind, name, options);
        for (const one of imported) await giveName(storages, one);
    } catch (error) {
        for (const { kind, id } of imported) {
            const storage = collectionOf(storages, kind).find(id);
            if (storage?.info().name === undefined) await collectionOf(storages, kind).remove(id);
        }
        throw error;
    }
    const names: TransferredStorages = { datasets: [], keyValueStores: [], requestQueues: [] };
    for (const { kind, name } of imported) names[LIST_NAMES[kind]].push(name);
    return names;
}

async function findFolders(
    directory: string,
    { filter = () => true }: ImportOptions,
): Promise<{ kind: StorageKind; name: string; folder: string }[]> {
    const folders: { kind: StorageKind; name: string; folder: string }[] = [];
    let hasAny = false;
    for (const kind of STORAGE_KINDS) {
        const parent = join(directory, FOLDERS[kind]);
        hasAny ||= (await stat(parent).catch(() => undefined))?.isDirectory() ?? false;
        const names = (await foldersIn(parent)).filter((name) => !LEFTOVER.test(name) && !name.startsWith('.'));
        folders.push(...names.map((name) => ({ kind, name, folder: join(parent, name) })));
    }
    if (!hasAny) {
        const message =
            `\`${directory}\` has none of the folders ${Object.values(FOLDERS).join(', ')}, as Crawlee's storage ` +
            'directories have. Give the path of such a directory, usually `./storage`.';
        throw new EngineError('invalid-value', message, { details: { path: directory } });
    }
    const wanted = folders.filter(filter);
    for (const { folder } of wanted) checkStorageName(`the name of the folder ${folder}`, basename(folder));
    return wanted;
}

function assertFree(storages: Storages, kind: StorageKind, name: string, { overwrite }: ImportOptions): void {
    if (overwrite === true || collectionOf(storages, kind).find(name) === undefined) return;
    const message = `There is a ${KIND_LABELS[kind]} \`${name}\` already. Set \`overwrite: true\` to replace it, or rename one of the two.`;
    throw new EngineError('name-not-unique', message, { details: { kind, name } });
}

async function importInto(
    storages: Storages,
    { kind, name, id, folder, now }: Imported & { folder: string; now: number },
    options: ImportOptions,
): Promise<void> {
    const beds = {
        ...(kind === 'dataset' && { dataset: storages.datasets.find(id)! }),
        ...(kind === 'keyValueStore' && { keyValueStore: storages.keyValueStores.find(id)! }),
        ...(kind === 'requestQueue' && { requestQueue: storages.requestQueues.find(id)! }),
    };
    if (kind === 'keyValueStore') {
        const reader = await openStore(folder);
        for (const { key, bytes, contentType } of await reader.read(stepOf(kind, name, reader.total, options))) {
            await beds.keyValueStore!.set(key, bytes, contentType);
        }
        return;
    }
    const reader = kind === 'dataset' ? await openDataset(folder) : await openQueue(folder, now);
    const contents = await reader.read(stepOf(kind, name, reader.total, options));
    const seed = await readSeed(folder, { [kind === 'dataset' ? 'items' : 'requests']: contents });
    checkBeds(seed, beds);
    await plant(seed, beds);
}

/** What had the name before goes first. */
async function giveName(storages: Storages, { kind, name, id }: Imported): Promise<void> {
    const collection = collectionOf(storages, kind);
    const before = collection.find(name);
    if (before) await collection.remove(before.id);
    collection.find(id)!.update({ name });
}

function collectionOf(storages: Storages, kind: StorageKind): StorageDoor {
    return {
        dataset: storages.datasets,
        keyValueStore: storages.keyValueStores,
        requestQueue: storages.requestQueues,
    }[kind];
}

/** A collection of whichever kind. */
interface StorageDoor {
    create(): { id: string };
    find(
        idOrName: string,
    ): { id: string; info(): { name?: string }; update(fields: { name: string }): unknown } | undefined;
    remove(id: string): Promise<void>;
}

import { readdir } from 'node:fs/promises';
import { fsError, errnoOf } from '../file/fs-error.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { ExportOptions, TransferredStorages } from '../../model/transfer.js';

/*
 * The directory layout of Crawlee's memory storage, as version 3 of `@crawlee/memory-storage` reads and writes it:
 *
 *     datasets/NAME/000000001.json                  one item, numbered from 1
 *     key_value_stores/NAME/KEY.EXTENSION           one record
 *     key_value_stores/NAME/KEY.__metadata__.json   the type of a record; often missing
 *     request_queues/NAME/ID.json                   one request, with its position as `orderNo`; null when handled
 *     …/NAME/__metadata__.json                      the metadata of a storage; often missing
 */

/** The folder of each kind of storage. */
export const FOLDERS: Readonly<Record<StorageKind, string>> = {
    dataset: 'datasets',
    keyValueStore: 'key_value_stores',
    requestQueue: 'request_queues',
};

export const METADATA_FILE = '__metadata__.json';

/** A storage and the name of its folder. */
export interface TransferredStorage {
    kind: StorageKind;
    name: string;
    id: string;
}

/** Called at the start of a storage and after each batch, with the number of finished entries and of all. */
export type ReportProgress = (done: number, total: number) => void;

/** Number of files that are read or written at the same time. */
const BATCH_SIZE = 64;

/** Processes items in concurrent batches and reports progress after each batch. Returns the results in the order of the items. */
export async function inBatches<Item, Result>(
    items: readonly Item[],
    work: (item: Item, index: number) => Promise<Result>,
    reportProgress: (done: number) => void,
): Promise<Result[]> {
    const results: Result[] = [];
    for (let from = 0; from < items.length; from += BATCH_SIZE) {
        const batch = items.slice(from, from + BATCH_SIZE).map((item, index) => work(item, from + index));
        // Waits for all, so that none writes to a folder that is being removed after a failure.
        await Promise.allSettled(batch);
        results.push(...(await Promise.all(batch)));
        reportProgress(results.length);
    }
    return results;
}

/** Creates the function that reports the progress of a storage and checks for an abort. */
export function createProgressReporter(
    { kind, name }: Omit<TransferredStorage, 'id'>,
    { signal, onProgress }: ExportOptions,
): ReportProgress {
    return (done, total) => {
        signal?.throwIfAborted();
        onProgress?.({ kind, name, done, total });
    };
}

/** Returns the names of storages by kind. */
export function groupNames(storages: readonly TransferredStorage[]): TransferredStorages {
    const names = (kind: StorageKind): string[] => storages.filter((one) => one.kind === kind).map(({ name }) => name);
    return {
        datasets: names('dataset'),
        keyValueStores: names('keyValueStore'),
        requestQueues: names('requestQueue'),
    };
}

/** Returns the sorted names of the files, folders or both in a folder; none if the folder does not exist. */
export async function listNames(folder: string, type?: 'file' | 'folder'): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
        if (errnoOf(cause) === 'ENOENT') return [];
        throw fsError('list', folder, cause);
    });
    const matching = entries.filter((entry) => {
        return type === undefined || (type === 'file' ? entry.isFile() : entry.isDirectory());
    });
    return matching.map(({ name }) => name).toSorted();
}

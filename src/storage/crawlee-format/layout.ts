import { readdir } from 'node:fs/promises';
import { fsError, errnoOf } from '../file/fs-error.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { ExportOptions, TransferredStorages } from '../../model/transfer.js';

/*
 * The directory layout of Crawlee's memory storage, as version 3 of `@crawlee/memory-storage` reads and writes it:
 *
 *     datasets/NAME/000000001.json             an item each, numbered from 1
 *     key_value_stores/NAME/KEY.EXTENSION      a record each
 *     request_queues/NAME/ID.json              a request each, with its place as `orderNo`; null when handled
 *     …/NAME/__metadata__.json                 what is known of the storage; often missing
 *     key_value_stores/NAME/KEY.__metadata__.json   the type of a record; often missing
 */

/** The folder of each kind of storage. */
export const FOLDERS: Readonly<Record<StorageKind, string>> = {
    dataset: 'datasets',
    keyValueStore: 'key_value_stores',
    requestQueue: 'request_queues',
};

export const METADATA_FILE = '__metadata__.json';

/** One storage, under the name of its folder. */
export interface TransferredStorage {
    kind: StorageKind;
    name: string;
    id: string;
}

/** Called before the first part of a storage, and after some, with the number of all. */
export type ReportProgress = (done: number, total: number) => void;

/** So many files are read or written at once. */
const BATCH_SIZE = 64;

/** Does some work for each, some at once, in between telling how far it has come. What comes back is in order. */
export async function inBatches<Item, Result>(
    items: readonly Item[],
    work: (item: Item, index: number) => Promise<Result>,
    step: (done: number) => void,
): Promise<Result[]> {
    const results: Result[] = [];
    for (let from = 0; from < items.length; from += BATCH_SIZE) {
        const batch = items.slice(from, from + BATCH_SIZE).map((item, index) => work(item, from + index));
        // All have settled when this rejects, so that none writes into a folder that is being removed.
        await Promise.allSettled(batch);
        results.push(...(await Promise.all(batch)));
        step(results.length);
    }
    return results;
}

/** What is called between two batches of one storage. */
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
export function groupNames(all: readonly TransferredStorage[]): TransferredStorages {
    const names = (kind: StorageKind): string[] => all.filter((one) => one.kind === kind).map(({ name }) => name);
    return {
        datasets: names('dataset'),
        keyValueStores: names('keyValueStore'),
        requestQueues: names('requestQueue'),
    };
}

/** Returns the names of the files or folders in a folder, in order, or of both; none if the folder does not exist. */
export async function listNames(folder: string, type?: 'file' | 'folder'): Promise<string[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
        if (errnoOf(cause) === 'ENOENT') return [];
        throw fsError('list', folder, cause);
    });
    const wanted = entries.filter((entry) => {
        return type === undefined || (type === 'file' ? entry.isFile() : entry.isDirectory());
    });
    return wanted.map(({ name }) => name).toSorted();
}

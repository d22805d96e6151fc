import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { diskError, errnoOf } from '../../storage/disk-error.js';
import type { StorageKind } from '../../model/storage.js';
import type { ImportOptions, TransferredStorages } from '../../model/transfer.js';

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

/** Under which name each kind is told of. */
export const LIST_NAMES = {
    dataset: 'datasets',
    keyValueStore: 'keyValueStores',
    requestQueue: 'requestQueues',
} as const satisfies Record<StorageKind, keyof TransferredStorages>;

export const STORAGE_KINDS = ['dataset', 'keyValueStore', 'requestQueue'] as const;

export const METADATA_FILE = '__metadata__.json';

/** What Crawlee calls the storages that have no name of their own. */
export const DEFAULT_NAME = 'default';

/** So many files are read or written at once. */
const FILES_AT_ONCE = 64;

/** Does some work for each, some at once, in between telling how far it has come. What comes back is in order. */
export async function inBatches<Item, Result>(
    items: readonly Item[],
    work: (item: Item, index: number) => Promise<Result>,
    step: (done: number) => void,
): Promise<Result[]> {
    const results: Result[] = [];
    for (let from = 0; from < items.length; from += FILES_AT_ONCE) {
        const batch = items.slice(from, from + FILES_AT_ONCE);
        results.push(...(await allOrFirstError(batch.map((item, index) => work(item, from + index)))));
        step(results.length);
    }
    return results;
}

/** As `Promise.all`, but what has been begun has ended when it rejects: nobody writes into a folder that is being removed. */
async function allOrFirstError<Result>(all: readonly Promise<Result>[]): Promise<Result[]> {
    await Promise.allSettled(all);
    return Promise.all(all);
}

/** What is called between two batches of one storage. */
export function stepOf(kind: StorageKind, name: string, total: number, options: ImportOptions): (done: number) => void {
    return (done) => {
        options.signal?.throwIfAborted();
        options.onProgress?.({ kind, name, done, total });
    };
}

/** The names of the files in a folder, in order; none if there is no such folder. */
export async function filesIn(folder: string): Promise<string[]> {
    return (await entriesIn(folder))
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .toSorted();
}

/** The names of the folders in a folder, in order; none if there is no such folder. */
export async function foldersIn(folder: string): Promise<string[]> {
    return (await entriesIn(folder))
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .toSorted();
}

async function entriesIn(folder: string) {
    try {
        return await readdir(folder, { withFileTypes: true });
    } catch (cause) {
        if (errnoOf(cause) === 'ENOENT') return [];
        throw diskError('list', folder, cause);
    }
}

export async function readBytes(path: string): Promise<Buffer> {
    try {
        return await readFile(path);
    } catch (cause) {
        throw diskError('read', path, cause);
    }
}

/** What a file of JSON says. Throws `storage-corrupted`, naming the file, for what is none. */
export async function readJson(path: string): Promise<unknown> {
    const bytes = await readBytes(path);
    try {
        return JSON.parse(bytes.toString()) as unknown;
    } catch (cause) {
        throw brokenFile(path, `is no JSON: ${(cause as Error).message}`, cause);
    }
}

/** The error for a file that is not as Crawlee would have written it. */
export function brokenFile(path: string, what: string, cause?: unknown): EngineError {
    const message = `\`${path}\` ${what}. Nothing has been imported. Mend the file or remove it, and import again.`;
    return new EngineError('storage-corrupted', message, { details: { path }, cause });
}

export function metadataPath(folder: string): string {
    return join(folder, METADATA_FILE);
}

export function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

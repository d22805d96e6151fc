import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { openStagingDirectory } from './staging-directory.js';
import {
    FOLDERS,
    listNames,
    groupNames,
    createProgressReporter,
    type ReportProgress,
    type TransferredStorage,
} from './layout.js';
import { writeDataset, writeQueue, writeStore } from './write-storages.js';
import type { Run } from '../../model/api/run.js';
import type { StorageKind } from '../../model/api/storage.js';
import type { ExportOptions, TransferredStorages } from '../../model/transfer.js';
import type { Storages } from '../storages.js';

/** Name that Crawlee gives to unnamed storages. */
const DEFAULT_NAME = 'default';

/** The storages to export, and the target. */
export interface ExportRequest {
    storages: Storages;
    directory: string;
    /** A run whose default storages are exported as `default`. */
    run: Run | undefined;
    now: number;
}

/**
 * Exports all named storages into a directory in Crawlee's layout. They are first written to a staging directory, and moved to their
 * final paths when all are complete.
 */
export async function exportStorages(request: ExportRequest, options: ExportOptions): Promise<TransferredStorages> {
    const { storages, directory, run, now } = request;
    const exported = selectStorages(storages, run);
    const assertAllEmpty = async (): Promise<void> => {
        for (const { kind, name } of exported) await assertEmpty(join(directory, FOLDERS[kind], name), options);
    };
    await assertAllEmpty();
    const staging = await openStagingDirectory(directory);
    try {
        for (const storage of exported) {
            options.signal?.throwIfAborted();
            const folder = staging.pathOf(FOLDERS[storage.kind], storage.name);
            await writeStorage(storages, storage, folder, {
                now,
                reportProgress: createProgressReporter(storage, options),
            });
        }
        await assertAllEmpty();
        for (const { kind, name } of exported) await staging.publish(FOLDERS[kind], name);
    } finally {
        await staging.discard();
    }
    return groupNames(exported);
}

function selectStorages(storages: Storages, run: Run | undefined): TransferredStorage[] {
    const kinds = Object.keys(FOLDERS) as StorageKind[];
    const named = kinds.flatMap((kind) =>
        storages
            .of(kind)
            .named()
            .map((one) => ({ kind, ...one })),
    );
    if (run === undefined) return named;
    // The run's storages take precedence over a storage named `default`.
    return [
        ...named.filter(({ name }) => name !== DEFAULT_NAME),
        { kind: 'dataset', name: DEFAULT_NAME, id: run.defaultDatasetId },
        { kind: 'keyValueStore', name: DEFAULT_NAME, id: run.defaultKeyValueStoreId },
        { kind: 'requestQueue', name: DEFAULT_NAME, id: run.defaultRequestQueueId },
    ];
}

async function writeStorage(
    { datasets, keyValueStores, requestQueues }: Storages,
    { kind, id }: TransferredStorage,
    folder: string,
    { now, reportProgress }: { now: number; reportProgress: ReportProgress },
): Promise<void> {
    if (kind === 'dataset') await writeDataset(requireStorage(datasets.find(id), id), folder, reportProgress);
    else if (kind === 'keyValueStore')
        await writeStore(requireStorage(keyValueStores.find(id), id), folder, reportProgress);
    else await writeQueue(requireStorage(requestQueues.find(id), id), folder, now, reportProgress);
}

function requireStorage<Storage>(storage: Storage | undefined, id: string): Storage {
    if (storage !== undefined) return storage;
    throw new EngineError('record-not-found', `The storage \`${id}\` was deleted. Export again without its run.`);
}

async function assertEmpty(folder: string, { overwrite }: ExportOptions): Promise<void> {
    if (overwrite === true || (await listNames(folder)).length === 0) return;
    const message = `\`${folder}\` is not empty, and existing files are not overwritten by default.`;
    throw new EngineError('name-not-unique', message, { details: { path: folder }, remedy: 'overwrite-directory' });
}

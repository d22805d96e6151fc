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

/** The name that Crawlee gives to storages without a name. */
const DEFAULT_NAME = 'default';

/** What is exported, and where to. */
export interface ExportRequest {
    storages: Storages;
    directory: string;
    /** A run whose default storages are exported as `default`. */
    run: Run | undefined;
    now: number;
}

/**
 * Exports all named storages into a directory in Crawlee's layout. They are written beside it first; when all have been, they
 * are moved to where they are to be.
 */
export async function exportStorages(order: ExportRequest, options: ExportOptions): Promise<TransferredStorages> {
    const { storages, directory, run, now } = order;
    const exported = selectStorages(storages, run);
    const assertAllEmpty = async (): Promise<void> => {
        for (const { kind, name } of exported) await assertEmpty(join(directory, FOLDERS[kind], name), options);
    };
    await assertAllEmpty();
    const draft = await openStagingDirectory(directory);
    try {
        for (const one of exported) {
            options.signal?.throwIfAborted();
            const folder = draft.pathOf(FOLDERS[one.kind], one.name);
            await writeOne(storages, one, folder, { now, step: createProgressReporter(one, options) });
        }
        await assertAllEmpty();
        for (const { kind, name } of exported) await draft.publish(FOLDERS[kind], name);
    } finally {
        await draft.discard();
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
    // One that somebody has named so gives way.
    return [
        ...named.filter(({ name }) => name !== DEFAULT_NAME),
        { kind: 'dataset', name: DEFAULT_NAME, id: run.defaultDatasetId },
        { kind: 'keyValueStore', name: DEFAULT_NAME, id: run.defaultKeyValueStoreId },
        { kind: 'requestQueue', name: DEFAULT_NAME, id: run.defaultRequestQueueId },
    ];
}

async function writeOne(
    { datasets, keyValueStores, requestQueues }: Storages,
    { kind, id }: TransferredStorage,
    folder: string,
    { now, step }: { now: number; step: ReportProgress },
): Promise<void> {
    if (kind === 'dataset') await writeDataset(requireStorage(datasets.find(id), id), folder, step);
    else if (kind === 'keyValueStore') await writeStore(requireStorage(keyValueStores.find(id), id), folder, step);
    else await writeQueue(requireStorage(requestQueues.find(id), id), folder, now, step);
}

function requireStorage<Storage>(storage: Storage | undefined, id: string): Storage {
    if (storage !== undefined) return storage;
    throw new EngineError('record-not-found', `The storage \`${id}\` was deleted. Export again without its run.`);
}

async function assertEmpty(folder: string, { overwrite }: ExportOptions): Promise<void> {
    if (overwrite === true || (await listNames(folder)).length === 0) return;
    const message = `\`${folder}\` is not empty, and an export overwrites nothing by default.`;
    throw new EngineError('name-not-unique', message, { details: { path: folder }, remedy: 'overwrite-directory' });
}

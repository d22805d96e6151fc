import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors/engine-error.js';
import { diskError, errnoOf } from '../../storage/disk-error.js';
import { openDraft } from './export-draft.js';
import { DEFAULT_NAME, FOLDERS, LIST_NAMES } from './layout.js';
import { writeDataset, writeQueue, writeStore } from './write-storages.js';
import type { Run } from '../../model/run.js';
import type { StorageKind } from '../../model/storage.js';
import type { ExportOptions, TransferredStorages } from '../../model/transfer.js';
import type { Storages } from '../../storage/storages.js';

/** One storage, under the name that it is exported by. */
interface Exported {
    kind: StorageKind;
    name: string;
    id: string;
}

/** What is exported, and where to. */
export interface ExportOrder {
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
export async function exportStorages(order: ExportOrder, options: ExportOptions): Promise<TransferredStorages> {
    const { storages, directory, run, now } = order;
    const exported = chooseStorages(storages, run);
    const targetOf = ({ kind, name }: Exported): string => join(directory, FOLDERS[kind], name);
    for (const one of exported) await assertEmpty(targetOf(one), options);
    const draft = await openDraft(directory);
    try {
        for (const one of exported) {
            await writeOne(storages, one, { folder: draft.pathOf(FOLDERS[one.kind], one.name), now }, options);
        }
        for (const one of exported) await assertEmpty(targetOf(one), options);
        for (const { kind, name } of exported) await draft.moveOut(FOLDERS[kind], name);
    } finally {
        await draft.discard();
    }
    const names: TransferredStorages = { datasets: [], keyValueStores: [], requestQueues: [] };
    for (const { kind, name } of exported) names[LIST_NAMES[kind]].push(name);
    return names;
}

function chooseStorages({ datasets, keyValueStores, requestQueues }: Storages, run: Run | undefined): Exported[] {
    const named = [
        ...datasets.named().map((one) => ({ kind: 'dataset', ...one }) as const),
        ...keyValueStores.named().map((one) => ({ kind: 'keyValueStore', ...one }) as const),
        ...requestQueues.named().map((one) => ({ kind: 'requestQueue', ...one }) as const),
    ];
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
    { kind, name, id }: Exported,
    { folder, now }: { folder: string; now: number },
    { signal, onProgress }: ExportOptions,
): Promise<void> {
    const step = (done: number, total: number): void => {
        signal?.throwIfAborted();
        onProgress?.({ kind, name, done, total });
    };
    signal?.throwIfAborted();
    if (kind === 'dataset') await writeDataset(there(datasets.find(id), id), folder, step);
    else if (kind === 'keyValueStore') await writeStore(there(keyValueStores.find(id), id), folder, step);
    else await writeQueue(there(requestQueues.find(id), id), folder, now, step);
}

function there<Storage>(storage: Storage | undefined, id: string): Storage {
    if (storage !== undefined) return storage;
    throw new EngineError('record-not-found', `The storage \`${id}\` was deleted. Export again without its run.`);
}

async function assertEmpty(folder: string, { overwrite }: ExportOptions): Promise<void> {
    if (overwrite === true) return;
    const names = await readdir(folder).catch((cause: unknown) => {
        if (errnoOf(cause) === 'ENOENT') return [];
        throw diskError('list', folder, cause);
    });
    if (names.length === 0) return;
    const message =
        `\`${folder}\` is not empty, and nothing is written over what is there. Set \`overwrite: true\` to replace it, or ` +
        'export to another directory.';
    throw new EngineError('name-not-unique', message, { details: { path: folder } });
}

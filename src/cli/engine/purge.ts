import { isTerminal } from '../../model/status.js';
import { apiPath, ifFound, type Api } from './api.js';
import { inBatches } from '../output/progress.js';
import type { Output } from '../output/terminal.js';
import type { RunRecord } from './resolve.js';
import { STORAGE_KINDS, type StorageKindTerms, type StorageRecord } from './storage-kinds.js';

/** The fields of a run that a purge reads. */
export type PurgeRun = Pick<
    RunRecord,
    'id' | 'status' | 'finishedAt' | 'defaultDatasetId' | 'defaultKeyValueStoreId' | 'defaultRequestQueueId'
>;

/** The fields of a storage that a purge reads. */
export type PurgeStorage = Pick<StorageRecord, 'id' | 'name' | 'modifiedAt' | 'actRunId'>;

/** Runs and storages to delete. */
export interface PurgePlan {
    readonly runIds: readonly string[];
    readonly storages: readonly (StorageRecord & { readonly kind: StorageKindTerms })[];
}

/**
 * Plans to delete what ended or was last modified before a time.
 *
 * @param before - Milliseconds since the epoch. Default: without an age, even what was modified just now.
 */
export async function planPurge(api: Api, before = Number.POSITIVE_INFINITY): Promise<PurgePlan> {
    const runs = await api.list<PurgeRun>('actor-runs');
    const lists = STORAGE_KINDS.map(async (kind) => {
        const storages = await api.list<StorageRecord>(kind.path, { unnamed: true });
        return storages.map((storage) => ({ ...storage, kind }));
    });
    return choosePurged(runs, (await Promise.all(lists)).flat(), before);
}

/**
 * Chooses runs that ended before a time and whose storages have not been modified since, and unnamed storages, unless they
 * were modified since then or belong to a run that is kept.
 *
 * @param before - Milliseconds since the epoch.
 */
export function choosePurged<Storage extends PurgeStorage>(
    runs: readonly PurgeRun[],
    storages: readonly Storage[],
    before: number,
): { runIds: string[]; storages: Storage[] } {
    const isOld = (time: string | undefined): boolean => time !== undefined && Date.parse(time) < before;
    const unnamed = storages.filter(({ name }) => name === undefined);
    const recent = new Set(
        unnamed.filter(({ modifiedAt }) => !isOld(modifiedAt)).flatMap(({ id, actRunId }) => [id, actRunId]),
    );
    // Deleting a run deletes its default storages.
    const isKept = (run: PurgeRun): boolean =>
        !isTerminal(run.status) || !isOld(run.finishedAt) || idsOf(run).some((id) => recent.has(id));
    const kept = new Set([...recent, ...runs.filter(isKept).flatMap(idsOf)]);
    return {
        runIds: runs.filter((run) => !isKept(run)).map(({ id }) => id),
        storages: unnamed.filter(({ id, actRunId = id }) => !kept.has(id) && !kept.has(actRunId)),
    };
}

function idsOf({ id, defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId }: PurgeRun): string[] {
    return [id, defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId];
}

/** Deletes what a plan has, with progress on a terminal. */
export async function deletePlan(api: Api, { runIds, storages }: PurgePlan, output: Output): Promise<void> {
    const paths = [
        ...runIds.map((id) => apiPath('actor-runs', id)),
        ...storages.map(({ kind, id }) => apiPath(kind.path, id)),
    ];
    const batches = paths.map((path) => [path]);
    const describe = (done: number): string => `${done} of ${paths.length} deleted`;
    await inBatches(output, batches, describe, async ([path]) => {
        // The storages of a run are deleted with it.
        await ifFound(api.delete(path!));
    });
}

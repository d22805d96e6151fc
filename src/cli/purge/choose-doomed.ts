import { isTerminal, type JobStatus } from '../../model/status.js';

/** A run, as far as a purge looks at it. */
export interface PurgeRun {
    readonly id: string;
    readonly status: JobStatus;
    /** ISO time. */
    readonly finishedAt?: string;
    readonly defaultDatasetId: string;
    readonly defaultKeyValueStoreId: string;
    readonly defaultRequestQueueId: string;
}

/** A storage, as far as a purge looks at it. */
export interface PurgeStorage {
    readonly id: string;
    readonly name?: string;
    /** ISO time. */
    readonly modifiedAt: string;
    readonly actRunId?: string;
}

/**
 * What a purge is to delete: runs that have ended before a time and whose storages have not been changed since, and storages
 * without a name, unless they were changed since then or belong to a run that stays.
 *
 * @param before - Milliseconds since the epoch.
 */
export function chooseDoomed<Storage extends PurgeStorage>(
    runs: readonly PurgeRun[],
    storages: readonly Storage[],
    before: number,
): { runIds: string[]; storages: Storage[] } {
    const isOld = (time: string | undefined): boolean => time !== undefined && Date.parse(time) < before;
    const unnamed = storages.filter(({ name }) => name === undefined);
    const fresh = new Set(
        unnamed.filter(({ modifiedAt }) => !isOld(modifiedAt)).flatMap(({ id, actRunId }) => [id, actRunId]),
    );
    // With a run go the storages that it has by default.
    const isKept = (run: PurgeRun): boolean =>
        !isTerminal(run.status) || !isOld(run.finishedAt) || [run.id, ...storagesOf(run)].some((id) => fresh.has(id));
    const kept = new Set(runs.filter(isKept).flatMap((run) => [run.id, ...storagesOf(run)]));
    return {
        runIds: runs.filter((run) => !isKept(run)).map(({ id }) => id),
        storages: unnamed.filter(({ id, actRunId }) => ![id, actRunId].some((one) => kept.has(one!) || fresh.has(one))),
    };
}

function storagesOf({ defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId }: PurgeRun): string[] {
    return [defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId];
}

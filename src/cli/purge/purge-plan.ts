import { STORAGE_KINDS, type StorageKindWords } from '../storages/storage-kind.js';
import { formatBytes, formatCount } from '../terminal/units.js';
import { chooseDoomed, type PurgeRun } from './choose-doomed.js';
import type { Api } from '../api/api.js';
import type { StorageRecord } from '../find/find-storage.js';

/** A storage, and of which kind it is. */
export interface KindedStorage extends StorageRecord {
    readonly kind: StorageKindWords;
}

/** What a purge is to delete. */
export interface PurgePlan {
    readonly runIds: readonly string[];
    readonly storages: readonly KindedStorage[];
}

/**
 * Finds what there is to delete.
 *
 * @param before - Only what ended or was last changed before it, in milliseconds since the epoch.
 */
export async function planPurge(api: Api, before: number): Promise<PurgePlan> {
    const runs: PurgeRun[] = [];
    for await (const run of api.list<PurgeRun>('actor-runs')) runs.push(run);
    const storages: KindedStorage[] = [];
    for (const kind of STORAGE_KINDS) {
        const all = api.list<StorageRecord>(kind.path, { query: { unnamed: true } });
        for await (const storage of all) storages.push({ ...storage, kind });
    }
    return chooseDoomed(runs, storages, before);
}

/** What a plan comes to: `3 runs, 2 datasets and 1 request queue (1.2 MB)`; undefined if that is nothing. */
export function describePlan({ runIds, storages }: PurgePlan): string | undefined {
    const counts = [
        ...(runIds.length === 0 ? [] : [formatCount(runIds.length, 'run')]),
        ...STORAGE_KINDS.flatMap((kind) => {
            const count = storages.filter((storage) => storage.kind === kind).length;
            return count === 0 ? [] : [formatCount(count, ...kind.noun)];
        }),
    ];
    if (counts.length === 0) return undefined;
    const names = storages.flatMap(({ name }) => name ?? []);
    const bytes = storages.reduce((sum, { stats }) => sum + stats.storageBytes, 0);
    const list = counts.length === 1 ? counts[0]! : `${counts.slice(0, -1).join(', ')} and ${counts.at(-1)}`;
    return `${list}${names.length > 0 ? `, named ${names.join(', ')}` : ''} (${formatBytes(bytes)})`;
}

/** The ids of what a plan has, as JSON output has them. */
export function planIds({ runIds, storages }: PurgePlan): Record<string, readonly string[]> {
    const [datasets, keyValueStores, requestQueues] = STORAGE_KINDS.map((kind) =>
        storages.filter((storage) => storage.kind === kind).map(({ id }) => id),
    );
    return { runs: runIds, datasets: datasets!, keyValueStores: keyValueStores!, requestQueues: requestQueues! };
}

import { JOB_STATUSES, isTerminal } from '../model/status.js';
import type { Api } from './api/api.js';
import type { RunListItem } from '../model/run.js';

/** The three kinds of storages, as paths of the API. */
const KINDS = ['datasets', 'key-value-stores', 'request-queues'] as const;

/** How many storages of each kind have been deleted. */
export type PurgedStorages = Record<(typeof KINDS)[number], number>;

/** Deletes all storages that have no name, but for those of runs that go on. */
export async function purgeUnnamed(api: Api): Promise<PurgedStorages> {
    const used = await usedStorages(api);
    const purged: PurgedStorages = { datasets: 0, 'key-value-stores': 0, 'request-queues': 0 };
    for (const kind of KINDS) {
        const ids: string[] = [];
        for await (const { id, name } of api.list<{ id: string; name?: string }>(kind, { query: { unnamed: true } })) {
            if (name === undefined && !used.has(id)) ids.push(id);
        }
        for (const id of ids) await api.delete(`${kind}/${id}`);
        purged[kind] = ids.length;
    }
    return purged;
}

async function usedStorages(api: Api): Promise<ReadonlySet<string>> {
    const used = new Set<string>();
    const query = { status: JOB_STATUSES.filter((status) => !isTerminal(status)).join(',') };
    for await (const run of api.list<RunListItem>('actor-runs', { query })) {
        for (const id of [run.defaultDatasetId, run.defaultKeyValueStoreId, run.defaultRequestQueueId]) used.add(id);
    }
    return used;
}

import { collect, seconds, type OptionsOf } from '../command.js';
import { confirm, defineDataCommand, YES_OPTION } from '../data-command.js';
import { isTerminal } from '../../model/api/status.js';
import { apiPath, ifFound, type Api } from '../backend/api.js';
import {
    findStorage,
    STORAGE_KINDS,
    type RunRecord,
    type StorageKindLabels,
    type StorageRecord,
} from '../backend/resolve.js';
import { inBatches } from '../ui/progress.js';
import type { Output } from '../ui/terminal.js';
import { formatBytes, formatCount } from '../ui/units.js';

/** Runs and storages to delete. */
interface PurgePlan {
    readonly runIds: readonly string[];
    readonly storages: readonly (StorageRecord & { readonly kind: StorageKindLabels })[];
}

const PURGE_OPTIONS = {
    '--older-than <TIME>': ['only runs that ended and storages last modified before that time: 7d, 12h', seconds],
    '--dry-run': 'only print what would be deleted',
    '--dataset <DATASET>': ['delete a named dataset (repeatable)', collect],
    '--kv <KV>': ['delete a named key-value store (repeatable)', collect],
    '--queue <QUEUE>': ['delete a named request queue (repeatable)', collect],
    ...YES_OPTION,
} as const;

const purge = defineDataCommand({
    description:
        'Delete finished runs and unnamed storages, after a confirmation. Running runs and named storages are kept.\n\n' +
        'With --dataset, --kv or --queue, only those storages are deleted, unless --older-than is also set. ' +
        'To keep the results of a run, name them: greenroom dataset rename RUN NAME',
    options: PURGE_OPTIONS,
    examples: {
        'greenroom purge --older-than 7d': 'Delete data older than a week',
        'greenroom purge --yes': 'Delete all unnamed data without confirmation',
        'greenroom purge --dataset products --queue todo': 'Delete two named storages only',
    },
    run: (cli, options) => async (api) => {
        const { err } = cli;
        const isDryRun = options.dryRun ?? false;
        const plan = await readPlan(api, options);
        const json = { isDryRun, ...planAsJson(plan) };
        const description = describePlan(plan);
        if (description === undefined) return { json, text: 'Nothing to delete.' };
        if (isDryRun) return { json, text: `Would delete ${description}.` };
        if (!options.yes) err.line(`This deletes ${description}.`);
        if (!(await confirm(cli, 'Delete?', options))) return;
        await deletePlan(api, plan, err);
        return { json, text: `Deleted ${description}.` };
    },
});

export const commands = { purge };

async function readPlan(api: Api, options: OptionsOf<typeof PURGE_OPTIONS>): Promise<PurgePlan> {
    const named: PurgePlan['storages'][number][] = [];
    for (const kind of STORAGE_KINDS) {
        for (const name of options[kind.command] ?? [])
            named.push({ ...(await findStorage(api, kind, name, true)), kind });
    }
    const { olderThan } = options;
    if (named.length > 0 && olderThan === undefined) return { runIds: [], storages: named };
    const before = olderThan === undefined ? undefined : Date.now() - olderThan * 1000;
    const { runIds, storages } = await planPurge(api, before);
    return { runIds, storages: [...storages, ...named.filter(({ id }) => !storages.some((one) => one.id === id))] };
}

/** Describes a plan: `3 runs, 2 datasets and 1 request queue (1.2 MB)`; returns undefined for an empty plan. */
function describePlan({ runIds, storages }: PurgePlan): string | undefined {
    const storageCounts = STORAGE_KINDS.map((kind) => ({
        count: storages.filter((one) => one.kind === kind).length,
        noun: kind.noun[0],
    }));
    const counts = [{ count: runIds.length, noun: 'run' }, ...storageCounts].filter(({ count }) => count > 0);
    if (counts.length === 0) return undefined;
    const names = storages.flatMap(({ name }) => name ?? []);
    const list = counts
        .map(({ count, noun }) => formatCount(count, noun))
        .join(', ')
        .replace(/, (?=[^,]*$)/, ' and ');
    return `${list}${names.length > 0 ? `, named ${names.join(', ')}` : ''} (${formatBytes(bytesOf(storages))})`;
}

function planAsJson({ runIds, storages }: PurgePlan): Record<string, unknown> {
    const [datasets, keyValueStores, requestQueues] = STORAGE_KINDS.map((kind) =>
        storages.filter((storage) => storage.kind === kind).map(({ id }) => id),
    );
    return { runs: runIds, datasets, keyValueStores, requestQueues, storageBytes: bytesOf(storages) };
}

function bytesOf(storages: PurgePlan['storages']): number {
    return storages.reduce((sum, { stats }) => sum + stats.storageBytes, 0);
}

/** Plans to delete runs and storages that ended or were last modified before a time in milliseconds. Default: all. */
export async function planPurge(api: Api, before = Number.POSITIVE_INFINITY): Promise<PurgePlan> {
    const runs = await api.list<RunRecord>('actor-runs');
    const lists = STORAGE_KINDS.map(async (kind) => {
        const storages = await api.list<StorageRecord>(kind.path, { unnamed: true });
        return storages.map((storage) => ({ ...storage, kind }));
    });
    return selectPurgeable(runs, (await Promise.all(lists)).flat(), before);
}

/**
 * Selects runs that ended before a time and whose storages have not been modified since. Selects unnamed storages, unless they
 * were modified since then or belong to a run that is kept.
 */
export function selectPurgeable(
    runs: readonly RunRecord[],
    storages: PurgePlan['storages'],
    before: number,
): PurgePlan {
    const isOld = (time: string | undefined): boolean => time !== undefined && Date.parse(time) < before;
    const unnamed = storages.filter(({ name }) => !name);
    const recent = new Set(
        unnamed.filter(({ modifiedAt }) => !isOld(modifiedAt)).flatMap(({ id, actRunId }) => [id, actRunId]),
    );
    // Deleting a run deletes its default storages.
    const isKept = (run: RunRecord): boolean =>
        !isTerminal(run.status) || !isOld(run.finishedAt) || idsOf(run).some((id) => recent.has(id));
    const kept = new Set([...recent, ...runs.filter(isKept).flatMap(idsOf)]);
    return {
        runIds: runs.filter((run) => !isKept(run)).map(({ id }) => id),
        storages: unnamed.filter(({ id, actRunId = id }) => !kept.has(id) && !kept.has(actRunId)),
    };
}

function idsOf({ id, defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId }: RunRecord): string[] {
    return [id, defaultDatasetId, defaultKeyValueStoreId, defaultRequestQueueId];
}

/** Deletes the runs and storages of a plan, with progress on a terminal. */
export async function deletePlan(api: Api, { runIds, storages }: PurgePlan, output: Output): Promise<void> {
    const paths = [
        ...runIds.map((id) => apiPath('actor-runs', id)),
        ...storages.map(({ kind, id }) => apiPath(kind.path, id)),
    ];
    const batches = paths.map((path) => [path]);
    const describe = (done: number): string => `${done} of ${paths.length} deleted`;
    await inBatches(output, batches, describe, async ([path]) => {
        // Deleting a run has already deleted its storages.
        await ifFound(api.delete(path!));
    });
}

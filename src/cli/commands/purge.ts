import { collect, seconds } from '../command.js';
import { confirm, defineDataCommand, YES_OPTION } from '../data-command.js';
import { deletePlan, planPurge, type PurgePlan } from '../engine/purge.js';
import { findStorageByName } from '../engine/resolve.js';
import { STORAGE_KINDS } from '../engine/storage-kinds.js';
import { formatBytes, formatCount } from '../output/units.js';
import type { Api } from '../engine/api.js';

const purge = defineDataCommand({
    description:
        'Delete finished runs and unnamed storages, after a confirmation. Running runs and named storages are kept.\n\n' +
        'A storage that is named here is deleted, and nothing else unless --older-than is given. ' +
        'To keep the results of a run, name them: greenroom dataset rename RUN NAME',
    options: {
        '--older-than <TIME>': ['only what ended or was modified longer ago: 7d, 12h', seconds],
        '--dry-run': 'only print what would be deleted',
        '--dataset <DATASET>': ['delete a named dataset (repeatable)', collect],
        '--kv <KV>': ['delete a named key-value store (repeatable)', collect],
        '--queue <QUEUE>': ['delete a named request queue (repeatable)', collect],
        ...YES_OPTION,
    },
    examples: {
        'greenroom purge --older-than 7d': 'What is older than a week',
        'greenroom purge --yes': 'All unnamed data, without confirmation',
        'greenroom purge --dataset products --queue todo': 'Two named storages, and nothing else',
    },
    async run({ cli, api }, options) {
        const { err } = cli.terminal;
        const isDryRun = options.dryRun ?? false;
        const plan = await readPlan(api, options);
        const json = { isDryRun, ...planAsJson(plan) };
        const what = describePlan(plan);
        if (what === undefined) return { json, text: 'Nothing to delete.' };
        if (isDryRun) return { json, text: `Would delete ${what}.` };
        if (!options.yes) err.line(`This deletes ${what}.`);
        if (!(await confirm(cli, 'Delete?', options))) return;
        await deletePlan(api, plan, err);
        return { json, text: `Deleted ${what}.` };
    },
});

export const commands = { purge };

interface PurgeOptions extends Partial<Record<'dataset' | 'kv' | 'queue', readonly string[]>> {
    readonly olderThan?: number;
}

async function readPlan(api: Api, options: PurgeOptions): Promise<PurgePlan> {
    const named: PurgePlan['storages'][number][] = [];
    for (const kind of STORAGE_KINDS) {
        for (const name of options[kind.command] ?? [])
            named.push({ ...(await findStorageByName(api, kind, name)), kind });
    }
    const { olderThan } = options;
    if (named.length > 0 && olderThan === undefined) return { runIds: [], storages: named };
    const before = olderThan === undefined ? undefined : Date.now() - olderThan * 1000;
    const { runIds, storages } = await planPurge(api, before);
    return { runIds, storages: [...storages, ...named.filter(({ id }) => !storages.some((one) => one.id === id))] };
}

/** Describes a plan: `3 runs, 2 datasets and 1 request queue (1.2 MB)`; returns undefined for an empty one. */
function describePlan({ runIds, storages }: PurgePlan): string | undefined {
    const of = STORAGE_KINDS.map((kind) => [storages.filter((one) => one.kind === kind).length, ...kind.noun] as const);
    const counts = [[runIds.length, 'run', 'runs'] as const, ...of].filter(([count]) => count > 0);
    if (counts.length === 0) return undefined;
    const names = storages.flatMap(({ name }) => name ?? []);
    const list = counts
        .map((one) => formatCount(...one))
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

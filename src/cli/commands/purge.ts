import { collect, seconds, type DeleteOptions, type Command } from '../command.js';
import { withApi } from '../engine/connect.js';
import { deletePlan, planPurge, type PurgePlan } from '../engine/purge.js';
import { findStorageByName } from '../engine/resolve.js';
import { STORAGE_KINDS } from '../engine/storage-kinds.js';
import { confirm } from '../output/confirm.js';
import { printResult } from '../output/lists.js';
import { StatusLine } from '../output/progress.js';
import { formatBytes, formatCount } from '../output/units.js';
import type { Cli } from '../cli.js';
import type { Api } from '../engine/api.js';

/** The commands of this module. */
export const commands = { purge };

/** `greenroom purge` */
function purge(command: Command, cli: Cli): void {
    command
        .description(
            'Delete finished runs and unnamed storages, after a confirmation. Running runs and named storages are kept.\n\n' +
                'A storage that is named here is deleted, and nothing else unless --older-than is given. ' +
                'To keep the results of a run, name them: greenroom dataset rename RUN NAME',
        )
        .option('--older-than <TIME>', 'only what ended or was modified longer ago: 7d, 12h', seconds)
        .option('--dry-run', 'only print what would be deleted')
        .option('--dataset <DATASET>', 'delete a named dataset (repeatable)', collect)
        .option('--kv <KV>', 'delete a named key-value store (repeatable)', collect)
        .option('--queue <QUEUE>', 'delete a named request queue (repeatable)', collect)
        .action((options: PurgeOptions) => runPurge(cli, options));
    command
        .deleteOptions()
        .examples(
            ['greenroom purge --older-than 7d', 'What is older than a week'],
            ['greenroom purge --yes', 'All unnamed data, without confirmation'],
            ['greenroom purge --dataset products --queue todo', 'Two named storages, and nothing else'],
        );
}

interface PurgeOptions extends DeleteOptions {
    readonly olderThan?: number;
    readonly dryRun?: boolean;
    readonly dataset?: readonly string[];
    readonly kv?: readonly string[];
    readonly queue?: readonly string[];
}

function runPurge(cli: Cli, options: PurgeOptions): Promise<void> {
    const { dryRun: isDryRun = false, yes = false } = options;
    return withApi(cli, options, async (api) => {
        const { err } = cli.terminal;
        const plan = await readPlan(api, options);
        const what = describePlan(plan);
        if (what !== undefined && !isDryRun) {
            if (!yes) err.line(`This deletes ${what}.`);
            if (!(await confirm(cli, 'Delete?', options))) return;
            const status = new StatusLine(err);
            await deletePlan(api, plan, (done, total) => status.update(() => `${done} of ${total} deleted`));
            status.clear();
        }
        const sentence =
            what === undefined ? 'Nothing to delete.' : `${isDryRun ? 'Would delete' : 'Deleted'} ${what}.`;
        printResult(cli, options, { isDryRun, ...planAsJson(plan) }, sentence);
    });
}

async function readPlan(api: Api, options: PurgeOptions): Promise<PurgePlan> {
    const named: PurgePlan['storages'][number][] = [];
    for (const kind of STORAGE_KINDS) {
        for (const name of options[kind.command as 'dataset' | 'kv' | 'queue'] ?? [])
            named.push({ ...(await findStorageByName(api, kind, name)), kind });
    }
    const { olderThan } = options;
    if (named.length > 0 && olderThan === undefined) return { runIds: [], storages: named };
    // Without an age, even what was modified just now is included.
    const before = olderThan === undefined ? Number.POSITIVE_INFINITY : Date.now() - olderThan * 1000;
    const { runIds, storages } = await planPurge(api, before);
    return { runIds, storages: [...storages, ...named.filter(({ id }) => !storages.some((one) => one.id === id))] };
}

/** Describes a plan: `3 runs, 2 datasets and 1 request queue (1.2 MB)`; returns undefined for an empty one. */
function describePlan({ runIds, storages }: PurgePlan): string | undefined {
    const counts = [
        ...(runIds.length === 0 ? [] : [formatCount(runIds.length, 'run')]),
        ...STORAGE_KINDS.flatMap((kind) => {
            const count = storages.filter((storage) => storage.kind === kind).length;
            return count === 0 ? [] : [formatCount(count, ...kind.noun)];
        }),
    ];
    if (counts.length === 0) return undefined;
    const names = storages.flatMap(({ name }) => name ?? []);
    const list = counts.length === 1 ? counts[0]! : `${counts.slice(0, -1).join(', ')} and ${counts.at(-1)}`;
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

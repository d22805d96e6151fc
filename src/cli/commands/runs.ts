import {
    listQuery,
    amount,
    collect,
    megabytes,
    seconds,
    wholeNumber,
    InvalidArgumentError,
    type DataOptions,
    type ListOptions,
    type DeleteOptions,
    type Command,
} from '../command.js';
import { EngineError } from '../../errors/engine-error.js';
import { isTerminal, JOB_STATUSES } from '../../model/status.js';
import { didYouMean } from '../../util/check.js';
import type { Cli } from '../cli.js';
import { apiPath, type Api, type ApiPage, type AsJson } from '../engine/api.js';
import { withApi } from '../engine/connect.js';
import { findActor, findRun, readActorNames, type RunRecord } from '../engine/resolve.js';
import { badUsage } from '../errors.js';
import { confirm } from '../output/confirm.js';
import { printList, printNote, printRecord, printResult, type RecordLine } from '../output/lists.js';
import { statusStyle } from '../output/terminal.js';
import { formatBytes, formatCount, formatDuration, formatTime, formatWhole } from '../output/units.js';
import { log } from './log.js';
import type { RunListItem } from '../../model/run.js';
import type { ResurrectOptions } from '../run/resurrect.js';
import type { Column } from '../output/table.js';

const RUN = 'id of a run or the beginning of one, "last", or an Actor for its latest run';

/** The commands of this module. */
export const commands = { runs };

/** `greenroom runs …` */
function runs(group: Command, cli: Cli): void {
    addReadingCommands(group, cli);
    log(group.command('log').description('Print the log of a run or a build'), cli);
    group
        .command('abort')
        .description('Abort a run (shortcut: greenroom abort)')
        .argument('<run>', RUN)
        .option('-g, --gracefully', 'give the Actor 30 seconds to stop')
        .action((reference: string, options: AbortOptions) => abortRun(cli, reference, options))
        .dataOptions()
        .examples(['greenroom runs abort last --gracefully', 'The latest one']);
    addResurrectCommand(group, cli);
    group
        .command('reboot')
        .description('Restart a running run, keeping its storages (shortcut: greenroom reboot)')
        .argument('<run>', RUN)
        .action((reference: string, options: DataOptions) => rebootRun(cli, reference, options))
        .dataOptions()
        .examples(['greenroom runs reboot last', 'The latest one']);
    group
        .command('delete')
        .alias('rm')
        .description('Delete finished runs with their logs and unnamed storages')
        .argument('<run...>', RUN)
        .action((references: string[], options: DeleteOptions) => deleteRuns(cli, references, options))
        .deleteOptions()
        .examples(['greenroom runs delete last', 'The latest one']);
}

function addReadingCommands(group: Command, cli: Cli): void {
    group
        .command('list')
        .alias('ls')
        .description('List runs, newest first')
        .argument('[actor]', 'filter by Actor')
        .option('--actor <ACTOR>', 'filter by Actor')
        .option('--status <STATUS>', 'filter by status: RUNNING, or failed,timed-out (repeatable)', statuses)
        .option('--after <TIME>', 'only runs started at this time or later', time)
        .option('--before <TIME>', 'only runs started at this time or earlier', time)
        .action((actor: string | undefined, options: RunsOptions) => listRuns(cli, actor, options))
        .listOptions()
        .examples(
            ['greenroom runs list', 'The latest'],
            ['greenroom runs list my-actor --status failed', 'Failed ones of one Actor'],
        );
    group
        .command('show')
        .aliases(['info', 'last'])
        .description('Show run details')
        .argument('[run]', RUN, 'last')
        .action((reference: string, options: DataOptions) => showRun(cli, reference, options))
        .dataOptions()
        .examples(
            ['greenroom runs show', 'The latest run'],
            ['greenroom runs show my-actor --json', 'The latest run of an Actor, as JSON'],
        );
}

function addResurrectCommand(group: Command, cli: Cli): void {
    group
        .command('resurrect')
        .description(
            'Resurrect a finished run and follow it; it keeps its storages and options, the timeout restarts (shortcut: greenroom resurrect)',
        )
        .argument('<run>', RUN)
        .option('-b, --build <BUILD>', 'tag or number of the build')
        .option('-m, --memory <MB>', 'memory: 512, 1GB', megabytes)
        .option('--timeout <TIME>', 'timeout: 90 (seconds), 5m (0 = no limit)', seconds)
        .option('--max-items <N>', 'max paid items', wholeNumber(1))
        .option('--max-charge <USD>', 'max charge', amount)
        .option('--restart-on-error', 'restart when it fails')
        .option('-d, --detach', 'do not wait for the end (needs a server)')
        .option('--show <N>', 'number of items to show', wholeNumber(0), 10)
        .option('-q, --quiet', 'hide log and progress')
        .action(async (reference: string, options: ResurrectOptions) => {
            const { resurrectRun } = await import('../run/resurrect.js');
            await resurrectRun(cli, reference, options);
        })
        .dataOptions()
        .examples(['greenroom runs resurrect last --memory 2GB', 'With more memory']);
}

interface AbortOptions extends DataOptions {
    readonly gracefully?: boolean;
}

interface RunsOptions extends ListOptions {
    readonly actor?: string;
    readonly status?: readonly string[];
    readonly after?: string;
    readonly before?: string;
}

/** A run with the name of its Actor. */
type ListedRun = AsJson<RunListItem> & Partial<RunRecord> & { readonly actorName: string };

const COLUMNS: readonly Column<ListedRun>[] = [
    { title: 'ID', isWhole: true, cell: ({ id }) => id },
    { title: 'ACTOR', style: () => 'cyan', cell: ({ actorName }) => actorName },
    { title: 'STATUS', style: statusStyle, isWhole: true, cell: ({ status }) => status },
    { title: 'STARTED', isWhole: true, cell: ({ startedAt }) => formatTime(startedAt) },
    { title: 'DURATION', isOptional: true, align: 'right', isWhole: true, cell: durationOf },
    { title: 'ITEMS', align: 'right', isWhole: true, cell: ({ stats }) => formatWhole(stats?.datasetItems ?? 0) },
    {
        title: 'MEMORY',
        isOptional: true,
        align: 'right',
        isWhole: true,
        cell: ({ stats }) => (stats?.memMaxBytes ? formatBytes(stats.memMaxBytes) : ''),
    },
    { title: 'ORIGIN', isOptional: true, cell: ({ meta }) => meta.origin },
    { title: 'MESSAGE', cell: messageOf },
];

function listRuns(cli: Cli, argument: string | undefined, options: RunsOptions): Promise<void> {
    if (argument !== undefined && options.actor !== undefined)
        throw badUsage('Give the Actor either as an argument or with --actor.');
    const actor = options.actor ?? argument;
    const { status, after, before } = options;
    const query = { ...listQuery(options), status: status?.join(','), startedAfter: after, startedBefore: before };
    return withApi(cli, options, async (api) => {
        const path = actor === undefined ? 'actor-runs' : apiPath('acts', (await findActor(api, actor)).id, 'runs');
        const page = await api.get<ApiPage<AsJson<RunListItem>>>(path, query);
        const nameOf = await readActorNames(api);
        const items = await Promise.all(page.items.map((run) => withDetails(api, run, nameOf(run.actId))));
        const view = { noun: ['run', 'runs'], columns: COLUMNS, whenEmpty: 'Start one with `greenroom run`.' } as const;
        await printList(cli, { ...page, items }, { ...view, isJson: options.json });
    });
}

/** Lists of the API have no stats. */
async function withDetails(api: Api, run: AsJson<RunListItem>, actorName: string): Promise<ListedRun> {
    return { ...run, ...(await api.find<RunRecord>(apiPath('actor-runs', run.id))), actorName };
}

/** Parses statuses, in any case, one or several with commas. */
function statuses(text: string, previous: readonly string[] = []): readonly string[] {
    return text.split(',').reduce((all, given) => {
        const status = given.trim().toUpperCase().replaceAll('_', '-');
        if (JOB_STATUSES.some((known) => known === status)) return collect(status, all);
        throw new InvalidArgumentError(
            `Allowed choices are ${JOB_STATUSES.join(', ')}.${didYouMean(status, JOB_STATUSES)}`,
        );
    }, previous);
}

function time(text: string): string {
    const parsed = new Date(text);
    if (!Number.isNaN(parsed.getTime())) return parsed.toISOString();
    throw new InvalidArgumentError('It must be a time such as 2026-03-01 or 2026-03-01T14:00.');
}

/** A run may have been paused, as between a migration and the restart; its stats do not count that. */
function durationOf({ status, startedAt, stats }: Pick<ListedRun, 'status' | 'startedAt' | 'stats'>): string {
    if (isTerminal(status)) return stats === undefined ? '' : formatDuration(stats.durationMillis);
    return formatDuration(Date.now() - Date.parse(startedAt));
}

/** Leaves out a message that only repeats the status. */
function messageOf({ status, statusMessage = '' }: ListedRun): string {
    return status === 'SUCCEEDED' && statusMessage === 'Actor finished with exit code 0' ? '' : statusMessage;
}

function showRun(cli: Cli, reference: string, options: DataOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        const run = await findRun(api, reference);
        const actorName = (await readActorNames(api))(run.actId);
        if (options.json) return cli.terminal.json({ ...run, actorName });
        printRecord(cli, linesOf(run, actorName));
        printNote(cli, `Log: greenroom log ${run.id} · Items: greenroom dataset items ${run.id}`);
    });
}

function linesOf(run: RunRecord, actorName: string): RecordLine[] {
    const { stats, options } = run;
    return [
        ['Id', run.id],
        ['Actor', actorName],
        ['Task', run.actorTaskId],
        ['Status', run.status],
        ['Message', run.statusMessage],
        ['Exit code', run.exitCode === undefined ? undefined : String(run.exitCode)],
        ['Build', `${options.build} (${run.buildNumber})`],
        ['Started', formatTime(run.startedAt)],
        ['Finished', formatTime(run.finishedAt)],
        ['Duration', durationOf(run)],
        ['Timeout', options.timeoutSecs === 0 ? 'none' : formatDuration(options.timeoutSecs * 1000)],
        ['Memory', `peak ${formatBytes(stats.memMaxBytes)} of ${formatBytes(options.memoryMbytes * 1024 ** 2)}`],
        ['CPU', `${stats.cpuAvgUsage.toFixed(0)}% on average`],
        ['Items', formatWhole(stats.datasetItems)],
        ['Requests', formatWhole(stats.requestsTotal)],
        ['Restarts', restartsOf(run)],
        ['Charged', chargesOf(run)],
        ['Origin', run.meta.origin],
        ['Dataset', run.defaultDatasetId],
        ['Key-value store', run.defaultKeyValueStoreId],
        ['Request queue', run.defaultRequestQueueId],
    ];
}

function restartsOf({ stats }: RunRecord): string {
    const counts = [
        [stats.resurrectCount, 'resurrection'],
        [stats.rebootCount, 'reboot'],
        [stats.migrationCount, 'migration'],
        [stats.restartCount, 'restart'],
        [stats.metamorph, 'metamorphosis', 'metamorphoses'],
    ] as const;
    return counts.flatMap(([count, one, many]) => (count > 0 ? [formatCount(count, one, many)] : [])).join(', ');
}

function chargesOf({ chargedEventCounts, usageTotalUsd }: RunRecord): string | undefined {
    const counts = Object.entries(chargedEventCounts ?? {}).filter(([, count]) => count > 0);
    if (counts.length === 0) return undefined;
    return `$${usageTotalUsd} (${counts.map(([event, count]) => `${event} × ${count}`).join(', ')})`;
}

function abortRun(cli: Cli, reference: string, { gracefully = false, ...options }: AbortOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        const { id, status } = await findRun(api, reference);
        const run = await api.post<RunRecord>(apiPath('actor-runs', id, 'abort'), { query: { gracefully } });
        const isActive = !isTerminal(run.status);
        const result = isActive
            ? `Run ${id} is ${run.status}${gracefully ? '; it has 30 seconds to stop' : ''}.`
            : `Aborted run ${id}.`;
        printResult(cli, options, run, isTerminal(status) ? `Run ${id} has already ended: ${status}.` : result);
    });
}

function rebootRun(cli: Cli, reference: string, options: DataOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        const { id } = await findRun(api, reference);
        const run = await api.post<RunRecord>(apiPath('actor-runs', id, 'reboot'));
        printResult(cli, options, run, `Restarting run ${id}, keeping its storages.`);
    });
}

function deleteRuns(cli: Cli, references: readonly string[], options: DeleteOptions): Promise<void> {
    return withApi(cli, options, async (api) => {
        // All are found before one is deleted.
        const ids = new Set<string>();
        for (const reference of references) ids.add((await findFinishedRun(api, reference)).id);
        const what = `${formatCount(ids.size, 'run')} (${[...ids].join(', ')})`;
        if (!(await confirm(cli, `Delete ${what} with logs and unnamed storages?`, options))) return;
        for (const id of ids) await api.delete(apiPath('actor-runs', id));
        printResult(
            cli,
            options,
            [...ids].map((id) => ({ id })),
            `Deleted ${what}.`,
        );
    });
}

async function findFinishedRun(api: Api, reference: string): Promise<RunRecord> {
    const run = await findRun(api, reference);
    if (isTerminal(run.status)) return run;
    const message = `Run \`${run.id}\` is ${run.status}, and only finished runs can be deleted. Abort it first: greenroom runs abort ${run.id}`;
    throw new EngineError('cannot-remove-running-run', message, { details: { run: run.id } });
}

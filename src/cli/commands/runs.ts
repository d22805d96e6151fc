import {
    amount,
    choice,
    DATA_OPTIONS,
    defineCommand,
    InvalidArgumentError,
    megabytes,
    seconds,
    wholeNumber,
} from '../command.js';
import { findServer, assertStorageDir, resolveStorageDir } from '../backend/connect.js';
import { formatCharges } from '../run/report.js';
import { runOnce, withSession } from '../run/session.js';
import {
    confirm,
    defineDataCommand,
    LIST_OPTIONS,
    listQuery,
    listResult,
    recordResult,
    YES_OPTION,
} from '../data-command.js';
import { EngineError } from '../../errors/engine-error.js';
import { isTerminal, JOB_STATUSES } from '../../model/api/status.js';
import { apiPath, type Api, type AsJson } from '../backend/api.js';
import { findActor, findRun, readActorNames, RUN_ARGUMENT, type RunRecord } from '../backend/resolve.js';
import { usageError } from '../errors.js';
import { statusStyle } from '../ui/terminal.js';
import { formatBytes, formatCount, formatDuration, formatTime, formatInteger } from '../ui/units.js';
import { createLogCommand } from './log.js';
import type { Page } from '../../model/api/page.js';
import type { RunListItem } from '../../model/api/run.js';
import type { Column } from '../ui/table.js';

const list = defineDataCommand({
    aliases: ['ls'],
    description: 'List runs, newest first',
    args: { '[actor]': 'filter by Actor' },
    options: {
        '--actor <ACTOR>': 'filter by Actor',
        '--status <STATUS>': ['filter by status: RUNNING, or failed,timed-out (repeatable)', statuses],
        '--after <TIME>': ['only runs started at this time or later', time],
        '--before <TIME>': ['only runs started at this time or earlier', time],
        ...LIST_OPTIONS,
    },
    examples: {
        'greenroom runs list': 'The latest runs',
        'greenroom runs list my-actor --status failed': 'Failed runs of one Actor',
    },
    run(cli, options, argument?: string) {
        if (argument !== undefined && options.actor !== undefined)
            throw usageError('Pass the Actor either as an argument or with --actor, not both.');
        const { status, after, before } = options;
        const query = { ...listQuery(options), status: status?.join(','), startedAfter: after, startedBefore: before };
        return async (api) => {
            const actor = options.actor ?? argument;
            const path = actor === undefined ? 'actor-runs' : apiPath('acts', (await findActor(api, actor)).id, 'runs');
            const page = await api.get<Page<AsJson<RunListItem>>>(path, query);
            const nameOf = await readActorNames(api);
            const items = await Promise.all(page.items.map((run) => withDetails(api, run, nameOf(run.actId))));
            const view = {
                noun: ['run', 'runs'],
                columns: COLUMNS,
                whenEmpty: 'Start one with `greenroom run`.',
                isFiltered: [actor, status, after, before].some((filter) => filter !== undefined),
            } as const;
            return listResult(cli, { ...page, items }, view);
        };
    },
});

const show = defineDataCommand({
    aliases: ['info', 'last'],
    description: 'Show run details',
    args: { '[run]': [RUN_ARGUMENT, 'last'] },
    examples: {
        'greenroom runs show': 'The latest run',
        'greenroom runs show my-actor --json': 'The latest run of an Actor, as JSON',
    },
    run: (cli, _options, reference: string) => async (api) => {
        const run = await findRun(api, reference);
        const actorName = (await readActorNames(api))(run.actId);
        const note = `Log: greenroom log ${run.id} · Items: greenroom dataset items ${run.id}`;
        return { ...recordResult(cli, { ...run, actorName }, formatDetails(run, actorName)), note };
    },
});

const abort = defineDataCommand({
    description: 'Abort a run (shortcut: greenroom abort)',
    args: { '<run>': RUN_ARGUMENT },
    options: { '-g, --gracefully': 'give the Actor 30 seconds to stop' },
    examples: { 'greenroom runs abort last --gracefully': 'Abort the latest run gracefully' },
    run:
        (_cli, { gracefully = false }, reference: string) =>
        async (api) => {
            const { id, status } = await findRun(api, reference);
            const json = await api.post<RunRecord>(apiPath('actor-runs', id, 'abort'), { query: { gracefully } });
            if (isTerminal(status)) return { json, text: `Run ${id} has already finished (${status}).` };
            if (isTerminal(json.status)) return { json, text: `Aborted run ${id}.` };
            return { json, text: `Run ${id} is ${json.status}${gracefully ? '; it has 30 seconds to stop' : ''}.` };
        },
});

/** `greenroom runs resurrect`. Without a server, the run executes in this process. */
const resurrect = defineCommand({
    description:
        'Resurrect a finished run and follow it; it keeps its storages and options, the timeout restarts (shortcut: greenroom resurrect)',
    args: { '<run>': RUN_ARGUMENT },
    options: {
        '-b, --build <BUILD>': 'tag or number of the build',
        '-m, --memory <MB>': ['memory: 512, 1GB', megabytes],
        '-t, --timeout <TIME>': ['timeout: 90, 90s, 5m (0 = no limit)', seconds],
        '--max-items <N>': ['max paid items', wholeNumber(1)],
        '--max-charge <USD>': ['max charge', amount],
        '--restart-on-error': 'restart when it fails',
        '-d, --detach': 'do not wait for the end (needs a server)',
        '--show <N>': ['number of items to show', wholeNumber(0), 10],
        '-q, --quiet': 'hide log and progress',
        ...DATA_OPTIONS,
    },
    examples: { 'greenroom runs resurrect last --memory 2GB': 'Resurrect the latest run with more memory' },
    async run(cli, options, reference: string) {
        const { build, memory, timeout, maxItems, maxCharge: maxTotalChargeUsd, restartOnError, detach } = options;
        const hasServer = findServer(cli, options) !== undefined;
        if (!hasServer) assertStorageDir(resolveStorageDir(cli, options));
        if (detach && !hasServer)
            throw usageError(
                '--detach needs a server. Start one with `greenroom dev`; without it, the run executes in this process.',
            );
        await withSession(cli, options, async (session) => {
            const { client, api } = session;
            const start = async () => {
                const { id } = await findRun(api, reference);
                const changes = { build, memory, timeout, maxItems, maxTotalChargeUsd, restartOnError };
                return client.run(id).resurrect(changes);
            };
            if (!detach) return runOnce(cli, session, start, options.json);
            const run = await start();
            const text = `Run ${run.id} is ${run.status}. Follow it: greenroom log ${run.id} --follow`;
            if (options.json) cli.out.json(run);
            else cli.out.line(text);
        });
    },
});

const reboot = defineDataCommand({
    description: 'Restart a running run, keeping its storages (shortcut: greenroom reboot)',
    args: { '<run>': RUN_ARGUMENT },
    examples: { 'greenroom runs reboot last': 'Restart the latest run' },
    run: (_cli, _options, reference: string) => async (api) => {
        const { id } = await findRun(api, reference);
        const json = await api.post<RunRecord>(apiPath('actor-runs', id, 'reboot'));
        return { json, text: `Restarting run ${id}, keeping its storages.` };
    },
});

const deleteRuns = defineDataCommand({
    aliases: ['rm'],
    description: 'Delete finished runs with their logs and unnamed storages',
    args: { '<run...>': RUN_ARGUMENT },
    options: YES_OPTION,
    examples: { 'greenroom runs delete last': 'Delete the latest run' },
    run: (cli, options, references: string[]) => async (api) => {
        // All runs are found before the first is deleted.
        const found = new Set<string>();
        for (const reference of references) found.add((await findFinishedRun(api, reference)).id);
        const ids = [...found];
        const what = `${formatCount(ids.length, 'run')} (${ids.join(', ')})`;
        if (!(await confirm(cli, `Delete ${what} with logs and unnamed storages?`, options))) return;
        for (const id of ids) await api.delete(apiPath('actor-runs', id));
        return { json: ids.map((id) => ({ id })), text: `Deleted ${what}.` };
    },
});

const log = { ...createLogCommand('greenroom runs log'), description: 'Print the log of a run or a build' };

export const commands = { runs: { commands: { list, show, log, abort, resurrect, reboot, delete: deleteRuns } } };

/** A run with the name of its Actor. */
type ListedRun = AsJson<RunListItem> & Partial<RunRecord> & { readonly actorName: string };

const COLUMNS: readonly Column<ListedRun>[] = [
    { title: 'ID', keepsWidth: true, cell: ({ id }) => id },
    { title: 'ACTOR', style: () => 'cyan', cell: ({ actorName }) => actorName },
    { title: 'STATUS', style: statusStyle, keepsWidth: true, cell: ({ status }) => status },
    { title: 'STARTED', keepsWidth: true, cell: ({ startedAt }) => formatTime(startedAt) },
    { title: 'DURATION', isOptional: true, align: 'right', keepsWidth: true, cell: formatRunDuration },
    { title: 'ITEMS', align: 'right', keepsWidth: true, cell: ({ stats }) => formatInteger(stats?.datasetItems ?? 0) },
    {
        title: 'MEMORY',
        isOptional: true,
        align: 'right',
        keepsWidth: true,
        cell: ({ stats }) => (stats?.memMaxBytes ? formatBytes(stats.memMaxBytes) : ''),
    },
    { title: 'ORIGIN', isOptional: true, cell: ({ meta }) => meta.origin },
    { title: 'MESSAGE', cell: shortMessage },
];

/** Adds the stats, which lists of the API do not have. */
async function withDetails(api: Api, run: AsJson<RunListItem>, actorName: string): Promise<ListedRun> {
    return { ...run, ...(await api.find<RunRecord>(apiPath('actor-runs', run.id))), actorName };
}

/** Parses statuses, case-insensitive and separated by commas. */
function statuses(text: string, previous: readonly string[] = []): readonly string[] {
    const parsed = text.split(',').map((status) => status.trim().toUpperCase().replaceAll('_', '-'));
    return [...previous, ...parsed.map((status) => choice(status, JOB_STATUSES))];
}

function time(text: string): string {
    const parsed = new Date(text);
    if (!Number.isNaN(parsed.getTime())) return parsed.toISOString();
    throw new InvalidArgumentError('It must be a time such as 2026-03-01 or 2026-03-01T14:00.');
}

/** Formats the duration of a run. Its stats exclude pauses, such as that between a migration and the restart. */
function formatRunDuration({ status, startedAt, stats }: Pick<ListedRun, 'status' | 'startedAt' | 'stats'>): string {
    if (isTerminal(status)) return stats === undefined ? '' : formatDuration(stats.durationMillis);
    return formatDuration(Date.now() - Date.parse(startedAt));
}

/** Returns the status message, unless it only repeats the status. */
function shortMessage({ status, statusMessage = '' }: ListedRun): string {
    return status === 'SUCCEEDED' && statusMessage === 'Actor finished with exit code 0' ? '' : statusMessage;
}

function formatDetails(run: RunRecord, actorName: string): Record<string, string | undefined> {
    const { stats, options } = run;
    const charges = formatCharges(run);
    return {
        ID: run.id,
        Actor: actorName,
        Task: run.actorTaskId,
        Status: run.status,
        Message: run.statusMessage,
        'Exit code': run.exitCode === undefined ? undefined : String(run.exitCode),
        Build: `${options.build} (${run.buildNumber})`,
        Started: formatTime(run.startedAt),
        Finished: formatTime(run.finishedAt),
        Duration: formatRunDuration(run),
        Timeout: options.timeoutSecs === 0 ? 'none' : formatDuration(options.timeoutSecs * 1000),
        Memory: `peak ${formatBytes(stats.memMaxBytes)} of ${formatBytes(options.memoryMbytes * 1024 ** 2)}`,
        CPU: `${stats.cpuAvgUsage.toFixed(0)}% on average`,
        Items: formatInteger(stats.datasetItems),
        Requests: formatInteger(stats.requestsTotal),
        Restarts: formatRestarts(run),
        Charged: charges && `$${run.usageTotalUsd} (${charges})`,
        Origin: run.meta.origin,
        Dataset: run.defaultDatasetId,
        'Key-value store': run.defaultKeyValueStoreId,
        'Request queue': run.defaultRequestQueueId,
    };
}

function formatRestarts({ stats }: RunRecord): string {
    const counts = [
        [stats.resurrectCount, 'resurrection'],
        [stats.rebootCount, 'reboot'],
        [stats.migrationCount, 'migration'],
        [stats.restartCount, 'restart'],
        [stats.metamorph, 'metamorphosis', 'metamorphoses'],
    ] as const;
    return counts.flatMap(([count, one, many]) => (count > 0 ? [formatCount(count, one, many)] : [])).join(', ');
}

async function findFinishedRun(api: Api, reference: string): Promise<RunRecord> {
    const run = await findRun(api, reference);
    if (isTerminal(run.status)) return run;
    const message = `Run \`${run.id}\` is ${run.status}, and only finished runs can be deleted. Abort it first: greenroom runs abort ${run.id}`;
    throw new EngineError('cannot-remove-running-run', message, { details: { run: run.id } });
}

import { isTerminal } from '../../model/status.js';
import { withApi } from '../api/with-api.js';
import { actorNames } from '../find/actor-names.js';
import { findRun, type RunRecord } from '../find/find-run.js';
import { printRecord, type RecordLine } from '../lists/print-record.js';
import { formatBytes, formatCount, formatDuration, formatTime, formatWhole } from '../terminal/units.js';
import type { CommandAction } from '../command.js';

/** `runs info`, `runs last`. */
export const showRun: CommandAction = (call) =>
    withApi(call, async (api) => {
        // `runs last` needs no argument.
        const run = await findRun(api, call.words.args[0] ?? 'last');
        const nameOf = await actorNames(api);
        printRecord(call, run, linesOf(run, nameOf));
        if (call.words.flag('json')) return;
        const { err } = call.terminal;
        err.line(err.paint('dim', `Its log: greenroom log ${run.id} · its items: greenroom dataset items ${run.id}`));
    });

function linesOf(run: RunRecord, nameOf: (actorId: string) => string): RecordLine[] {
    const { stats, options } = run;
    const took = isTerminal(run.status) ? stats.durationMillis : Date.now() - Date.parse(run.startedAt);
    return [
        ['Id', run.id],
        ['Actor', nameOf(run.actId)],
        ['Task', run.actorTaskId],
        ['Status', run.status],
        ['Message', run.statusMessage],
        ['Exit code', run.exitCode === undefined ? undefined : String(run.exitCode)],
        ['Build', `${options.build} (${run.buildNumber})`],
        ['Started', formatTime(run.startedAt)],
        ['Finished', formatTime(run.finishedAt)],
        ['Took', formatDuration(took)],
        ['Timeout', options.timeoutSecs === 0 ? 'none' : formatDuration(options.timeoutSecs * 1000)],
        ['Memory', `${formatBytes(stats.memMaxBytes)} at most, of ${formatBytes(options.memoryMbytes * 1024 ** 2)}`],
        ['Processor', `${stats.cpuAvgUsage.toFixed(0)}% on average`],
        ['Items', formatWhole(stats.datasetItems)],
        ['Requests', formatWhole(stats.requestsTotal)],
        ['Lives', livesOf(run)],
        ['Charged', chargedOf(run)],
        ['Origin', run.meta.origin],
        ['Dataset', run.defaultDatasetId],
        ['Key-value store', run.defaultKeyValueStoreId],
        ['Request queue', run.defaultRequestQueueId],
    ];
}

/** How often it has begun anew, if it has. */
function livesOf({ stats }: RunRecord): string | undefined {
    const counts = [
        [stats.resurrectCount, 'resurrection'],
        [stats.rebootCount, 'reboot'],
        [stats.migrationCount, 'migration'],
        [stats.restartCount, 'restart'],
        [stats.metamorph, 'metamorphosis', 'metamorphoses'],
    ] as const;
    const told = counts.filter(([count]) => count > 0);
    return told.length === 0 ? undefined : told.map(([count, one, many]) => formatCount(count, one, many)).join(', ');
}

function chargedOf({ chargedEventCounts, usageTotalUsd }: RunRecord): string | undefined {
    const counts = Object.entries(chargedEventCounts ?? {}).filter(([, count]) => count > 0);
    if (counts.length === 0) return undefined;
    return `$${usageTotalUsd} (${counts.map(([event, count]) => `${event} × ${count}`).join(', ')})`;
}

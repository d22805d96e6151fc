import { isTerminal, JOB_STATUSES } from '../../model/status.js';
import { didYouMean } from '../../util/check.js';
import { withApi } from '../api/with-api.js';
import { findActor } from '../find/find-actor.js';
import { actorNames } from '../find/actor-names.js';
import { pathOf } from '../find/path-of.js';
import { readListOptions } from '../lists/list-options.js';
import { printList, type ListView } from '../lists/print-list.js';
import { formatBytes, formatDuration, formatTime, formatWhole } from '../terminal/units.js';
import { statusStyle } from './status-style.js';
import type { RunListItem } from '../../model/run.js';
import type { Api, ApiPage } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction, CommandCall } from '../command.js';
import type { RunRecord } from '../find/find-run.js';

/** `runs ls`. */
export const listRuns: CommandAction = (call) => {
    const { desc, ...range } = readListOptions(call.words);
    const query = { desc, status: readStatuses(call), ...readTimes(call) };
    return withApi(call, async (api) => {
        const page: ApiPage<AsJson<RunListItem>> = await api.page(await pathOfRuns(api, call), { ...range, query });
        if (call.words.flag('json')) {
            call.terminal.json(page);
            return;
        }
        const nameOf = await actorNames(api);
        // Lists have no figures.
        const items = await Promise.all(page.items.map((run) => withFigures(api, run)));
        printList(call, { ...page, items }, viewOf(nameOf));
    });
};

type ShownRun = AsJson<RunListItem> & Partial<RunRecord>;

async function pathOfRuns(api: Api, { words }: CommandCall): Promise<string> {
    const actor = words.text('actor') ?? words.args[0];
    if (words.args[0] !== undefined && words.text('actor') !== undefined) {
        throw words.bad('The Actor is there twice: as an argument and with --actor. Leave one of them out.');
    }
    return actor === undefined ? 'actor-runs' : pathOf('acts', (await findActor(api, actor)).id, 'runs');
}

async function withFigures(api: Api, run: AsJson<RunListItem>): Promise<ShownRun> {
    return { ...run, ...(await api.find<RunRecord>(pathOf('actor-runs', run.id))) };
}

/** Statuses, in whichever case, one or several with commas. */
function readStatuses({ words }: CommandCall): string | undefined {
    const given = words.texts('status').flatMap((text) => text.split(','));
    const statuses = given.map((text) => text.trim().toUpperCase().replaceAll('_', '-'));
    for (const [index, status] of statuses.entries()) {
        if (JOB_STATUSES.some((known) => known === status)) continue;
        const all = JOB_STATUSES.join(', ');
        throw words.bad(`--status is '${given[index]}', but must be one of ${all}.${didYouMean(status, JOB_STATUSES)}`);
    }
    return statuses.length === 0 ? undefined : statuses.join(',');
}

function readTimes({ words }: CommandCall): Record<string, string | undefined> {
    const timeOf = (name: string): string | undefined => {
        const text = words.text(name);
        if (text === undefined) return undefined;
        const time = new Date(text);
        if (!Number.isNaN(time.getTime())) return time.toISOString();
        throw words.bad(`--${name} is '${text}', but must be a time such as 2026-03-01 or 2026-03-01T14:00.`);
    };
    return { startedAfter: timeOf('after'), startedBefore: timeOf('before') };
}

function viewOf(nameOf: (actorId: string) => string): ListView<ShownRun> {
    return {
        noun: ['run', 'runs'],
        columns: [
            { title: 'ID', isWhole: true, cell: ({ id }) => id },
            { title: 'ACTOR', style: () => 'cyan', cell: ({ actId }) => nameOf(actId) },
            { title: 'STATUS', style: statusStyle, isWhole: true, cell: ({ status }) => status },
            { title: 'STARTED', isWhole: true, cell: ({ startedAt }) => formatTime(startedAt) },
            { title: 'TOOK', isOptional: true, align: 'right', isWhole: true, cell: tookOf },
            {
                title: 'ITEMS',
                align: 'right',
                isWhole: true,
                cell: ({ stats }) => formatWhole(stats?.datasetItems ?? 0),
            },
            {
                title: 'MEMORY',
                isOptional: true,
                align: 'right',
                isWhole: true,
                cell: ({ stats }) => (stats?.memMaxBytes ? formatBytes(stats.memMaxBytes) : ''),
            },
            { title: 'ORIGIN', isOptional: true, cell: ({ meta }) => meta.origin },
            { title: 'MESSAGE', cell: messageOf },
        ],
        whenEmpty: 'Start one with `greenroom run`.',
    };
}

/** The life of a run may have breaks, which its figures do not count. */
function tookOf({ status, startedAt, stats }: ShownRun): string {
    if (isTerminal(status)) return stats === undefined ? '' : formatDuration(stats.durationMillis);
    return formatDuration(Date.now() - Date.parse(startedAt));
}

/** What everybody would guess from the status is left out. */
function messageOf({ status, statusMessage = '' }: ShownRun): string {
    return status === 'SUCCEEDED' && statusMessage === 'Actor finished with exit code 0' ? '' : statusMessage;
}

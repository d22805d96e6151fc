import { withApi } from '../api/with-api.js';
import { actorNames } from '../find/actor-names.js';
import { findActor } from '../find/find-actor.js';
import { pathOf } from '../find/path-of.js';
import { readListOptions } from '../lists/list-options.js';
import { printList, type ListView } from '../lists/print-list.js';
import { statusStyle } from '../runs/status-style.js';
import { formatDuration, formatTime } from '../terminal/units.js';
import type { BuildListItem } from '../../model/build-client.js';
import type { ApiPage } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `actors builds`. */
export const listBuilds: CommandAction = (call) => {
    const [reference] = call.words.args;
    const { desc, ...range } = readListOptions(call.words);
    return withApi(call, async (api) => {
        const path =
            reference === undefined ? 'actor-builds' : pathOf('acts', (await findActor(api, reference)).id, 'builds');
        const page: ApiPage<AsJson<BuildListItem>> = await api.page(path, { ...range, query: { desc } });
        printList(call, page, viewOf(await actorNames(api)));
    });
};

function viewOf(nameOf: (actorId: string) => string): ListView<AsJson<BuildListItem>> {
    return {
        noun: ['build', 'builds'],
        columns: [
            { title: 'ID', isWhole: true, cell: ({ id }) => id },
            { title: 'ACTOR', style: () => 'cyan', cell: ({ actId }) => nameOf(actId) },
            { title: 'NUMBER', isWhole: true, cell: ({ buildNumber }) => buildNumber },
            { title: 'STATUS', style: statusStyle, isWhole: true, cell: ({ status }) => status },
            { title: 'STARTED', isWhole: true, cell: ({ startedAt }) => formatTime(startedAt) },
            { title: 'TOOK', isOptional: true, align: 'right', isWhole: true, cell: tookOf },
            { title: 'ORIGIN', isOptional: true, cell: ({ meta }) => meta.origin },
        ],
        whenEmpty: 'Adding an Actor makes one: greenroom actors add FOLDER',
    };
}

function tookOf({ startedAt, finishedAt }: Partial<AsJson<BuildListItem>>): string {
    if (startedAt === undefined || finishedAt === undefined) return '';
    return formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}

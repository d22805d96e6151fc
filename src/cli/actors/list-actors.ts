import { withApi } from '../api/with-api.js';
import { readListOptions } from '../lists/list-options.js';
import { printList, type ListView } from '../lists/print-list.js';
import { formatTime, formatWhole } from '../terminal/units.js';
import type { ActorListItem } from '../../model/client.js';
import type { ApiPage } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `actors ls`. */
export const listActors: CommandAction = (call) => {
    const { desc, ...range } = readListOptions(call.words);
    return withApi(call, async (api) => {
        const sortBy = call.words.flag('by-last-run') ? 'stats.lastRunStartedAt' : undefined;
        const page: ApiPage<AsJson<ActorListItem>> = await api.page('acts', { ...range, query: { desc, sortBy } });
        printList(call, page, VIEW);
    });
};

const VIEW: ListView<AsJson<ActorListItem>> = {
    noun: ['Actor', 'Actors'],
    columns: [
        { title: 'ID', isWhole: true, cell: ({ id }) => id },
        { title: 'NAME', style: () => 'cyan', cell: ({ username, name }) => `${username}/${name}` },
        { title: 'TITLE', isOptional: true, cell: ({ title = '' }) => title },
        {
            title: 'BUILDS',
            isOptional: true,
            align: 'right',
            cell: ({ stats }) => formatWhole(stats.totalBuilds),
        },
        { title: 'RUNS', align: 'right', cell: ({ stats }) => formatWhole(stats.totalRuns) },
        { title: 'LAST RUN', isWhole: true, cell: ({ stats }) => formatTime(stats.lastRunStartedAt) },
    ],
    whenEmpty: 'Add one with `greenroom actors add FOLDER`, or just run it: `greenroom run FOLDER`.',
};

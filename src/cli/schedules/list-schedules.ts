import { withApi } from '../api/with-api.js';
import { actorNames } from '../find/actor-names.js';
import { readListOptions } from '../lists/list-options.js';
import { printList, type ListView } from '../lists/print-list.js';
import { formatTime } from '../terminal/units.js';
import { actionText } from './action-text.js';
import { noteWhenNobodyFires } from './note-when-nobody-fires.js';
import type { Schedule } from '../../model/schedule.js';
import type { ApiPage } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `schedule ls`. */
export const listSchedules: CommandAction = (call) => {
    const { desc, ...range } = readListOptions(call.words);
    return withApi(call, async (api) => {
        const page: ApiPage<AsJson<Schedule>> = await api.page('schedules', { ...range, query: { desc } });
        printList(call, page, viewOf(await actorNames(api)));
        noteWhenNobodyFires(call, api, page.items);
    });
};

function viewOf(nameOf: (actorId: string) => string): ListView<AsJson<Schedule>> {
    return {
        noun: ['schedule', 'schedules'],
        columns: [
            { title: 'ID', isWhole: true, cell: ({ id }) => id },
            { title: 'NAME', style: () => 'cyan', cell: ({ name }) => name },
            { title: 'WHEN', cell: ({ cronExpression, timezone }) => `${cronExpression} ${timezone}` },
            {
                title: 'STATE',
                isWhole: true,
                style: (state) => (state === 'enabled' ? 'green' : 'dim'),
                cell: ({ isEnabled }) => (isEnabled ? 'enabled' : 'disabled'),
            },
            { title: 'NEXT RUN', isWhole: true, cell: ({ nextRunAt }) => formatTime(nextRunAt) },
            { title: 'LAST RUN', isOptional: true, isWhole: true, cell: ({ lastRunAt }) => formatTime(lastRunAt) },
            { title: 'RUNS', cell: ({ actions }) => actions.map((action) => actionText(action, nameOf)).join(', ') },
        ],
        whenEmpty: 'Make one: greenroom schedule create NAME --cron @daily --actor ACTOR',
    };
}

import { withApi } from '../api/with-api.js';
import { readListOptions } from '../lists/list-options.js';
import { printList, type ListView } from '../lists/print-list.js';
import { formatTime, formatWhole } from '../terminal/units.js';
import type { TaskListItem } from '../../model/task.js';
import type { ApiPage } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `tasks ls`. */
export const listTasks: CommandAction = (call) => {
    const { desc, ...range } = readListOptions(call.words);
    return withApi(call, async (api) => {
        const page: ApiPage<AsJson<TaskListItem>> = await api.page('actor-tasks', { ...range, query: { desc } });
        printList(call, page, VIEW);
    });
};

const VIEW: ListView<AsJson<TaskListItem>> = {
    noun: ['task', 'tasks'],
    columns: [
        { title: 'ID', isWhole: true, cell: ({ id }) => id },
        { title: 'NAME', style: () => 'cyan', cell: ({ name }) => name },
        { title: 'TITLE', isOptional: true, cell: ({ title = '' }) => title },
        { title: 'ACTOR', cell: ({ actId, actName = actId }) => actName },
        { title: 'RUNS', align: 'right', cell: ({ stats }) => formatWhole(stats.totalRuns) },
        { title: 'MODIFIED', isOptional: true, isWhole: true, cell: ({ modifiedAt }) => formatTime(modifiedAt) },
    ],
    whenEmpty: 'Make one: greenroom tasks create NAME --actor ACTOR --input JSON',
};

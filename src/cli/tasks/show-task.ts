import { withApi } from '../api/with-api.js';
import { actorNames } from '../find/actor-names.js';
import { findNamed } from '../find/find-named.js';
import { TASK_KIND } from '../find/record-kinds.js';
import { printRecord } from '../lists/print-record.js';
import { formatBytes, formatDuration, formatTime, formatWhole } from '../terminal/units.js';
import type { Task, TaskOptions } from '../../model/task.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `tasks info`. */
export const showTask: CommandAction = (call) =>
    withApi(call, async (api) => {
        const task = await findNamed<AsJson<Task>>(api, TASK_KIND, call.words.args[0]!);
        const nameOf = await actorNames(api);
        printRecord(call, task, [
            ['Id', task.id],
            ['Name', task.name],
            ['Title', task.title],
            ['Description', task.description],
            ['Actor', nameOf(task.actId)],
            ['Input', task.input === undefined ? 'none of its own' : JSON.stringify(task.input)],
            ['Runs with', optionsOf(task.options)],
            ['Runs', formatWhole(task.stats.totalRuns)],
            ['Made', formatTime(task.createdAt)],
            ['Modified', formatTime(task.modifiedAt)],
        ]);
    });

/** What it says itself; all else is as the Actor has it. */
function optionsOf({ build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd }: TaskOptions = {}): string {
    const told = [
        ...(build === undefined ? [] : [`build ${build}`]),
        ...(memoryMbytes === undefined ? [] : [formatBytes(memoryMbytes * 1024 ** 2)]),
        ...(timeoutSecs ? [`a timeout of ${formatDuration(timeoutSecs * 1000)}`] : []),
        ...(maxItems === undefined ? [] : [`${maxItems} items at most`]),
        ...(maxTotalChargeUsd === undefined ? [] : [`$${maxTotalChargeUsd} at most`]),
    ];
    return told.length === 0 ? 'what the Actor has' : told.join(', ');
}

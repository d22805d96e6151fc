import { EngineError } from '../../errors/engine-error.js';
import { withApi } from '../api/with-api.js';
import { findActor } from '../find/find-actor.js';
import { findNamed } from '../find/find-named.js';
import { TASK_KIND } from '../find/record-kinds.js';
import { readJson } from '../read-json.js';
import { readGivenInput } from '../tasks/read-given-input.js';
import { readTaskOptions } from '../tasks/read-task-options.js';
import { formatTime } from '../terminal/units.js';
import { noteWhenNobodyFires } from './note-when-nobody-fires.js';
import type { Schedule, ScheduleActionInput } from '../../model/schedule.js';
import type { Api } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction, CommandCall } from '../command.js';

/** `schedule create`. */
export const createSchedule: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const cronExpression = words.text('cron');
        if (cronExpression === undefined) {
            throw words.bad("--cron is missing: when it is to run, such as --cron '30 7 * * 1-5', or --cron @daily.");
        }
        const schedule = await api.post<AsJson<Schedule>>('schedules', {
            body: {
                name: words.args[0],
                cronExpression,
                timezone: words.text('timezone') ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
                isEnabled: !words.flag('disabled'),
                isExclusive: !words.flag('no-exclusive'),
                title: words.text('title'),
                description: words.text('description'),
                actions: await readActions(call, api),
            },
        });
        if (words.flag('json')) terminal.json(schedule);
        else if (schedule.isEnabled) {
            terminal.out.line(`Made the schedule ${schedule.name}. It runs next at ${formatTime(schedule.nextRunAt)}.`);
        } else terminal.out.line(`Made the schedule ${schedule.name}. It is disabled.`);
        noteWhenNobodyFires(call, api, [schedule]);
    });

async function readActions(call: CommandCall, api: Api): Promise<ScheduleActionInput[]> {
    const { words } = call;
    const input = await readGivenInput(call);
    const runOptions = readTaskOptions(words);
    const hasOptions = Object.keys(runOptions).length > 0;
    const actors = words.texts('actor');
    const tasks = words.texts('task');
    if (actors.length + tasks.length === 0) {
        throw words.bad('What it is to run is missing. Give --actor ACTOR, or --task TASK.');
    }
    if (tasks.length > 0 && hasOptions) {
        throw words.bad('A task has its own options: --build, --memory and the like are for --actor only.');
    }
    const actions: ScheduleActionInput[] = [];
    for (const reference of actors) {
        const { id: actorId } = await findActor(api, reference);
        const runInput = input === undefined ? {} : { runInput: { body: input, contentType: 'application/json' } };
        actions.push({ type: 'RUN_ACTOR', actorId, ...runInput, ...(hasOptions && { runOptions }) });
    }
    for (const reference of tasks) {
        const { id: actorTaskId } = await findNamed<{ id: string }>(api, TASK_KIND, reference);
        actions.push({ type: 'RUN_ACTOR_TASK', actorTaskId, ...(input !== undefined && { input: objectOf(input) }) });
    }
    return actions;
}

function objectOf(input: string): Record<string, unknown> {
    const value = readJson(input, 'The input');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new EngineError('invalid-value', 'The input of a task must be a JSON object, in {}.');
}

import { readRecurrence } from '../../scheduler/recurrence.js';
import { withApi } from '../api/with-api.js';
import { actorNames } from '../find/actor-names.js';
import { findNamed } from '../find/find-named.js';
import { SCHEDULE_KIND } from '../find/record-kinds.js';
import { pathOf } from '../find/path-of.js';
import { printRecord } from '../lists/print-record.js';
import { harmlessLine } from '../terminal/harmless.js';
import { formatTime } from '../terminal/units.js';
import { actionText } from './action-text.js';
import { noteWhenNobodyFires } from './note-when-nobody-fires.js';
import type { Schedule, ScheduleLogEntry } from '../../model/schedule.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

const NEXT_SHOWN = 5;
const LOG_SHOWN = 5;

/** `schedule info`. */
export const showSchedule: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const schedule = await findNamed<AsJson<Schedule>>(api, SCHEDULE_KIND, words.args[0]!);
        const nextRuns = await nextRunsOf(schedule);
        const nameOf = await actorNames(api);
        printRecord(call, { ...schedule, nextRuns }, [
            ['Id', schedule.id],
            ['Name', schedule.name],
            ['Title', schedule.title],
            ['Description', schedule.description],
            ['When', `${schedule.cronExpression} (${schedule.timezone})`],
            ['State', schedule.isEnabled ? 'enabled' : 'disabled'],
            ['Exclusive', schedule.isExclusive ? 'yes: left out while its last run goes on' : 'no'],
            ...schedule.actions.map((action) => ['Runs', actionText(action, nameOf)] as const),
            ['Last run', formatTime(schedule.lastRunAt)],
            ...nextRuns.map((time, index) => [index === 0 ? 'Next runs' : '', formatTime(time)] as const),
        ]);
        if (words.flag('json')) return;
        const log = await api.get<AsJson<ScheduleLogEntry>[]>(pathOf('schedules', schedule.id, 'log'));
        if (log.length > 0) terminal.out.line(terminal.out.paint('bold', 'Log'));
        for (const { createdAt, level, message } of log.slice(-LOG_SHOWN)) {
            terminal.out.line(`  ${formatTime(createdAt)} ${level} ${harmlessLine(message)}`);
        }
        noteWhenNobodyFires(call, api, [schedule]);
    });

/** When it would fire if it was enabled and somebody there, as ISO texts. */
async function nextRunsOf({ cronExpression, timezone }: AsJson<Schedule>): Promise<string[]> {
    const recurrence = await readRecurrence(cronExpression, timezone);
    const times: string[] = [];
    let at = recurrence.next(Date.now());
    while (at !== undefined && times.length < NEXT_SHOWN) {
        times.push(new Date(at).toISOString());
        at = recurrence.next(at);
    }
    return times;
}

import { withApi } from '../api/with-api.js';
import { findNamed } from '../find/find-named.js';
import { SCHEDULE_KIND } from '../find/record-kinds.js';
import { pathOf } from '../find/path-of.js';
import { formatTime } from '../terminal/units.js';
import { noteWhenNobodyFires } from './note-when-nobody-fires.js';
import type { Schedule } from '../../model/schedule.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `schedule enable`, `schedule disable`. */
export function switchSchedule(isEnabled: boolean): CommandAction {
    return (call) =>
        withApi(call, async (api) => {
            const { words, terminal } = call;
            const { id } = await findNamed<AsJson<Schedule>>(api, SCHEDULE_KIND, words.args[0]!);
            const schedule = await api.put<AsJson<Schedule>>(pathOf('schedules', id), { body: { isEnabled } });
            if (words.flag('json')) terminal.json(schedule);
            else if (isEnabled) {
                const next = formatTime(schedule.nextRunAt);
                terminal.out.line(`The schedule ${schedule.name} is enabled. It runs next at ${next}.`);
            } else terminal.out.line(`The schedule ${schedule.name} is disabled.`);
            noteWhenNobodyFires(call, api, [schedule]);
        });
}

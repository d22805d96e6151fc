import { findRun, type RunRecord } from '../find/find-run.js';
import { pathOf } from '../find/path-of.js';
import { followRun } from '../run/follow-run.js';
import { readRunQuery } from '../tasks/read-task-options.js';
import type { CommandAction } from '../command.js';

/** `resurrect`. */
export const resurrectRun: CommandAction = (call) => {
    const { words } = call;
    const query = readRunQuery(words);
    return followRun(call, async (api) => {
        const { id } = await findRun(api, words.args[0]!);
        return api.post<RunRecord>(pathOf('actor-runs', id, 'resurrect'), { query });
    });
};

import { findNamed } from '../find/find-named.js';
import { pathOf } from '../find/path-of.js';
import { TASK_KIND } from '../find/record-kinds.js';
import { followRun } from '../run/follow-run.js';
import { readGivenInput } from './read-given-input.js';
import { readRunQuery } from './read-task-options.js';
import type { RunRecord } from '../find/find-run.js';
import type { CommandAction } from '../command.js';

/** `tasks run`. */
export const runTask: CommandAction = async (call) => {
    const { words } = call;
    const body = await readGivenInput(call);
    const query = readRunQuery(words);
    return followRun(call, async (api) => {
        const { id } = await findNamed<{ id: string }>(api, TASK_KIND, words.args[0]!);
        return api.post<RunRecord>(pathOf('actor-tasks', id, 'runs'), { query, body });
    });
};

import { withApi } from '../api/with-api.js';
import { findRun, type RunRecord } from '../find/find-run.js';
import { pathOf } from '../find/path-of.js';
import type { CommandAction } from '../command.js';

/** `reboot`. */
export const rebootRun: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const { id } = await findRun(api, words.args[0]!);
        const run = await api.post<RunRecord>(pathOf('actor-runs', id, 'reboot'));
        if (words.flag('json')) terminal.json(run);
        else terminal.out.line(`The run ${id} starts anew, on the storages that it has.`);
    });

import { isTerminal } from '../../model/status.js';
import { withApi } from '../api/with-api.js';
import { findRun, type RunRecord } from '../find/find-run.js';
import { pathOf } from '../find/path-of.js';
import type { CommandAction } from '../command.js';

/** `abort`. */
export const abortRun: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const { id, status } = await findRun(api, words.args[0]!);
        const gracefully = words.flag('gracefully');
        const run = await api.post<RunRecord>(pathOf('actor-runs', id, 'abort'), { query: { gracefully } });
        if (words.flag('json')) terminal.json(run);
        else if (isTerminal(status)) terminal.out.line(`The run ${id} had ended already: it is ${status}.`);
        else if (isTerminal(run.status)) terminal.out.line(`Aborted the run ${id}.`);
        else if (gracefully)
            terminal.out.line(`The run ${id} is ${run.status}: it has half a minute to end by itself.`);
        else terminal.out.line(`The run ${id} is being aborted.`);
    });

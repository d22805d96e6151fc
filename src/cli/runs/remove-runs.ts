import { EngineError } from '../../errors/engine-error.js';
import { isTerminal } from '../../model/status.js';
import { withApi } from '../api/with-api.js';
import { confirm, DECLINED } from '../confirm.js';
import { findRun, type RunRecord } from '../find/find-run.js';
import { pathOf } from '../find/path-of.js';
import { formatCount } from '../terminal/units.js';
import type { CommandAction } from '../command.js';

/** `runs rm`. */
export const removeRuns: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        // All are found before any is deleted.
        const runs = new Map<string, RunRecord>();
        for (const reference of words.args) {
            const run = await findRun(api, reference);
            if (!isTerminal(run.status)) throw stillRunning(run);
            runs.set(run.id, run);
        }
        const ids = [...runs.keys()];
        const what = `${formatCount(ids.length, 'run')} (${ids.join(', ')})`;
        if (!(await confirm(call, `Delete ${what}? What they have stored goes with them, unless it has a name.`)))
            return DECLINED;
        for (const id of ids) await api.delete(pathOf('actor-runs', id));
        if (words.flag('json')) terminal.json(ids.map((id) => ({ id })));
        else terminal.out.line(`Deleted ${what}.`);
    });

function stillRunning({ id, status }: RunRecord): EngineError {
    const message = `The run \`${id}\` is ${status}, and only runs that have ended can be deleted. Abort it first: greenroom abort ${id}`;
    return new EngineError('cannot-remove-running-run', message, { details: { run: id } });
}

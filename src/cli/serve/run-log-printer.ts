import { isTerminal, type JobStatus } from '../../model/api/status.js';
import { formatLogLine } from '../ui/log-line.js';
import { safeLine } from '../ui/escape-control-characters.js';
import { statusStyle, type Output } from '../ui/terminal.js';
import { formatCount, formatDuration, formatTime } from '../ui/units.js';
import type { Engine } from '../../engine/engine.js';
import type { Actor } from '../../model/api/actor.js';
import type { Run } from '../../model/api/run.js';

/** Maximum number of log lines printed per run and second; further lines are only counted. */
const LINES_PER_SECOND = 20;
const ID_LETTERS = 6;
/** Length of `14:05:09`. */
const TIME_LETTERS = 8;

interface ActiveRun {
    readonly actId: string;
    /** The second of the last line, and the number of lines in that second. */
    second: number;
    lines: number;
}

/**
 * Prints the starts, ends and log lines of all runs of an engine, prefixed with the Actor's name. Returns a function that sets the
 * name of an Actor in advance, so that the first lines of its runs have it.
 */
export function printRunLogs(engine: Engine, output: Output): (actor: Pick<Actor, 'id' | 'name'>) => void {
    const active = new Map<string, ActiveRun>();
    /** Names of Actors by their ids. */
    const names = new Map<string, string>();
    const setName = ({ id, name }: Pick<Actor, 'id' | 'name'>): void => void names.set(id, name);
    const print = (runId: string, text: string): void => {
        const actId = active.get(runId)?.actId ?? '';
        const label = `${safeLine(names.get(actId) ?? actId)} ${runId.slice(0, ID_LETTERS)}`;
        const time = formatTime(new Date()).slice(-TIME_LETTERS);
        output.line(`${output.paint('dim', `${time} ${label}`)} ${text}`);
    };
    const printSkipped = (runId: string, run: ActiveRun | undefined): void => {
        if (run === undefined || run.lines <= LINES_PER_SECOND) return;
        const text = `… ${formatCount(run.lines - LINES_PER_SECOND, 'more line')}: greenroom log ${runId}`;
        print(runId, output.paint('dim', text));
        run.lines = LINES_PER_SECOND;
    };
    const follow = ({ id, actId }: Run, start: string): void => {
        active.set(id, { actId, second: 0, lines: 0 });
        // Lines show the id until the name is known.
        if (!names.has(actId))
            void engine.client
                .actor(actId)
                .get()
                .then(
                    (found) => found && setName(found),
                    () => {},
                );
        print(id, `${output.paint(statusStyle('RUNNING'), '▶')} ${start}`);
    };
    engine.on('run.created', ({ run }) => follow(run, `started by ${run.meta.origin}`));
    engine.on('run.log', ({ runId, line }) => {
        const run = active.get(runId);
        if (run === undefined) return;
        const second = Math.floor(performance.now() / 1000);
        if (second !== run.second) {
            printSkipped(runId, run);
            Object.assign(run, { second, lines: 0 });
        }
        if (++run.lines <= LINES_PER_SECOND) print(runId, formatLogLine(line, output));
    });
    engine.on('run.status-changed', ({ run }) => {
        if (run.status === 'RUNNING' || run.status === 'READY') {
            if (!active.has(run.id)) follow(run, 'resurrected');
            return;
        }
        printSkipped(run.id, active.get(run.id));
        print(run.id, describeStatus(run, output));
        if (isTerminal(run.status)) active.delete(run.id);
    });
    return setName;
}

function describeStatus({ status, stats, statusMessage }: Run, output: Output): string {
    const details = isTerminal(status)
        ? ` in ${formatDuration(stats.durationMillis)}, ${formatCount(stats.datasetItems, 'item')}`
        : '';
    const message = statusMessage === undefined ? '' : ` · ${safeLine(statusMessage)}`;
    return output.paint(statusStyle(status), `${markOf(status)} ${status}`) + details + message;
}

function markOf(status: JobStatus): string {
    if (!isTerminal(status)) return '■';
    return status === 'SUCCEEDED' ? '✔' : '✖';
}

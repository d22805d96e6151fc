import { withApi } from '../api/with-api.js';
import { findRun, findRunIfAny } from '../find/find-run.js';
import { pathOf } from '../find/path-of.js';
import { formatLogLine } from '../log-line.js';
import { harmlessLine } from '../terminal/harmless.js';
import { lastLines } from './last-lines.js';
import { logLines } from './log-lines.js';
import { splitLogLine, type LogEntry } from './split-log-line.js';
import type { Build } from '../../model/actor.js';
import type { Api } from '../api/api.js';
import type { CommandAction, CommandCall } from '../command.js';

/** `log`. */
export const printLog: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const id = await findJob(api, words.args[0] ?? 'last');
        const tail = words.whole('tail', 0);
        const isFollowing = words.flag('follow');
        const all = logLines(api, id, { isLive: isFollowing });
        const lines =
            tail === undefined ? all : lastLines(all, tail, isFollowing ? await countLines(api, id) : undefined);
        if (words.flag('json')) {
            const entries: LogEntry[] = [];
            for await (const line of lines) entries.push(splitLogLine(line));
            terminal.json({ id, lines: entries });
            return;
        }
        const isEmpty = await print(call, lines);
        if (isEmpty && tail !== 0) terminal.err.line(terminal.err.paint('dim', 'The log is empty.'));
        if (isFollowing) await tellEnd(call, api, id);
    });

/** A run, or else a build. */
async function findJob(api: Api, reference: string): Promise<string> {
    const run = await findRunIfAny(api, reference);
    const build = run ?? (await api.find<Build>(pathOf('actor-builds', reference)));
    return (build ?? (await findRun(api, reference))).id;
}

/** How many lines there are before whatever comes next. */
async function countLines(api: Api, id: string): Promise<number> {
    let count = 0;
    for await (const _ of logLines(api, id)) count++;
    return count;
}

/** Whether there was nothing to print. */
async function print({ words, terminal: { out } }: CommandCall, lines: AsyncIterable<string>): Promise<boolean> {
    const hasTimes = words.flag('times');
    const isRaw = words.flag('raw');
    let isEmpty = true;
    for await (const line of lines) {
        isEmpty = false;
        if (out.isGone) break;
        const { time } = splitLogLine(line);
        const shownTime = hasTimes && time !== undefined ? `${out.paint('dim', time)} ` : '';
        await out.write(`${isRaw ? line : shownTime + formatLogLine(line, out)}\n`);
    }
    return isEmpty;
}

async function tellEnd({ terminal: { err } }: CommandCall, api: Api, id: string): Promise<void> {
    const run = await api.find<{ status: string; statusMessage?: string }>(pathOf('actor-runs', id));
    if (run === undefined) return;
    const { status, statusMessage } = run;
    const message = statusMessage === undefined ? '.' : `: ${harmlessLine(statusMessage)}`;
    err.line(err.paint('dim', `The run is ${status}${message}`));
}

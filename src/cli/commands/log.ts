import { fullName, wholeNumber, type DataOptions, type Command } from '../command.js';
import { apiPath, type Api } from '../engine/api.js';
import { withApi } from '../engine/connect.js';
import { readLog } from '../engine/read-log.js';
import { findRun, findRunIfAny } from '../engine/resolve.js';
import { printNote } from '../output/lists.js';
import { formatLogLine, splitLogLine, type LogEntry } from '../output/log-line.js';
import { safeLine } from '../output/safe-text.js';
import type { Build } from '../../model/actor.js';
import type { Run } from '../../model/run.js';
import type { Cli } from '../cli.js';

/** The commands of this module. */
export const commands = { log };

/** `greenroom log` and `greenroom runs log` */
export function log(command: Command, cli: Cli): void {
    const name = fullName(command);
    const description = 'id of a run or the beginning of one, "last", an Actor for its latest run, or id of a build';
    command
        .argument('[run]', description, 'last')
        .option('-f, --follow', 'follow until the run ends')
        .option('-n, --tail <N>', 'only the last N lines', wholeNumber(0))
        .option('-t, --times', 'show the time of each line')
        .option('--raw', 'print unchanged, with control characters')
        .action((reference: string, options: LogOptions) => printLog(cli, reference, options));
    command
        .dataOptions()
        .examples([name, 'That of the latest run'], [`${name} my-actor --follow --tail 20`, 'Watch an Actor']);
}

interface LogOptions extends DataOptions {
    readonly follow?: boolean;
    readonly tail?: number;
    readonly times?: boolean;
    readonly raw?: boolean;
}

function printLog(cli: Cli, reference: string, options: LogOptions): Promise<void> {
    const { follow = false, tail, json = false } = options;
    return withApi(cli, options, async (api) => {
        const id = await findRunOrBuild(api, reference);
        const all = readLog(api, id, { follow });
        const lines = tail === undefined ? all : lastLines(all, tail, follow ? await countLines(api, id) : undefined);
        if (json) {
            const entries: LogEntry[] = [];
            for await (const line of lines) entries.push(splitLogLine(line));
            return cli.terminal.json({ id, lines: entries });
        }
        const isEmpty = await printLines(cli, lines, options);
        if (isEmpty && tail !== 0) printNote(cli, 'The log is empty.');
        if (follow) await printEnd(cli, api, id);
    });
}

async function findRunOrBuild(api: Api, reference: string): Promise<string> {
    const run = await findRunIfAny(api, reference);
    const build = run ?? (await api.find<Build>(apiPath('actor-builds', reference)));
    return (build ?? (await findRun(api, reference))).id;
}

async function countLines(api: Api, id: string): Promise<number> {
    let count = 0;
    for await (const _ of readLog(api, id)) count++;
    return count;
}

/**
 * Yields the last lines of a log.
 *
 * @param present - The number of lines so far, of a growing log: later lines follow as they come. Default: the log is complete.
 */
export async function* lastLines(
    lines: AsyncIterable<string>,
    count: number,
    present?: number,
): AsyncGenerator<string> {
    const kept: string[] = [];
    let index = 0;
    for await (const line of lines) {
        if (present === undefined) {
            kept.push(line);
            if (kept.length > count) kept.shift();
        } else if (index >= present - count) yield line;
        index++;
    }
    yield* kept;
}

/** Returns true if there was nothing to print. */
async function printLines(
    { terminal: { out } }: Cli,
    lines: AsyncIterable<string>,
    { times = false, raw = false }: LogOptions,
): Promise<boolean> {
    let isEmpty = true;
    for await (const line of lines) {
        isEmpty = false;
        if (out.isGone) break;
        const { time } = splitLogLine(line);
        const stamp = times && time !== undefined ? `${out.paint('dim', time)} ` : '';
        await out.write(`${raw ? line : stamp + formatLogLine(line, out)}\n`);
    }
    return isEmpty;
}

async function printEnd(cli: Cli, api: Api, id: string): Promise<void> {
    const run = await api.find<Run>(apiPath('actor-runs', id));
    if (run === undefined) return;
    const message = run.statusMessage === undefined ? '.' : `: ${safeLine(run.statusMessage)}`;
    printNote(cli, `The run is ${run.status}${message}`);
}

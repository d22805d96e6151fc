import { wholeNumber, type AnyCommand } from '../command.js';
import { defineDataCommand } from '../data-command.js';
import { apiPath, type Api } from '../backend/api.js';
import { readLog } from '../backend/read-log.js';
import { findRun, findRunIfAny } from '../backend/resolve.js';
import { formatLogLine, splitLogLine } from '../ui/log-line.js';
import { safeLine } from '../ui/escape-control-characters.js';
import type { Build } from '../../model/api/actor.js';
import type { Run } from '../../model/api/run.js';
import type { Output } from '../ui/terminal.js';

const RUN_OR_BUILD = 'id of a run or its first characters, "last", an Actor for its latest run, or id of a build';

export const commands = { log: createLogCommand('greenroom log') };

/** Creates the command `greenroom log`, which is also `greenroom runs log`. */
export function createLogCommand(name: string): AnyCommand {
    return defineDataCommand({
        args: { '[run]': [RUN_OR_BUILD, 'last'] },
        options: {
            '-f, --follow': 'follow until the run ends',
            '-n, --tail <N>': ['only the last N lines', wholeNumber(0)],
            '-t, --times': 'show the time of each line',
            '--raw': 'print unchanged, with control characters',
        },
        examples: {
            [name]: 'The log of the latest run',
            [`${name} my-actor --follow --tail 20`]: "Follow an Actor's latest run",
        },
        run: (cli, options, reference: string) => async (api) => {
            const { follow = false, tail, json } = options;
            const id = await findRunOrBuild(api, reference);
            // In a growing log, later lines are printed as they arrive.
            const start = tail === undefined ? 0 : (await countLines(api, id)) - tail;
            const lines = linesFrom(readLog(api, id, { follow }), start);
            if (json) {
                const entries: ReturnType<typeof splitLogLine>[] = [];
                for await (const line of lines) entries.push(splitLogLine(line));
                return { json: { id, lines: entries } };
            }
            const isEmpty = await printLines(cli.out, lines, options);
            const note = follow ? await describeEnd(api, id) : isEmpty && tail !== 0 ? 'The log is empty.' : undefined;
            return { json: undefined, note };
        },
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

/** Yields the lines starting at an index. */
export async function* linesFrom(lines: AsyncIterable<string>, index: number): AsyncGenerator<string> {
    let skipped = 0;
    for await (const line of lines) if (skipped++ >= index) yield line;
}

/** Prints lines; returns true if there were none. */
async function printLines(
    out: Output,
    lines: AsyncIterable<string>,
    { times = false, raw = false }: { times?: boolean; raw?: boolean },
): Promise<boolean> {
    let isEmpty = true;
    for await (const line of lines) {
        isEmpty = false;
        if (out.isClosed) break;
        const { time } = splitLogLine(line);
        const stamp = times && time !== undefined ? `${out.paint('dim', time)} ` : '';
        await out.write(`${raw ? line : stamp + formatLogLine(line, out)}\n`);
    }
    return isEmpty;
}

async function describeEnd(api: Api, id: string): Promise<string | undefined> {
    const run = await api.find<Run>(apiPath('actor-runs', id));
    return run && `The run is ${run.status}${run.statusMessage ? `: ${safeLine(run.statusMessage)}` : '.'}`;
}
